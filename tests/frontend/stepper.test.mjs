import assert from "node:assert/strict";
import { test } from "node:test";

import { eventForKey, KEYS } from "../../dlcourse/steppers/static/keys.js";
import { layout } from "../../dlcourse/steppers/static/layout.js";
import { cellValue } from "../../dlcourse/steppers/static/numbers.js";
import { judge, questionFor } from "../../dlcourse/steppers/static/questions.js";
import { describe } from "../../dlcourse/steppers/static/sentences.js";
import { initialState, reduce, stepsOf } from "../../dlcourse/steppers/static/state.js";
import { indicesOf, resultArray, working } from "../../dlcourse/steppers/static/working.js";
import { traces, words } from "./traces.mjs";

const all = Object.entries(traces);
const send = (state, trace, ...events) => events.reduce((s, event) => reduce(s, event, trace, words).state, state);

/** Numbers that look random and are the same in every run. */
function* dice(seed) {
  for (let x = seed; ; ) yield (x = (x * 1103515245 + 12345) % 2147483648) / 2147483648;
}

test("the working of every cell adds up to the engine's number", () => {
  let checked = 0;
  for (const [name, trace] of all) {
    for (const step of trace.steps) {
      if (step.kind === "given" || step.kind === "seed") continue;
      for (const cell of indicesOf(trace.arrays[resultArray(trace, step)].shape)) {
        const found = working(trace, step, cell);
        if (!found.lines.length || found.total === undefined) continue;
        const sum = found.lines.reduce((s, line) => s + line.value, found.rest?.value ?? 0) / found.divisor;
        assert.ok(Math.abs(sum - found.total) < 1e-4 * Math.max(1, Math.abs(found.total)), `${name} ${step.kind} ${cell}: ${sum} for ${found.total}`);
        checked += 1;
      }
    }
  }
  assert.ok(checked > 100);
});

test("the operands of a matrix product, also on the way back, fit together as they are shown", () => {
  let checked = 0;
  for (const [name, trace] of all) {
    for (const step of trace.steps.filter((step) => step.cell?.length === 2)) {
      const found = working(trace, step, step.cell);
      if (found.operator !== "@") continue;
      const [left, right] = found.operands.map(({ array, transposed }) => {
        const { shape } = trace.arrays[array];
        return transposed ? [...shape].reverse() : shape;
      });
      assert.equal(left[1], right[0], `${name}, step ${trace.steps.indexOf(step)}`);
      assert.deepEqual([left[0], right[1]], trace.arrays[resultArray(trace, step)].shape);
      const ringed = found.operands.map(({ rings }) => rings);
      assert.ok(ringed[0].every(([row]) => row === step.cell[0]) && ringed[1].every(([, column]) => column === step.cell[1]));
      checked += 1;
    }
  }
  assert.ok(checked > 5);
});

