// A bidder's page: one column, one thing to do at a time.
"use strict";

let drawn = "", busy = false, sure = false;
const typed = { text: "", round: 0 };

function say(text, kind) {
  $("said").textContent = text;
  $("said").className = kind ?? "";
}

async function act(path, content) {
  if (busy) return false;
  busy = true;
  refresh();
  try {
    const answer = await send(path, content);
    const decimals = answer.state.round ? answer.state.round.decimals : "";
    if (answer.word) say(answer.told ?? fill(answer.word, { decimals }), answer.word === "reply_accepted" ? "good" : "bad");
    else say("");
    if (answer.word) sure = false;
    if (answer.word === "reply_accepted") typed.text = "";
    busy = false;
    show(answer.state);
    return !answer.word;
  } catch (error) {
    say(fill("offline"), "bad");
    return false;
  } finally {
    busy = false;
    refresh();
  }
}

const bid = (amount) => act("/bid", { round: heard.state.round.number, amount });

function show(state) {
  const before = heard.state;
  hear(state);
  if (before && before.seat !== null && state.seat === null) say(fill("dismissed"), "bad");
  if (before && (before.stage !== state.stage || (before.own?.leads && !state.own?.leads))) say("");
  if (state.round && typed.round !== state.round.number) { typed.text = ""; typed.round = state.round.number; sure = false; say(""); }
  refresh();
}

// Draw anew only what has changed; a form stays as it is while its bidder types (place_form).
function refresh() {
  const state = heard.state;
  if (!state) return;
  const round = state.round && { ...state.round, ends_in: null, elapsed: null };
  const sight = JSON.stringify([state.stage, state.seat, state.total, state.own, state.is_in, round, busy, sure]);
  if (sight !== drawn) {
    drawn = sight;
    draw(state);
  }
  tick();
}

function draw(state) {
  if (state.seat === null) { draw_join(); return; }
  put("head", el("b", {}, fill("seat", { n: state.seat })), el("span", { class: "name" }, state.name),
    state.total !== undefined && el("span", { class: "total" }, `${fill("your_total")} ${state.total}`));
  const waits = state.stage === "lobby" ? "wait_lobby" : state.stage === "called_off" ? "called_off" : state.is_in ? null : "wait_next";
  if (waits) {
    put("main", el("p", { class: "wait" }, fill(waits, { n: state.round?.number })), waits === "called_off" && el("p", {}, fill("called_off_why")));
    place_form(state, false);
    put("rules", rules(null));
    return;
  }
  const round = state.round, own = state.own;
  const told = el("section", { class: "told" }, el("h2", {}, fill(round.is_common ? "your_signal" : "your_value")),
    el("output", {}, own.told));
  const is_bidding = state.stage === "open" || state.stage === "timed";
  const title = el("p", { class: "round" }, `${fill("round", { n: round.number })} · ${format_name(round.format)}`);
  const doing = { open: bidding, timed: bidding, closed: closed, revealed: revealed }[state.stage];
  put("main", title, told, ...doing(state));
  place_form(state, is_bidding);
  put("rules", is_bidding ? rules(round) : null);
}

function draw_join() {
  put("head");
  put("rules");
  if ($("name")) return;
  place_form(null, false);
  const name = el("input", { id: "name", maxlength: 16, autocomplete: "off", enterkeyhint: "go", required: true });
  const form = el("form", { class: "join" }, el("h1", {}, fill("join_title")), el("label", { for: "name" }, fill("join_name")), name,
    el("button", { class: "big" }, fill("join_button")), el("p", { class: "note" }, fill("join_note")));
  form.addEventListener("submit", (event) => { event.preventDefault(); join(name.value); });
  put("main", form);
}

// A question asked before joining is answered to somebody without a seat: ask afresh.
async function join(name) {
  if (await act("/join", { name })) afresh();
}

function rules(round) {
  const facts = round === null ? [] : [
    [fill("bidders"), round.bidders], [fill("floor"), round.floor],
    round.manner === "rising" ? [fill("least_raise"), round.step] : null,
  ].filter(Boolean);
  return el("section", { class: "rules" },
    facts.length > 0 && el("dl", {}, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value))))),
    round !== null && el("p", {}, W[`rule_${round.format}`] ?? ""), el("p", {}, W.stakes));
}

function bidding(state) {
  return { rising: rising, sealed: sealed, falling: falling }[state.round.manner](state);
}

function timer(round) {
  return el("p", { class: "timer" }, el("span", {}, fill(round.manner === "rising" ? "timed_period" : "time_left")), " ", el("b", { id: "left" }, ""));
}

// The form for an amount is built anew only when it means something else, so that the keyboard stays open.
function place_form(state, is_bidding) {
  const takes = is_bidding && (state.round.manner === "rising" || (state.round.manner === "sealed" && state.own.bid === null));
  const key = takes ? JSON.stringify([state.round.number, sure, busy]) : "";
  if ($("form").dataset.key === key) return;
  $("form").dataset.key = key;
  put("form", takes ? amount_form(state.round, fill(state.round.manner === "rising" ? "bid_this" : "bid_send")) : null);
}

