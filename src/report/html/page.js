"use strict";
(() => {
  const report = JSON.parse(byId("data").textContent);
  const sourceLines = new Map(Object.entries(report.sources).map(([file, text]) => [file, text === null ? null : text.split(/\r\n|[\n\r\u2028\u2029]/)]));
  const state = { finding: -1, step: 0, graph: false };

  start();

  function start() {
    const { summary } = report;
    byId("summary").textContent = `${count(summary.errors, "error")}, ${count(summary.warnings, "warning")} · looked at ${count(summary.files, "file")}, analysed ${summary.analyzed}`;
    fillSelect(byId("rule"), "All rules", report.findings.map((finding) => finding.ruleId));
    fillSelect(byId("file"), "All files", report.findings.map((finding) => finding.file));
    for (const id of ["filter", "rule", "file"]) byId(id).addEventListener("input", showList);
    byId("theme").addEventListener("click", switchTheme);
    document.addEventListener("keydown", onKey);
    window.addEventListener("resize", drawArrows);
    showList();
  }

  function fillSelect(select, all, values) {
    select.append(new Option(all, ""));
    for (const value of [...new Set(values)].sort()) select.append(new Option(value, value));
  }

  // The findings that pass the filters, as indices.
  function visible() {
    const text = byId("filter").value.toLowerCase();
    const rule = byId("rule").value;
    const file = byId("file").value;
    return report.findings.flatMap((finding, index) => {
      const said = `${finding.message} ${finding.ruleId} ${finding.file} ${finding.function}`.toLowerCase();
      return said.includes(text) && (rule === "" || finding.ruleId === rule) && (file === "" || finding.file === file) ? [index] : [];
    });
  }

  function showList() {
    const list = byId("list");
    const shown = visible();
    list.replaceChildren();
    let group = null;
    for (const index of shown) {
      const finding = report.findings[index];
      if (finding.file !== group) {
        list.append(element("li", { className: "group", role: "presentation" }, finding.file));
        group = finding.file;
      }
      const item = element("li", { className: `item ${finding.severity}`, role: "option", id: `finding-${index}` });
      item.append(element("span", { className: "dot", title: finding.severity }), withCode(finding.message), element("div", { className: "rule" }, `${finding.ruleId} · ${place(finding)}`));
      item.addEventListener("click", () => select(index));
      list.append(item);
    }
    byId("empty").hidden = shown.length > 0;
    byId("empty").textContent = report.findings.length === 0 ? "No findings." : "No finding matches.";
    select(shown.includes(state.finding) ? state.finding : (shown[0] ?? -1));
  }

  function select(index) {
    state.finding = index;
    state.step = 0;
    for (const item of byId("list").querySelectorAll(".item")) item.setAttribute("aria-selected", String(item.id === `finding-${index}`));
    document.getElementById(`finding-${index}`)?.scrollIntoView({ block: "nearest" });
    showDetail();
  }

  function showDetail() {
    const detail = byId("detail");
    detail.replaceChildren();
    const finding = report.findings[state.finding];
    if (finding === undefined) return;
    const heading = element("h2", {});
    heading.append(withCode(finding.message));
    detail.append(heading, element("p", { className: "meta" }, `${finding.severity} · ${finding.ruleId} · ${finding.file}:${place(finding)} in ${finding.function}`));
    for (const [name, text] of [["note", finding.note], ["help", finding.help]]) {
      if (text === null) continue;
      const said = element("p", { className: "said" });
      said.append(element("strong", {}, `${name}: `), withCode(text));
      detail.append(said);
    }
    const bar = element("div", { className: "bar" });
    bar.append(button("previous", "◀ previous step", () => goToStep(state.step - 1)), button("next", "next step ▶", () => goToStep(state.step + 1)));
    if (finding.graph !== null) {
      const toggle = button("graph", "control flow", switchGraph);
      toggle.setAttribute("aria-pressed", String(state.graph));
      bar.append(toggle);
    }
    detail.append(bar, state.graph && finding.graph !== null ? graphOf(finding) : pathOf(finding));
    drawArrows();
    markStep(false);
  }

  function graphOf(finding) {
    const box = element("div", { className: "graph" });
    box.innerHTML = finding.graph.slice(finding.graph.indexOf("<svg"));
    return box;
  }

  // Steps that follow each other in one function of one file share a frame.
  function pathOf(finding) {
    const path = element("div", { className: "path" });
    const frames = [];
    finding.steps.forEach((step, index) => {
      const last = frames.at(-1);
      const entry = { ...step, index };
      if (last !== undefined && last.file === step.file && last.depth === step.depth) last.steps.push(entry);
      else frames.push({ file: step.file, depth: step.depth, steps: [entry] });
    });
    for (const frame of frames) path.append(drawFrame(frame));
    path.append(svgElement("svg", { class: "arrows" }));
    return path;
  }

  function drawFrame(frame) {
    const box = element("section", { className: "frame" });
    box.style.marginLeft = `${frame.depth * 28}px`;
    box.append(element("h3", {}, `${frame.file}:${frame.steps[0].range.start.line}`));
    const code = element("div", { className: "code" });
    const lines = sourceLines.get(frame.file) ?? null;
    if (lines === null) for (const step of frame.steps) code.append(stepLabel(step));
    else drawLines(code, frame, lines);
    box.append(code);
    return box;
  }

  function drawLines(code, frame, lines) {
    const around = 3;
    const wanted = new Set();
    for (const step of frame.steps) for (let line = step.range.start.line - around; line <= step.range.end.line + around; line += 1) if (line >= 1 && line <= lines.length) wanted.add(line);
    let before = 0;
    for (const line of [...wanted].sort((left, right) => left - right)) {
      if (before !== 0 && line > before + 1) code.append(element("div", { className: "gap" }, "⋮"));
      const here = frame.steps.filter((step) => step.range.start.line === line);
      const row = element("div", { className: "row" });
      row.append(element("span", { className: "number" }, String(line)), marked(lines[line - 1], here));
      code.append(row, ...here.map(stepLabel));
      before = line;
    }
  }

  // The text of a line with the places of its steps marked; where places overlap, the later is the inner one.
  function marked(text, steps) {
    const row = element("span", {});
    const cuts = new Set([0, text.length]);
    const ranges = steps.map((step) => ({ from: step.range.start.column - 1, to: step.range.end.line > step.range.start.line ? text.length : step.range.end.column - 1, primary: step.primary }));
    for (const range of ranges) cuts.add(range.from).add(range.to);
    const sorted = [...cuts].filter((cut) => cut >= 0 && cut <= text.length).sort((left, right) => left - right);
    sorted.slice(0, -1).forEach((from, index) => {
      const piece = text.slice(from, sorted[index + 1]);
      const inside = ranges.filter((range) => range.from <= from && range.to >= sorted[index + 1]);
      row.append(inside.length === 0 ? piece : element("mark", { className: inside.some((range) => range.primary) ? "primary" : "" }, piece));
    });
    return row;
  }

  function stepLabel(step) {
    const label = element("div", { className: `step${step.primary ? " primary" : ""}`, id: `step-${step.index}` });
    const words = element("span", {});
    words.append(withCode(step.message));
    label.append(element("span", { className: "badge" }, String(step.index + 1)), words);
    label.addEventListener("click", () => goToStep(step.index));
    return label;
  }

  // Arrows run in the margin from the number of a step to that of the next.
  function drawArrows() {
    const svg = document.querySelector(".arrows");
    if (svg === null) return;
    const origin = svg.getBoundingClientRect();
    const marker = svgElement("marker", { id: "head", viewBox: "0 0 8 8", refX: "7", refY: "4", markerUnits: "userSpaceOnUse", markerWidth: "9", markerHeight: "9", orient: "auto" });
    marker.append(svgElement("path", { d: "M0 0 L8 4 L0 8 z" }));
    svg.replaceChildren(marker);
    const badges = [...document.querySelectorAll(".step .badge")].sort((left, right) => Number(left.textContent) - Number(right.textContent));
    badges.slice(0, -1).forEach((badge, index) => {
      const from = badge.getBoundingClientRect();
      const to = badges[index + 1].getBoundingClientRect();
      const [x1, y1] = [from.left - origin.left, from.top - origin.top + from.height / 2];
      const [x2, y2] = [to.left - origin.left, to.top - origin.top + to.height / 2];
      const bend = Math.min(x1, x2) - 14 - (index % 4) * 10;
      svg.append(svgElement("path", { d: `M${x1 - 2} ${y1} C ${bend} ${y1}, ${bend} ${y2}, ${x2 - 3} ${y2}`, "marker-end": "url(#head)", "data-to": String(index + 1) }));
    });
  }

  function goToStep(step) {
    const { steps } = report.findings[state.finding];
    state.step = Math.min(Math.max(step, 0), steps.length - 1);
    markStep(true);
  }

  function markStep(scroll) {
    for (const label of document.querySelectorAll(".step")) label.classList.toggle("current", label.id === `step-${state.step}`);
    for (const arrow of document.querySelectorAll(".arrows > path")) arrow.classList.toggle("current", arrow.dataset.to === String(state.step));
    if (scroll) document.getElementById(`step-${state.step}`)?.scrollIntoView({ block: "center" });
  }

  function switchGraph() {
    state.graph = !state.graph;
    showDetail();
  }

  function switchTheme() {
    const root = document.documentElement;
    const dark = root.dataset.theme === "dark" || (root.dataset.theme === undefined && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const shown = visible();
    const at = shown.indexOf(state.finding);
    const actions = {
      j: () => select(shown[Math.min(at + 1, shown.length - 1)] ?? -1),
      k: () => select(shown[Math.max(at - 1, 0)] ?? -1),
      n: () => goToStep(state.step + 1),
      p: () => goToStep(state.step - 1),
      g: switchGraph,
      t: switchTheme,
      "/": () => byId("filter").focus(),
    };
    const key = { ArrowDown: "j", ArrowUp: "k", ArrowRight: "n", ArrowLeft: "p" }[event.key] ?? event.key;
    const action = actions[key];
    if (action === undefined || report.findings.length === 0) return;
    event.preventDefault();
    action();
  }

  function place(finding) {
    const primary = finding.steps.find((step) => step.primary);
    return `${primary.range.start.line}:${primary.range.start.column}`;
  }

  // Back quotes in a message stand round code.
  function withCode(text) {
    const pieces = document.createDocumentFragment();
    text.split("`").forEach((piece, index) => pieces.append(index % 2 === 1 ? element("code", {}, piece) : piece));
    return pieces;
  }

  function button(id, text, action) {
    const made = element("button", { type: "button", id: `do-${id}` }, text);
    made.addEventListener("click", action);
    return made;
  }

  function element(name, properties, text) {
    const made = Object.assign(document.createElement(name), properties);
    if (properties.role !== undefined) made.setAttribute("role", properties.role);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function svgElement(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  function count(number, noun) {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
  }

  function byId(id) {
    return document.getElementById(id);
  }
})();