test("every step and cell has a title, a headline and something to say", () => {
  for (const [, trace] of all) {
    for (const step of trace.steps) {
      const said = describe(trace, step, step.cell ?? [], words);
      const text = [said.title, ...said.headline.map((part) => part.text), said.detail, said.spoken].join(" ");
      assert.ok(said.title && said.headline.length && said.spoken);
      assert.doesNotMatch(text, /undefined|\{\w+\}|\[object/);
      assert.ok(said.spoken.length <= 200);
    }
  }
});

test("the lesson's sentences", () => {
  const said = (trace, step) => describe(trace, trace.steps[step], trace.steps[step].cell ?? [], words).headline.map((p) => p.text).join("");
  assert.equal(said(traces.diamond, 10), "∂L/∂a = 5 + 6 = 11");
  assert.equal(said(traces.layers, 16), "∂L/∂W1[0,0] = 1.500 × 1 + 0.500 × 3 = 3.000");
  assert.match(said(traces.layers, 6), /^The loss is 1\.250/);
});

test("laws of the state over random events", () => {
  const random = dice(7);
  const types = ["NEXT", "BACK", "FIRST", "LAST", "TURN", "HINT", "SHOW", "LECTURE", "BLANK", "ESC", "PLAY", "TICK", "BOXES"];
  for (const [, trace] of all) {
    let state = initialState(trace, {});
    for (let i = 0; i < 400; i++) {
      const roll = random.next().value;
      const type = types[Math.floor(roll * types.length)];
      const event = roll < 0.1 ? { type: "CELL", by: roll < 0.05 ? 1 : -1 } : roll < 0.2 ? { type: "ANSWER", text: "1/3" } : roll < 0.25 ? { type: "STOP", by: 1 } : { type };
      const frozen = JSON.stringify(state);
      const next = reduce(state, event, trace, words).state;
      assert.equal(JSON.stringify(state), frozen, "reduce changes nothing");
      state = JSON.parse(JSON.stringify(next));
      assert.ok(state.step >= 0 && state.step < stepsOf(state, trace).length);
    }
  }
});

test("next and back, last and many times next, your turn twice", () => {
  for (const [, trace] of all) {
    const start = initialState(trace, {});
    const last = stepsOf(start, trace).length - 1;
    for (let step = 0; step < last; step++) {
      const here = send(start, trace, { type: "SEEK", step });
      assert.deepEqual(send(here, trace, { type: "NEXT" }, { type: "BACK" }), here);
    }
    const walked = send(start, trace, ...Array(last).fill({ type: "NEXT" }));
    assert.deepEqual(walked, send(start, trace, { type: "LAST" }));
    const twice = send(start, trace, { type: "TURN" }, { type: "TURN" });
    assert.equal(twice.mode, "watch");
    assert.equal(twice.turn, null);
  }
});

test("go to a step refuses what is none", () => {
  const start = initialState(traces.layers, {});
  for (const text of ["", "x", "99", "-1", "1.5"]) assert.equal(send(start, traces.layers, { type: "GOTO", text }).step, 0);
  assert.equal(send(start, traces.layers, { type: "GOTO", text: "7" }).step, 7);
});

test("a lesson can open at a step by its name", () => {
  const at = (start) => initialState(traces.layers, { start }).step;
  assert.deepEqual([at("loss"), at("backward"), at("+ b1"), at(3), at("nothing")], [6, 7, 2, 3, 0]);
});

test("closed boxes hide what happens inside them", () => {
  const trace = traces.classifier;
  const open = initialState(trace, {});
  const closed = send(open, trace, { type: "BOXES" });
  assert.ok(stepsOf(closed, trace).length < stepsOf(open, trace).length);
  const reached = (state) => new Set(stepsOf(state, trace).filter((s) => s.kind === "contribution").map((s) => s.to));
  for (const node of trace.nodes) if (node.kind === "parameter") assert.ok(reached(closed).has(node.id));
  assert.deepEqual(send(closed, trace, { type: "BOXES" }).closed, []);
});

test("questions: the exact answer is right, known mistakes are named", () => {
  let asked = 0;
  for (const [, trace] of all) {
    for (const step of trace.steps) {
      const question = questionFor(trace, step, words);
      if (!question) continue;
      asked += 1;
      assert.equal(judge(question, String(question.answer), words).status, "right");
      assert.equal(judge(question, "what?", words).status, "unread");
      for (const mistake of question.mistakes) assert.equal(judge(question, String(mistake.value), words).status, "wrong");
      if (question.mistakes[0]?.id === "sign") assert.match(judge(question, String(-question.answer), words).message, /wrong sign/);
    }
  }
  assert.ok(asked > 20);
});

test("every key has a help text and an event that the state knows", () => {
  for (const row of KEYS) {
    assert.ok(words.keys[row.does], row.does);
    for (const key of row.keys) {
      const shiftKey = key.startsWith("Shift+");
      assert.deepEqual(eventForKey({ key: key.replace("Shift+", ""), shiftKey }, false, false), row.event);
    }
  }
  assert.equal(eventForKey({ key: "y" }, true, false), null);
  assert.equal(eventForKey({ key: "ArrowRight", ctrlKey: true }, false, false), null);
  assert.equal(eventForKey({ key: "ArrowRight" }, false, true).type, "NEXT");
  assert.equal(eventForKey({ key: "Y" }, false, false).type, "TURN");
});

test("no two boxes of the graph overlap and edges join their boxes", () => {
  for (const [name, trace] of all) {
    for (const closed of [[], trace.modules.map((_, i) => i)]) {
      const plan = layout(trace, closed);
      plan.items.forEach((a, i) =>
        plan.items.slice(i + 1).forEach((b) => {
          const apart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= a.height;
          assert.ok(apart, `${name}: ${a.label} and ${b.label}`);
        }),
      );
      for (const edge of plan.edges) {
        const from = plan.items.find((item) => item.key === edge.from);
        assert.deepEqual(edge.points[0], [from.x + from.width / 2, from.y]);
      }
    }
  }
});

test("gradients in the trace are those at the ends of the way back", () => {
  const { layers } = traces;
  const w1 = layers.nodes.find((node) => node.label === "W1");
  assert.equal(cellValue(layers.arrays[w1.grad], [1, 1]), -3);
});