function amount_form(round, label) {
  const input = el("input", { id: "amount", inputmode: "decimal", autocomplete: "off", maxlength: 14, "aria-label": fill("bid_label") });
  input.value = typed.text;
  input.addEventListener("input", () => { typed.text = input.value; if (sure) { sure = false; refresh(); } else warn(); });
  const button = el("button", { class: sure ? "big sure" : "big", disabled: busy || sure }, sure ? fill("bid_confirm", { amount: plain(typed.text) }) : label);
  if (sure && !busy) setTimeout(() => { button.disabled = false; }, BREATH);
  const form = el("form", { class: round.manner === "rising" ? "amount second" : "amount" }, el("label", { for: "amount" }, fill(round.manner === "rising" ? "bid_other" : "bid_label")),
    input, el("p", { id: "warning", class: "note" }), button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    typed.text = input.value;
    if (!typed.text.trim()) return;
    if (sure) bid(plain(typed.text));
    else { sure = true; refresh(); }
  });
  return form;
}

function warn() {
  const state = heard.state, place = $("warning");
  if (!$("amount") || !state.own) return;
  place.textContent = is_above(state, plain(typed.text).replace(",", ".")) ? fill("bid_above") : "";
}

const is_above = (state, amount) => !state.round.is_common && +amount > +state.own.told;

function rising(state) {
  const round = state.round, leads = state.own.leads;
  const who = round.price === null ? null : leads ? (round.leaders.length > 1 ? "you_tie" : "you_lead") : "others_lead";
  const now = el("section", { class: `standing ${leads ? "mine" : ""}` },
    el("h2", {}, fill(round.price === null ? "standing_none" : "standing")),
    round.price !== null && el("output", {}, round.price), who && el("p", {}, fill(who)));
  // One tap bids no more than the share is worth: the price may rise under a thumb. The form takes more, and asks again.
  const above = !leads && is_above(state, round.least);
  const button = above ? el("p", { class: "note" }, fill("next_above", { amount: round.least })) :
    el("button", { class: "big", disabled: busy || (leads && round.leaders.length === 1), on: () => bid(round.least) }, fill("bid_now", { amount: round.least }));
  return [state.stage === "timed" ? timer(round) : el("p", { class: "timer" }, fill("free_period")), now, button];
}

function sealed(state) {
  const time = state.stage === "timed" ? timer(state.round) : null;
  if (state.own.bid === null) return [time];
  return [time, el("section", { class: "standing mine" }, el("h2", {}, fill("bid_given")), el("output", {}, state.own.bid),
    el("p", {}, fill("bid_waiting")))];
}

function falling(state) {
  const round = state.round;
  if (state.stage === "open") return [el("p", { class: "wait" }, fill("wait_clock"), el("br"), fill("clock_waits", { amount: round.prices[0] }))];
  if (state.own.bid !== null) {
    return [el("section", { class: "standing mine" }, el("h2", {}, fill("clock_stopped", { amount: "" })), el("output", {}, state.own.bid))];
  }
  const stop = el("button", { class: "big stop", id: "stop", disabled: busy || sure, on: stop_clock }, "");
  if (sure && !busy) setTimeout(() => { stop.disabled = false; }, BREATH);
  return [stop, el("p", { id: "warning", class: "note" })];
}

// Above its value the share is bought with two taps: a thumb that tries what the button does would end the round for all.
function stop_clock() {
  const state = heard.state;
  if (sure || !is_above(state, clock_price(state.round))) bid(null);
  else { sure = true; refresh(); }
}

function show_stop(state) {
  const price = clock_price(state.round), above = is_above(state, price);
  $("stop").textContent = fill(above && sure ? "stop_confirm" : "stop_clock", { amount: price });
  $("stop").classList.toggle("sure", above && sure);
  $("warning").textContent = above ? fill("bid_above") : "";
}

function closed(state) {
  return [state.own.bid !== null && el("p", { class: "wait" }, `${fill("bid_given")}: ${state.own.bid}`), el("p", { class: "wait" }, fill("wait_reveal"))];
}

function revealed(state) {
  const own = state.own, round = state.round;
  if (own.simulated_bid === undefined) return closed(state);
  const headline = own.winner === null ? fill("unsold") : own.won ? fill("won") : fill("lost", { n: own.winner });
  const lines = [
    [fill("bid_given"), own.bid ?? fill("no_bid")],
    own.price !== null && [fill("price"), own.price],
    round.is_common && [fill("true_value"), own.worth],
    own.won && [fill("your_profit"), own.profit],
    [fill(round.manner === "rising" ? "simulated_you_open" : "simulated_you"), own.simulated_bid],
  ].filter(Boolean);
  return [el("section", { class: `standing ${own.won ? "mine" : ""}` }, el("p", { class: "headline" }, headline)),
    el("dl", { class: "lines" }, ...lines.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))))];
}

function tick() {
  const state = heard.state;
  if (!state || !state.round) return;
  show_left(state.round);
  if ($("stop")) show_stop(state);
  warn();
}

document.title = fill("title");
$("offline").textContent = fill("offline");
const afresh = follow("/state", {}, show, (why) => { $("offline").hidden = why === 0; });
setInterval(tick, 100);
