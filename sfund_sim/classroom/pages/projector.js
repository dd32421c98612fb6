// The wall: what the class sees, and the teacher's one next step below it.
"use strict";

// The token comes in the address once; then it is kept by this tab alone, so that the class cannot read it off the wall.
const BETWEEN = ["lobby", "revealed", "called_off"];
const FORMATS = ["ascending", "first_price", "second_price", "descending"];
if (location.hash.length > 1) {
  sessionStorage.setItem("teacher", location.hash.slice(1));
  history.replaceState(null, "", "/teach");
}
const teacher = { "X-Teacher": sessionStorage.getItem("teacher") ?? "" };
// The address of a class that was started anew differs from this one in nothing else, and would not load the page.
addEventListener("hashchange", () => location.reload());
let drawn = "", tab = "round", busy = false;

async function act(content) {
  if (busy) return;
  busy = true;
  $("go").disabled = true;
  try {
    const answer = await send("/teach/act", content, teacher);
    $("said").textContent = answer.word ? answer.told ?? fill(answer.word) : "";
    if (!answer.word && content.act === "reveal") tab = "round";
    show(answer.state);
  } catch (error) {
    $("said").textContent = fill("offline");
  } finally {
    setTimeout(() => { busy = false; if (heard.state) draw_step(heard.state); }, BREATH);
  }
}

function show(state) {
  if (heard.state && heard.state.stage !== state.stage) tab = "round";
  hear(state);
  refresh();
}

function refresh() {
  const state = heard.state;
  if (!state) return;
  const round = state.round && { ...state.round, ends_in: null, elapsed: null };
  const sight = JSON.stringify([state.stage, state.seats, state.addresses, round, state.result, state.past, state.trouble, tab]);
  if (sight !== drawn) { drawn = sight; draw(state); }
  tick();
}

function draw(state) {
  const round = state.round;
  $("title").textContent = round === null ? fill("title") : `${fill("round", { n: round.number })} · ${format_name(round.format)}`;
  $("address").textContent = round === null ? "" : short(state.addresses[0]);
  draw_tabs(state);
  if (state.stage === "lobby" || tab === "join") put("main", joining(state));
  else if (state.stage === "open" || state.stage === "timed") put("main", running(round, state.stage));
  else if (state.stage === "closed") put("main", el("div", { class: "centre" }, el("p", { class: "huge" }, fill("closed"))));
  else put("main", { round: state.stage === "called_off" ? called_off : result, rows: every_bid, all: all_rounds }[tab](state));
  draw_step(state);
}

const short = (address) => address.replace("http://", "").replace(/\/$/, "");

function draw_tabs(state) {
  const all = state.stage === "called_off" && state.means ? ["all"] : [];
  const names = state.stage === "lobby" ? [] : state.stage === "revealed" ? ["round", "rows", "all", "join"] : ["round", ...all, "join"];
  put("tabs", ...names.map((name) => el("button", { class: name === tab ? "here" : "", on: () => { tab = name; refresh(); } },
    fill(name === "round" && state.stage !== "revealed" ? "round" : `tab_${name}`, { n: state.round.number }))));
}

function joining(state) {
  const n = state.seats.length, [address, ...others] = state.addresses.map(short);
  const picture = el("img", { src: `/qr.svg?${address}`, alt: "", class: "qr" });
  const chips = state.seats.map((one) => el("button", { class: one.away ? "chip away" : "chip", on: () => {
    if (confirm(fill("dismiss", { n: one.seat }))) act({ act: "dismiss", seats: [one.seat] });
  } }, el("b", {}, String(one.seat)), " ", one.name));
  const away = state.seats.filter((one) => one.away).map((one) => one.seat), between = BETWEEN.includes(state.stage);
  const sweep = () => { if (confirm(fill("dismiss_away_sure", { n: away.length }))) act({ act: "dismiss", seats: away }); };
  return el("div", { class: "joining" },
    el("section", { class: "where" }, el("p", {}, fill("join_how")), el("p", { class: address.length > 19 ? "address long" : "address" }, address), picture,
      el("p", { class: "note" }, fill("join_same_network")),
      others.length > 0 && el("p", { class: "note" }, fill("other_addresses", { list: others.join(" · ") }))),
    el("section", { class: "who" }, el("h2", {}, n === 0 ? fill("joined_none") : n === 1 ? fill("joined_one") : fill("joined", { n })),
      el("div", { class: n > 40 ? "chips many" : "chips" }, ...chips),
      away.length > 0 && between && el("button", { class: "sweep", on: sweep }, fill("dismiss_away", { n: away.length })), el("p", { class: "stakes" }, W.stakes)));
}

