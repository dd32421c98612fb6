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

function bid_chart(rows, winner, words) {
  const wide = 600, high = 430, left = 74, low = 62, top = 16, right = 16;
  const bids = rows.filter((row) => row.bid !== null);
  const x = rows.map((row) => +row.told), y = [...bids.map((row) => +row.bid), ...rows.map((row) => +row.simulated)];
  const from = Math.min(...x, ...y), to = Math.max(...x, ...y), room = (to - from || Math.abs(to) || 1) * 0.05;
  const least = from >= 0 && from < (to - from) * 0.5 ? 0 : from - room, most = to + room;
  const across = (value) => left + ((value - least) / (most - least)) * (wide - left - right);
  const up = (value) => high - low - ((value - least) / (most - least)) * (high - low - top);
  const chart = svg("svg", { viewBox: `0 0 ${wide} ${high}`, class: "chart", role: "img" });
  const step = round_step(most - least), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9) + (String(step).includes("25") ? 1 : 0));
  for (let mark = Math.ceil(least / step - 1e-9) * step; mark <= most; mark += step) {
    chart.append(svg("line", { x1: left, x2: wide - right, y1: up(mark), y2: up(mark), class: "grid" }));
    chart.append(svg("text", { x: left - 10, y: up(mark) + 7, "text-anchor": "end" }, mark.toFixed(digits)));
    chart.append(svg("text", { x: across(mark), y: high - low + 26, "text-anchor": "middle" }, mark.toFixed(digits)));
  }
  chart.append(svg("line", { x1: across(least), y1: up(least), x2: across(most), y2: up(most), class: "even" }));
  for (const row of rows) chart.append(svg("circle", { cx: across(+row.told), cy: up(+row.simulated), r: 6, class: "ring" }));
  for (const row of bids) {
    const won = row.seat === winner;
    chart.append(svg("circle", { cx: across(+row.told), cy: up(+row.bid), r: won ? 11 : 8, class: won ? "dot won" : "dot" }));
    if (rows.length <= 40 || won) chart.append(svg("text", { x: across(+row.told) + 12, y: up(+row.bid) - 8, class: "seat" }, String(row.seat)));
  }
  chart.append(svg("text", { x: (left + wide - right) / 2, y: high - 8, "text-anchor": "middle", class: "axis" }, words.x));
  chart.append(svg("text", { x: 0, y: 0, "text-anchor": "middle", class: "axis", transform: `translate(20 ${(top + high - low) / 2}) rotate(-90)` }, words.y));
  return chart;
}
