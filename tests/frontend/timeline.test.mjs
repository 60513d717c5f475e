import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { matching, reduceTimeline } from "../../dlcourse/steppers/static/timeline.js";
import { pieces, reduceWalk } from "../../dlcourse/steppers/static/walk.js";

const words = JSON.parse(readFileSync(new URL("../../dlcourse/steppers/static/sentences.en.json", import.meta.url), "utf8"));
const entry = (year, theme, what) => ({ year, when: String(year), who: "Cireşan", theme, what, why: "Because.", source: `Someone ${year}` });
const entries = [entry(1805, "ideas", "Least squares."), entry(1943, "networks", "A neuron."), entry(1943, "ideas", "Logic."), entry(1950, "ideas", "A game."), entry(2012, "images", "A contest.")];
const start = { step: 0, mode: "watch", open: null, theme: "", text: "", lecture: false, blank: false, detail: false };
const send = (state, ...events) => events.reduce((s, event) => (reduceTimeline(s, event, entries) ?? reduceWalk(s, event, Math.max(matching(entries, s).length - 1, 0), words, 1)).state, state);
const shown = (state) => matching(entries, state)[state.step];

test("a search needs every word, in any case and without accents", () => {
  assert.equal(matching(entries, { theme: "", text: "CIRESAN contest" }).length, 1);
  assert.equal(matching(entries, { theme: "ideas", text: "" }).length, 3);
  assert.deepEqual(matching(entries, { theme: "ideas", text: "contest" }), []);
});

test("a year is a step of its own, in both directions", () => {
  const years = [];
  let state = start;
  for (let i = 0; i < 4; i++) years.push(shown((state = i ? send(state, { type: "YEAR", by: 1 }) : state)).year);
  assert.deepEqual(years, [1805, 1943, 1950, 2012]);
  assert.equal(shown(send(state, { type: "YEAR", by: -1 }, { type: "YEAR", by: -1 })), entries[1]);
  assert.equal(send(start, { type: "YEAR", by: -1 }).step, 0);
  assert.equal(send(state, { type: "YEAR", by: 1 }).step, 4);
});

test("a filter keeps the entry that is shown, or goes to the next year that is left", () => {
  const at = send(start, { type: "SEEK", step: 2 });
  assert.equal(shown(send(at, { type: "FILTER", wanted: { theme: "ideas" } })), entries[2]);
  assert.equal(shown(send(at, { type: "FILTER", wanted: { theme: "images" } })), entries[4]);
  const empty = send(at, { type: "FILTER", wanted: { text: "nowhere" } }, { type: "NEXT" }, { type: "YEAR", by: 1 }, { type: "LAST" });
  assert.equal(empty.step, 0);
  assert.equal(matching(entries, send(empty, { type: "ESC" })).length, 5);
});

test("a walk stays within its steps, and there and back is nothing", () => {
  for (const type of ["NEXT", "BACK", "FIRST", "LAST", "TICK", "LECTURE", "BLANK", "ESC", "SOMETHING"]) {
    for (let step = 0; step < 5; step++) {
      const after = reduceWalk({ ...start, step }, { type }, 4, words).state;
      assert.ok(after.step >= 0 && after.step <= 4, type);
    }
  }
  const there = reduceWalk(start, { type: "NEXT" }, 4, words).state;
  assert.deepEqual(reduceWalk(there, { type: "BACK" }, 4, words).state, start);
});

test("go to counts as the view does and refuses what is no step", () => {
  const go = (text, from) => reduceWalk({ ...start, open: "goto" }, { type: "GOTO", text }, 4, words, from);
  assert.deepEqual([go("1", 1).state.step, go("1", 0).state.step, go("5", 1).state.step], [0, 1, 4]);
  for (const text of ["0", "6", "x", "", "1.5"]) assert.equal(go(text, 1).effects[0].text, "Steps go from 1 to 5.");
});

test("play ends at the last step and starts over from there", () => {
  let state = reduceWalk(start, { type: "PLAY" }, 2, words).state;
  const modes = [];
  for (let i = 0; i < 3; i++) modes.push((state = reduceWalk(state, { type: "TICK" }, 2, words).state).mode);
  assert.deepEqual(modes, ["play", "watch", "watch"]);
  assert.deepEqual(reduceWalk(state, { type: "PLAY" }, 2, words).state.step, 0);
});

test("what stands between asterisks is strong", () => {
  assert.deepEqual(pieces("L = *{l}*.", { l: "0.5" }), [{ text: "L = ", strong: false }, { text: "0.5", strong: true }, { text: ".", strong: false }]);
});