function facts(round) {
  const told = [[fill("bidders"), round.bidders], [fill("floor"), round.floor]];
  if (round.manner === "rising") told.push([fill("least_raise"), round.step]);
  return spans(told);
}

const spans = (told) => el("p", { class: "facts" }, ...told.map(([name, value]) => el("span", {}, `${name} `, el("b", {}, String(value)))));

function running(round, stage) {
  const left = stage === "timed" && round.manner !== "falling" ? el("p", { class: "left" }, el("span", {}, fill(round.manner === "rising" ? "timed_period" : "time_left")), el("b", { id: "left" }, "")) : null;
  const parts = [];
  if (round.manner === "rising") {
    const seats = round.leaders.length > 4 ? `${round.leaders.slice(0, 4).join(", ")} …` : round.leaders.join(", ");
    parts.push(el("p", { class: "label" }, fill(round.price === null ? "standing_none" : "standing")),
      el("p", { class: "huge" }, round.price ?? "–"),
      round.price !== null && el("p", { class: "label" }, fill(round.leaders.length > 1 ? "seats" : "seat", { n: seats, list: seats })),
      stage === "open" ? el("p", { class: "left" }, el("span", {}, fill("free_period"))) : null);
  } else if (round.manner === "sealed") {
    parts.push(el("p", { class: "huge" }, `${round.bids} / ${round.bidders}`),
      el("p", { class: "label" }, fill("bids_in")));
  } else {
    parts.push(el("p", { class: "label" }, stage === "open" ? fill("clock_waits", { amount: "" }) : ""),
      el("p", { class: "huge", id: "clock" }, round.prices[0]),
      round.taken !== null && el("p", { class: "label" }, fill("clock_stopped", { amount: round.taken })));
  }
  return el("div", { class: "centre" }, ...parts.filter(Boolean), left ?? "",
    round.extensions ? el("p", { class: "note" }, fill("restarts", { n: round.extensions })) : "",
    facts(round), el("p", { class: "rule" }, W[`rule_${round.format}`] ?? ""), el("p", { class: "stakes" }, W.stakes));
}

const yes_no = (value) => (value === null ? "–" : fill(value ? "yes" : "no"));
const expected = (told) => (told.number === null ? "–" : told.is_theory ? told.number : `≈ ${told.number}`);

