import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { reducePlayground, sayPlayground } from "../../dlcourse/steppers/static/playground.js";
import { batchMembers, shadesOf } from "../../dlcourse/steppers/static/playground_picture.js";
import { reduceWalk } from "../../dlcourse/steppers/static/walk.js";

const words = JSON.parse(readFileSync(new URL("../../dlcourse/steppers/static/sentences.en.json", import.meta.url), "utf8"));
const frame = (step) => ({ step, epoch: step / 6, loss: [0.5, 0.25], right: 70, batch: "5", map: "Af/", line: "", neurons: [[["AAAA", 1], ["Af/A", 1]]], stopped: "" });
const settings = { data: "moons", layers: 1, width: 2, activation: "tanh" };
const recorded = { frames: [frame(0), frame(6)], settings, points: Array(200).fill([0, 0]), step: 1, mode: "watch", live: false, waiting: false, lost: false, epochs: false, opened: false };
const live = reducePlayground(recorded, { type: "CONNECT" }).state;
const send = (state, type, more = {}) => reducePlayground(state, { type, ...more }) ?? reduceWalk(state, { type, ...more }, state.frames.length - 1, words);
const asked = (result) => result.effects.filter(({ type }) => type === "ask").map(({ message }) => message);

test("without a kernel nothing is asked", () => {
  for (const type of ["NEXT", "PLAY", "RESET", "OPEN_BATCH", "SET", "EPOCHS"]) assert.deepEqual(asked(send(recorded, type, { name: "data", value: "xor" })), [], type);
  assert.equal(send(recorded, "BACK").state.step, 0);
});

test("Next at the end trains one batch; within the past it only steps", () => {
  assert.deepEqual(asked(send(live, "NEXT")), [{ do: "train", epoch: false }]);
  assert.deepEqual(asked(send({ ...live, step: 0 }, "NEXT")), []);
  assert.deepEqual(asked(send(send(live, "EPOCHS").state, "NEXT")), [{ do: "train", epoch: true }]);
});

test("one message is under way at most", () => {
  const waiting = send(live, "NEXT").state;
  for (const type of ["NEXT", "RESET", "OPEN_BATCH", "PLAY"]) assert.deepEqual(asked(send(waiting, type)), [], type);
  const answered = send(waiting, "ANSWERED", { answer: { frame: frame(7) } }).state;
  assert.equal(answered.waiting, false);
  assert.equal(answered.step, 2);
  assert.equal(asked(send(answered, "NEXT")).length, 1);
});

test("running asks again after every answer until it is paused or training has ended", () => {
  const running = send(live, "PLAY").state;
  const next = send(running, "ANSWERED", { answer: { frame: frame(12) } });
  assert.deepEqual(asked(next), [{ do: "train", epoch: true }]);
  const paused = send(next.state, "PLAY").state;
  assert.deepEqual(asked(send(paused, "ANSWERED", { answer: { frame: frame(18) } })), []);
  const ended = send(next.state, "ANSWERED", { answer: { frame: { ...frame(18), stopped: "NaN" } } });
  assert.deepEqual([asked(ended), ended.state.mode], [[], "watch"]);
});

test("a long run keeps a bounded past", () => {
  let state = send(live, "PLAY").state;
  for (let i = 0; i < 1000; i++) state = send(state, "ANSWERED", { answer: { frame: frame(i) } }).state;
  assert.ok(state.frames.length <= 400);
  assert.equal(state.frames[state.step].step, 999);
});

test("a changed setting starts anew, and what comes back is shown", () => {
  const result = send(live, "SET", { name: "data", value: "xor" });
  assert.deepEqual(asked(result), [{ do: "reset", settings: { ...settings, data: "xor" } }]);
  assert.equal(result.state.settings.data, "moons");
  const after = send(result.state, "ANSWERED", { answer: { frame: frame(0), points: [[1, 1]], classes: "1", settings: { ...settings, data: "xor" } } }).state;
  assert.deepEqual([after.settings.data, after.frames.length, after.step, after.points.length], ["xor", 1, 0, 1]);
});

test("a kernel that does not answer is told of, and the last state stays", () => {
  const lost = send(send(live, "NEXT").state, "LOST").state;
  assert.deepEqual([lost.live, lost.lost, lost.frames.length], [false, true, 2]);
  assert.match(sayPlayground(lost, { train: 120 }, words.playground).detail[0], /does not answer/);
  assert.equal(send(live, "LOST").state.live, true);
});

test("the sentence has the numbers of the picture that is shown", () => {
  const at = (epoch) => sayPlayground({ ...recorded, frames: [{ ...frame(0), epoch }], step: 0 }, { train: 120 }, words.playground);
  assert.equal(at(30).spoken, "Epoch 30: training loss 0.500, test loss 0.250; 70 of 80 test points right.");
  assert.match(at(0.1667).spoken, /^Epoch 0.17:/);
  assert.match(at(30).detail[0], /recorded run.*1 of 2 hidden units gives the same value/);
});

test("letters are shades, and a number in base 16 is a batch", () => {
  assert.deepEqual(shadesOf("A/"), [0, 1]);
  assert.deepEqual(batchMembers("5", 4), [true, false, true, false]);
  assert.deepEqual(batchMembers("", 2), [false, false]);
});
