// What both pages share. Text from people only ever becomes a text node, never markup.
"use strict";

const $ = (id) => document.getElementById(id);

// Milliseconds: a second touch in the same breath is a slip, and must not confirm what the first one has asked.
const BREATH = 600;

// An amount in plain digits and points, where it was typed in the wide ones of a Chinese keyboard.
const plain = (text) => text.normalize("NFKC").replace("。", ".").trim();

function fill(word, values) {
  let text = W[word] ?? word;
  for (const [name, value] of Object.entries(values ?? {})) text = text.replace(`{${name}}`, () => String(value));
  return text;
}

// A format of somebody's own has no words here and goes by its kind.
const format_name = (kind) => W[`format_${kind}`] ?? kind;

function el(tag, about, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(about ?? {})) {
    if (name === "on") made.addEventListener("click", value);
    else if (name === "class") made.className = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...inside.filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

function put(id, ...inside) {
  $(id).replaceChildren(...inside.filter((each) => each !== null && each !== undefined && each !== false));
}

async function send(path, content, headers) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(content),
    signal: AbortSignal.timeout ? AbortSignal.timeout(10000) : undefined,
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

// Ask for news again and again; the server answers when there is some. After sleep or a lost connection ask afresh.
function follow(path, headers, show, lost) {
  let stamp = "", waiting = null, failures = 0, turn = 0;
  async function ask(mine) {
    while (mine === turn) {
      waiting = new AbortController();
      const limit = setTimeout(() => waiting.abort(), 35000);
      try {
        const answer = await fetch(`${path}?since=${encodeURIComponent(stamp)}`, { headers, signal: waiting.signal });
        if (answer.status === 403) { lost(403); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        const state = await answer.json();
        if (mine !== turn) return;
        stamp = state.stamp;
        failures = 0;
        lost(0);
        show(state);
      } catch (error) {
        if (mine !== turn) return;
        failures += 1;
        stamp = "";
        if (failures > 1) lost(1);
        await new Promise((wake) => setTimeout(wake, Math.min(500 * failures, 4000)));
      } finally {
        clearTimeout(limit);
      }
    }
  }
  function afresh() {
    turn += 1;
    if (waiting) waiting.abort();
    stamp = "";
    ask(turn);
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) afresh(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) afresh(); });
  window.addEventListener("online", afresh);
  afresh();
  return afresh;
}

// Time is the server's: a state says how much is left when it is told, and the page counts on from there.
const heard = { at: 0, state: null };
function hear(state) { heard.at = performance.now(); heard.state = state; }
const since_heard = () => (performance.now() - heard.at) / 1000;

function seconds_left(round) {
  return round.ends_in === null ? null : Math.max(round.ends_in - since_heard(), 0);
}

function clock_text(seconds) {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// The countdown, where a page has one.
function show_left(round) {
  const left = $("left"), seconds = seconds_left(round);
  if (!left || seconds === null) return;
  left.textContent = clock_text(seconds);
  left.className = seconds < 10 ? "soon" : "";
}

function clock_price(round) {
  if (round.taken !== null) return round.taken;
  if (round.elapsed === null) return round.prices[0];
  const step = Math.floor((round.elapsed + since_heard()) / round.step_seconds);
  return round.prices[Math.min(Math.max(step, 0), round.prices.length - 1)];
}