function result(state) {
  if (!state.result) return el("p", { class: "centre" }, fill("closed"));
  const { people, simulated, expected: theory, rows, name, value, above } = state.result, round = state.round;
  const headline = people.winner === null ? fill("unsold") : fill(name ? "sold_to_name" : "sold_to", { n: people.winner, name });
  const line = (word, a, b, c) => el("tr", {}, el("th", {}, fill(word)), el("td", { class: "own" }, a), el("td", {}, b), el("td", {}, c));
  const seat = (outcome) => (outcome.winner === null ? "–" : fill("seat", { n: outcome.winner }));
  const zero = (outcome) => outcome.price ?? Number(0).toFixed(round.decimals);
  const table = el("table", { class: "compare" }, el("thead", {}, el("tr", {}, el("th", {}, ""), el("th", {}, fill("col_class")),
    el("th", {}, fill(round.is_common ? "col_simulated_signals" : "col_simulated")), el("th", {}, fill("col_theory")))),
    el("tbody", {}, line("row_price", zero(people), zero(simulated), round.is_common ? "" : expected(theory.revenue)), line("row_winner", seat(people), seat(simulated), ""),
      line("row_profit", people.profit, simulated.profit, expected(theory.profit)),
      !round.is_common && line("row_surplus", people.surplus, simulated.surplus, expected(theory.surplus)),
      !round.is_common && line("row_efficient", yes_no(people.efficient), yes_no(simulated.efficient), expected(theory.efficient))));
  const guessed = (round.is_common ? ["profit"] : ["revenue", "profit", "surplus", "efficient"]).some((each) => theory[each].number !== null && !theory[each].is_theory);
  const words = { x: fill(round.is_common ? "chart_signal" : "chart_value"), y: fill("chart_bid") };
  const chart = bid_chart(rows, people.winner, words), is_any_off = chart.querySelector(".beyond") !== null;
  return el("div", { class: "result" },
    el("section", {}, el("p", { class: "headline" }, headline), people.price !== null && el("p", { class: "huge" }, people.price),
      value !== null && el("p", { class: "label" }, `${fill("true_value")} ${value}`), table,
      el("p", { class: "note" }, guessed ? fill("approximate") : "")),
    el("section", {}, el("p", { class: "key" }, el("i", { class: "dot" }), fill("chart_people"), el("i", { class: "ring" }), fill("chart_simulated"),
      is_any_off && el("i", { class: "edge" }, "△"), is_any_off && fill("chart_beyond")),
      chart, spans([[fill("bids"), above.bids],
        [fill(round.is_common ? "above_signal" : "above_value"), above.value], [fill("above_simulated"), above.simulated]])));
}

function called_off(state) {
  return el("div", { class: "centre" }, el("p", { class: "huge" }, fill("called_off", { n: state.round.number })),
    el("p", { class: "label" }, fill("called_off_why")));
}

function every_bid(state) {
  if (!state.result) return el("p", { class: "centre" }, fill("closed"));
  const round = state.round, { rows, people } = state.result;
  const heads = ["col_seat", round.is_common ? "col_told_signal" : "col_told_value", "col_bid", "col_simulated_bid"];
  const names = Object.fromEntries(state.seats.map((one) => [one.seat, one.name]));
  const columns = Math.min(rows.length > 9 ? Math.max(Math.ceil(rows.length / 13), 2) : 1, 3), long = Math.ceil(rows.length / columns);
  const parts = Array.from({ length: columns }, (_, place) => rows.slice(place * long, (place + 1) * long));
  return el("div", { class: columns > 2 ? "rows many" : "rows" }, ...parts.map((part) => el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", {}, fill(head))))),
    el("tbody", {}, ...part.map((row) => el("tr", { class: row.seat === people.winner ? "won" : "" },
      el("td", { class: "who" }, `${row.seat} ${names[row.seat] ?? ""}`), el("td", {}, row.told), el("td", { class: "own" }, row.bid ?? "–"), el("td", {}, row.simulated)))))));
}

// Private values: prices against theory. A common value differs from round to round, so profit is what can be compared.
function all_rounds(state) {
  const means = state.means, is_common = state.round.is_common, sale = (outcome) => outcome.price ?? fill("unsold");
  const heads = ["col_round", "col_format", "col_bidders", "col_floor", "col_price",
    ...(is_common ? ["col_worth", "col_profit", "col_simulated_profit", "col_theory_profit"] : ["col_simulated_price", "col_theory_price", "col_profit", "col_efficient", "col_above"])];
  const cells = (each) => [each.number, format_name(each.format), each.bidders, each.floor, sale(each.people),
    ...(is_common ? [each.worth, each.people.profit, each.simulated.profit, expected(each.expected_profit)]
      : [sale(each.simulated), expected(each.expected), each.people.profit, yes_no(each.people.efficient), `${each.above.value} / ${each.above.bids}`])];
  const mean = ["", fill("mean"), "", "", means.people,
    ...(is_common ? ["", means.profit, means.simulated_profit, means.expected_profit] : [means.simulated, means.expected, means.profit, means.efficient ?? "–", ""])];
  const row = (values, kind) => el("tr", { class: kind }, ...values.map((value, place) => el("td", { class: place === 1 ? "what" : place === (is_common ? 6 : 4) ? "own" : "" }, String(value))));
  return el("div", { class: "all" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((head, place) => el("th", { class: place === 1 ? "what" : "" }, fill(head))))),
    el("tbody", {}, ...state.past.map((each) => row(cells(each), "")),
      row(mean, "mean"))),
    el("p", { class: "note" }, state.past.some((each) => !(is_common ? each.expected_profit : each.expected).is_theory) ? fill("approximate") : ""),
    el("p", { class: "keep" }, state.trouble ? fill("not_saved", { why: state.trouble }) : fill("saved_in", { folder: state.folder }), " ",
      ...["rounds", "bids"].map((name) => el("button", { on: () => download(`${name}.csv`) }, fill(`download_${name}`)))));
}

