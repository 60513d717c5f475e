/** Optimisers on a loss of two numbers: recorded runs, one update a step, the formula with its numbers. */

import { buildLosses, buildPlane, MARKS } from "./descent_picture.js";
import { descentKeys, initialDescent, isOutside, ranking, reduceDescent, runOf, workingLines } from "./descent_runs.js";
import { element, fill, formulaElement, svgElement } from "./dom.js";
import { numberText } from "./numbers.js";
import { mountWalk, pieces } from "./walk.js";

/** Build a descent in a shadow root. */
export function mountDescent(root, host, data, words) {
  const said = words.descent;
  const plane = buildPlane(data, said);
  const losses = buildLosses(data, said);
  const sliders = buildSliders(data.rules, said);
  const table = buildTable(data, said);
  const working = element("div", { class: "working" });
  const side = element("div", { "data-region": "side", class: "side" }, data.formula ? element("div", { class: "formula" }, formulaElement(data.formula)) : null, sliders.root, losses.root);
  const view = {
    label: fill(said.label, { title: data.title, steps: data.steps }),
    words: said,
    state: initialDescent(data),
    keys: descentKeys(data.rules.length),
    body: [element("div", { class: "middle" }, plane.root, side), element("div", { "data-region": "numbers", class: "numbers" }, table.root, working)],
    keyLine: [said.key_marks, said.key_gradient].map((text) => element("span", {}, text)).concat([["1 2 3", said.keys.rule_short], ["↓", said.keys.coordinate], ["?", words.key_line.keys]].map(([key, text]) => element("span", {}, element("kbd", {}, key), ` ${text}`))),
    last: () => data.steps,
    reduce: (state, event) => reduceDescent(state, event, data),
    say: (state) => sayDescent(data, state, said),
    draw: (state, dispatch) => {
      plane.draw(state);
      losses.draw(state);
      sliders.draw(state, dispatch);
      table.draw(state, dispatch);
      drawWorking(working, data, state, said);
    },
  };
  const walk = mountWalk(root, host, view, words);
  const heights = data.rules.map((_, rule) => {
    drawWorking(working, data, { ...walk.state, rule, step: 1 }, said);
    return working.offsetHeight;
  });
  working.style.setProperty("--working", `${Math.max(...heights)}px`);
  drawWorking(working, data, walk.state, said);
  return walk;
}

function sayDescent(data, state, said) {
  const rule = data.rules[state.rule];
  const run = runOf(data, state, state.rule);
  const name = data.names[state.coordinate];
  const place = (point) => `(${point.map(numberText).join(", ")})`;
  const common = { chip: said.update, title: `${data.title}: ${data.rules.map((r) => r.name).join(", ")}` };
  if (state.step === 0) {
    const values = { place: place(run.w[0]), loss: numberText(run.L[0]) };
    return { ...common, headline: pieces(said.start, values), detail: [said.start_detail], spoken: fill(said.start, values).replaceAll("*", "").replaceAll("−", `${said.minus} `) };
  }
  const ranked = ranking(data, state);
  const lost = ranked.filter(({ loss }) => loss === undefined);
  const told = ranked.filter(({ loss }) => loss !== undefined).map(({ rule: r, loss }) => ({ name: data.rules[r].name, loss: numberText(loss) }));
  const rest = [...told.slice(1).map((r) => `; ${r.name} ${r.loss}`), ...lost.map((r) => `; ${fill(said.lost, { name: data.rules[r.rule].name })}`)].join("");
  const template = !told.length ? said.all_lost : data.rules.length === 1 ? said.alone : state.step === 1 ? said.after_one : said.after;
  const values = { updates: state.step, best: told[0]?.name, loss: told[0]?.loss, rest };
  const line = workingLines(data, state, state.rule, state.coordinate).at(-1);
  const k = state.step;
  const detail = [];
  if (k >= run.w.length) detail.push(fill(said.left_numbers, { name: rule.name, update: run.w.length, place: place(run.w.at(-1)) }));
  else {
    if (line) detail.push(`${rule.name}: ${name} ← ${line.text} ${line.equals} ${line.result}.`);
    const [before, now] = [run.g[k - 1][state.coordinate], run.g[k]?.[state.coordinate]];
    if (now !== undefined && before * now < 0) detail.push(fill(said.across, { name }));
    if (run.L[k] > run.L[k - 1]) detail.push(fill(said.rose, { before: numberText(run.L[k - 1]), after: numberText(run.L[k]) }));
    if (isOutside(run.w[k], data.box)) detail.push(fill(said.outside, { name: rule.name, place: place(run.w[k]) }));
  }
  const spoken = fill(template, values).replaceAll("*", "").replaceAll("−", `${said.minus} `).slice(0, 200);
  return { ...common, headline: pieces(template, values), detail: [[...detail, k === data.steps ? said.other_rates : ""].join(" ").trim()], spoken };
}

