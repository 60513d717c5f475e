import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";

import { axisTicks, borderPoint } from "../../dlcourse/steppers/static/descent_picture.js";
import { initialDescent, isOutside, ranking, reduceDescent, runNumber, runOf, workingLines } from "../../dlcourse/steppers/static/descent_runs.js";
import { printedValue } from "../../dlcourse/steppers/static/numbers.js";

const here = new URL(".", import.meta.url).pathname;
const venv = `${here}../../.venv/bin/python`;
const python = process.env.PYTHON ?? (existsSync(venv) ? venv : "python3");
const made = JSON.parse(execFileSync(python, [`${here}make_descents.py`], { maxBuffer: 1e8 }));

/** Every choice of every slider of a rule. */
function* choices(rule, before = []) {
  if (before.length === rule.sliders.length) return yield before;
  for (let place = 0; place < rule.sliders[before.length][1].length; place++) yield* choices(rule, [...before, place]);
}

/** Every rule, run, update and number of every payload, as a state. */
function* everywhere() {
  for (const [name, { data, settings }] of Object.entries(made)) {
    for (const [number, rule] of data.rules.entries()) {
      for (const places of choices(rule)) {
        const start = initialDescent(data);
        const chosen = start.chosen.map((own, other) => (other === number ? places : own));
        for (let step = 0; step <= data.steps; step++) yield { name, data, settings, rule: number, state: { ...start, rule: number, chosen, step } };
      }
    }
  }
}

test("the last slider moves fastest, as in the engine's list of settings", () => {
  let checked = 0;
  for (const { data, settings } of Object.values(made)) {
    for (const [number, rule] of data.rules.entries()) {
      for (const places of choices(rule)) {
        const wanted = settings[number][runNumber(rule, places)];
        rule.sliders.forEach(([option, values], slider) => assert.equal(wanted[option], values[places[slider]]));
        checked += 1;
      }
    }
  }
  assert.equal(checked, 19 + 7 + 3);
});

test("the printed arithmetic of every update gives the engine's number", () => {
  let checked = 0;
  const signs = { "=": 0, "≈": 0 };
  for (const { data, rule, state } of everywhere()) {
    const run = runOf(data, state, rule);
    for (const coordinate of [0, 1]) {
      const lines = workingLines(data, state, rule, coordinate);
      for (const line of lines) {
        const exact = run[line.name][line.name === "w" ? state.step : state.step - 1][coordinate];
        assert.ok(Math.abs(printedValue(line.result) - exact) <= Math.max(0.000501, 0.005 * Math.abs(exact)), `${line.name} ${line.result} ${exact}`);
        assert.ok(Math.abs(line.computed - exact) <= 0.05 * Math.abs(exact) + (/[vs]/.test(line.name) ? 0 : 0.002), `${line.text} = ${line.computed}, not ${exact}`);
        signs[line.equals] += 1;
        checked += 1;
      }
      if (lines.length) assert.equal(lines.at(-1).name, "w");
    }
  }
  assert.ok(checked > 2000);
  assert.ok(signs["="] > 0.5 * checked, JSON.stringify(signs));
});

test("a line without its numbers would be seen: no place of a template stays empty", () => {
  for (const { data, rule, state } of everywhere()) {
    for (const line of workingLines(data, state, rule, 0)) assert.doesNotMatch(line.text, /\(\)|\{|undefined|NaN|  |[×√/−] *$/, line.text);
  }
});

test("a run that left the numbers ends there, ranks last and has no arithmetic", () => {
  const { data } = made.wild;
  const state = { ...initialDescent(data), step: data.steps };
  const lost = runOf(data, state, 0);
  assert.ok(lost.w.length < data.steps);
  assert.equal(ranking(data, state).at(-1).rule, 0);
  assert.deepEqual(workingLines(data, { ...state, step: lost.w.length }, 0, 0), []);
});

test("a rule that does more than its formula tells shows none", () => {
  assert.deepEqual(made.wild.data.rules[1].lines, []);
  assert.ok(made.wild.data.rules[0].lines.length);
});

test("a slider chooses its own run only, and its rule is explained", () => {
  const { data } = made.ravine;
  const state = { ...initialDescent(data), step: 3 };
  const after = reduceDescent(state, { type: "SLIDE", rule: 1, slider: 1, place: 2 }, data).state;
  assert.deepEqual(after.chosen, [[2], [1, 2], [2]]);
  assert.deepEqual([after.rule, after.step], [1, 3]);
  assert.equal(runOf(data, after, 0), runOf(data, state, 0));
  assert.notEqual(runOf(data, after, 1), runOf(data, state, 1));
  assert.equal(reduceDescent(state, { type: "NEXT" }, data), null);
});

test("the lowest loss ranks first", () => {
  const { data } = made.ravine;
  for (let step = 0; step <= data.steps; step++) {
    const losses = ranking(data, { ...initialDescent(data), step }).map(({ loss }) => loss);
    assert.deepEqual(losses, [...losses].sort((a, b) => a - b));
  }
});

test("a path leaves the picture at its border", () => {
  const box = [-2, 2, -1, 1];
  assert.deepEqual(borderPoint([0, 0], [4, 0], box), [2, 0]);
  assert.deepEqual(borderPoint([0, 0], [4, 4], box), [1, 1]);
  assert.deepEqual(borderPoint([-1, 0.5], [-1, -7.5], box), [-1, -1]);
  assert.ok(isOutside([0, 1.01], box) && !isOutside([2, 1], box));
});

test("an axis has round ticks within its range", () => {
  assert.deepEqual(axisTicks(-3.2, 3.2), [-3, -2, -1, 0, 1, 2, 3]);
  for (const [low, high] of [[-0.4, 1.4], [0, 1e-3], [-1000, 5000]]) {
    const ticks = axisTicks(low, high);
    assert.ok(ticks.length >= 3 && ticks.length <= 9 && ticks[0] >= low && ticks.at(-1) <= high, String(ticks));
  }
});