async function download(name) {
  const answer = await fetch(`/teach/${name}`, { headers: teacher });
  if (!answer.ok) return;
  const address = URL.createObjectURL(await answer.blob());
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function draw_terms(first) {
  const field = (name, about) => el("label", {}, el("span", {}, fill(`set_${name}`)), el("input", { id: name, value: first[name], inputmode: "decimal", autocomplete: "off", ...about }));
  const choice = el("select", { id: "format" }, ...[...new Set([...FORMATS, ...first.formats])].filter((kind) => first.formats.includes(kind))
    .map((kind) => el("option", { value: kind, selected: kind === first.format }, format_name(kind))));
  choice.addEventListener("change", fit_terms);
  put("terms", el("label", { class: "what" }, el("span", {}, fill("set_format")), choice), field("reserve"), field("increment"), field("seconds"));
  fit_terms();
}

function fit_terms() { $("increment").parentElement.hidden = $("format").value !== "ascending"; }

function draw_step(state) {
  const between = BETWEEN.includes(state.stage);
  if (!$("format")) draw_terms({ ...state.first, ...state.last });
  $("terms").hidden = !between;
  const manner = state.round && state.round.manner;
  const step = { lobby: ["act_open", open_round], open: [`act_start_${manner}`, () => act({ act: "start" })], timed: ["act_close", () => act({ act: "close" })],
    closed: ["act_reveal", () => act({ act: "reveal" })], revealed: ["act_next", open_round], called_off: ["act_next", open_round] }[state.stage];
  $("go").textContent = fill(step[0]);
  $("go").onclick = step[1];
  $("off").hidden = between;
  $("off").disabled = busy;
  $("go").disabled = busy || (between && state.seats.length === 0);
  if (state.trouble) $("said").textContent = fill("not_saved", { why: state.trouble });
}

function open_round() {
  const terms = Object.fromEntries(["reserve", "increment", "seconds"].map((name) => [name, plain($(name).value).replace(",", ".")]));
  act({ act: "open", terms: { ...terms, format: $("format").value } });
}

function tick() {
  const state = heard.state;
  if (!state || !state.round) return;
  const clock = $("clock");
  show_left(state.round);
  if (clock) clock.textContent = clock_price(state.round);
}

// Sizes are those of a screen of 1280 x 720; on another everything grows with it, to be read from the last row, or shrinks.
function fit_wall() {
  const scale = Math.min(innerWidth / 1280, innerHeight / 720);
  document.body.style.zoom = scale;
  document.body.style.height = `${100 / scale}vh`;
}
addEventListener("resize", fit_wall);
fit_wall();

document.title = fill("title_teacher");
$("off").textContent = fill("act_call_off");
$("off").onclick = () => { if (confirm(fill("call_off_sure", { n: heard.state.round.number }))) act({ act: "call_off" }); };
$("terms").addEventListener("submit", (event) => event.preventDefault());
follow("/teach/state", teacher, show, (why) => {
  $("offline").hidden = why === 0;
  $("offline").textContent = fill(why === 403 ? "not_teacher" : "offline");
});
setInterval(tick, 100);