/** The mark, then the name, of a rule: never a colour alone. */
function ruleName(rules, rule) {
  const mark = svgElement("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true", class: `series s${rule}` }, svgElement("path", { class: "dot-now", d: MARKS[rule] }));
  return element("span", { class: `rule s${rule}` }, mark, ` ${rules[rule].name}`);
}

function buildSliders(rules, said) {
  const rows = [];
  const groups = rules.map((rule, number) => {
    const own = rule.sliders.map(([option, values], slider) => {
      const input = element("input", { type: "range", min: 0, max: values.length - 1, step: 1, "data-own-keys": true, "aria-label": `${rule.name}, ${option}` });
      const value = element("output", {});
      rows.push({ input, value, values, number, slider });
      return element("label", {}, element("span", {}, option), input, value);
    });
    return element("div", { class: "setting", role: "group", "aria-label": fill(said.settings, { name: rule.name }) }, ruleName(rules, number), ...own);
  });
  function draw(state, dispatch) {
    for (const { input, value, values, number, slider } of rows) {
      const place = state.chosen[number][slider];
      input.value = place;
      input.setAttribute("aria-valuetext", String(values[place]));
      value.textContent = String(values[place]);
      input.oninput = () => dispatch({ type: "SLIDE", rule: number, slider, place: Number(input.value) });
    }
  }
  return { root: element("div", { class: "settings", "data-region": "settings" }, ...groups), draw };
}

/** Of each rule the place before, the gradient there, the place after and the loss. */
function buildTable(data, said) {
  const heads = [said.optimiser, said.before, said.gradient, said.after_head, said.loss].map((text) => element("th", { scope: "col" }, text));
  const rows = data.rules.map((_, rule) => {
    const button = element("button", { type: "button", class: "choose" }, ruleName(data.rules, rule));
    const cells = ["before", "gradient", "after", "loss"].map((name) => element("td", { class: name }));
    return { button, cells, root: element("tr", {}, element("th", { scope: "row" }, button), ...cells) };
  });
  const root = element("table", { class: "runs", "data-role": "result" }, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows.map((row) => row.root)));
  function draw(state, dispatch) {
    const k = state.step;
    const pair = (point) => (point ? `(${point.map(numberText).join(", ")})` : "–");
    rows.forEach(({ button, cells, root: line }, rule) => {
      const run = runOf(data, state, rule);
      const ended = k >= run.w.length;
      const shown = ended ? ["–", "–", fill(said.left_at, { update: run.w.length }), "–"] : [pair(k ? run.w[k - 1] : null), pair(k ? run.g[k - 1] : null), pair(run.w[k]), numberText(run.L[k])];
      cells.forEach((cell, i) => (cell.textContent = shown[i]));
      line.toggleAttribute("data-current", rule === state.rule);
      button.setAttribute("aria-pressed", String(rule === state.rule));
      button.onclick = () => dispatch({ type: "RULE", rule });
    });
  }
  return { root: element("div", { class: "scrolls", tabindex: "0", role: "group", "aria-label": said.table }, root), draw };
}

function drawWorking(place, data, state, said) {
  const rule = data.rules[state.rule];
  const lines = workingLines(data, state, state.rule, state.coordinate);
  const name = (letter) => (letter === "w" ? data.names[state.coordinate] : letter);
  place.replaceChildren(
    element("div", { class: "working-head" }, ruleName(data.rules, state.rule), fill(said.number, { name: data.names[state.coordinate] }), ...rule.formulas.map((formula) => formulaElement(formula))),
    ...(lines.length ? lines.map((line) => element("div", { class: "line" }, `${name(line.name)} ← ${line.text} ${line.equals} `, element("b", {}, line.result))) : [element("div", {}, state.step === 0 ? said.no_update : rule.lines.length ? said.no_numbers : said.no_formula)]),
  );
}
