// Bids against values: people as filled dots with their seats, simulated bidders as rings on what they would have bid.
"use strict";

function svg(tag, about, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(about)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function round_step(range) {
  const rough = range / 4, power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough);
}

// A little more than the data need, from 0 where that is near.
function range_of(least, most) {
  const room = (most - least || Math.abs(most) || 1) * 0.05;
  return { from: least >= 0 && least < (most - least) * 0.5 ? 0 : least - room, to: most + room };
}

function marks_of(range) {
  const step = round_step(range.to - range.from);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (String(step).includes("25") ? 1 : 0));
  const marks = [];
  for (let mark = Math.ceil(range.from / step - 1e-9) * step; mark <= range.to; mark += step) marks.push(mark.toFixed(digits));
  return marks;
}

// A bid in its place; one beyond the edge is a hollow arrow at it, so that nobody takes it for a bid of the edge's height.
function bid_sign(x, y, size, kind, beyond) {
  if (beyond === 0) return svg("circle", { cx: x, cy: y, r: size, class: kind });
  const tip = y - beyond * size * 1.5, foot = y + beyond * size * 0.5;
  return svg("polygon", { points: `${x},${tip} ${x - size},${foot} ${x + size},${foot}`, class: `${kind} beyond` });
}

// Bids far off the values are drawn at the edge, so that one slip of a thumb does not press all others together.
function bid_chart(rows, winner, words) {
  const wide = 600, high = 430, left = 74, low = 62, top = 16, right = 16;
  const bids = rows.filter((row) => row.bid !== null);
  const x = rows.map((row) => +row.told), y = [...bids.map((row) => +row.bid), ...rows.map((row) => +row.simulated)];
  const told = range_of(Math.min(...x), Math.max(...x)), spread = told.to - told.from;
  const bid = range_of(Math.max(Math.min(...y), told.from - spread), Math.min(Math.max(...y, told.from + spread * 0.1), told.to + spread * 0.5));
  const across = (value) => left + ((value - told.from) / (told.to - told.from)) * (wide - left - right);
  const beyond = (value) => (value > bid.to ? 1 : value < bid.from ? -1 : 0);
  const up = (value) => high - low - (Math.min(Math.max((value - bid.from) / (bid.to - bid.from), 0), 1)) * (high - low - top);
  const chart = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "chart", role: "img" });
  for (const mark of marks_of(bid)) {
    chart.append(svg("line", { x1: left, x2: wide - right, y1: up(+mark), y2: up(+mark), class: "grid" }));
    chart.append(svg("text", { x: left - 10, y: up(+mark) + 7, "text-anchor": "end" }, mark));
  }
  for (const mark of marks_of(told)) chart.append(svg("text", { x: across(+mark), y: high - low + 26, "text-anchor": "middle" }, mark));
  const begin = Math.max(told.from, bid.from), end = Math.min(told.to, bid.to);
  if (begin < end) chart.append(svg("line", { x1: across(begin), y1: up(begin), x2: across(end), y2: up(end), class: "even" }));
  for (const row of rows) chart.append(bid_sign(across(+row.told), up(+row.simulated), 6, "ring", beyond(+row.simulated)));
  for (const row of bids) {
    const won = row.seat === winner;
    chart.append(bid_sign(across(+row.told), up(+row.bid), won ? 11 : 8, won ? "dot won" : "dot", beyond(+row.bid)));
    if (rows.length <= 40 || won) chart.append(svg("text", { x: across(+row.told) + 12, y: up(+row.bid) + (beyond(+row.bid) ? 6 : -8), class: "seat" }, String(row.seat)));
  }
  chart.append(svg("text", { x: (left + wide - right) / 2, y: high - 8, "text-anchor": "middle", class: "axis" }, words.x));
  chart.append(svg("text", { x: 0, y: 0, "text-anchor": "middle", class: "axis", transform: `translate(20 ${(top + high - low) / 2}) rotate(-90)` }, words.y));
  return chart;
}
