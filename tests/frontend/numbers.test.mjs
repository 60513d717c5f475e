import assert from "node:assert/strict";
import { test } from "node:test";

import { isClose, parseAnswer } from "../../dlcourse/steppers/static/answer.js";
import { arrayFormat, equalsSign, formatNumber, printedValue, toNumber } from "../../dlcourse/steppers/static/numbers.js";

test("a number looks as its array's format says, with a true minus", () => {
  const format = arrayFormat([0.25, -1.5]);
  assert.equal(formatNumber(-1.5, format), "−1.500");
  assert.equal(formatNumber(0.25, format), "0.250");
  assert.equal(formatNumber(3, arrayFormat([3, -4])), "3");
  assert.equal(formatNumber(1234.5, arrayFormat([1234.5])), "1234.50");
});

test("exact 0 is 0, and nothing else looks like it", () => {
  const format = arrayFormat([0.5]);
  assert.equal(formatNumber(0, format), "0");
  assert.equal(formatNumber(-0, format), "0");
  assert.equal(formatNumber(0.00021, format), "2.10·10⁻⁴");
});

test("special numbers have names", () => {
  assert.deepEqual(["NaN", "Infinity", "-Infinity"].map((x) => formatNumber(toNumber(x))), ["NaN", "∞", "−∞"]);
  assert.equal(formatNumber(undefined), "…");
});

test("a printed number can be read back", () => {
  for (const x of [0.527, -3, 2.1e-4, 12345678.9]) {
    const text = formatNumber(x);
    assert.ok(Math.abs(printedValue(text) - x) <= Math.abs(x) / 100, text);
  }
});

test("= stands only where the printed parts give the printed result", () => {
  assert.equal(equalsSign(0.2, "0.200"), "=");
  assert.equal(equalsSign(0.199, "0.200"), "≈");
});

test("answers may be numbers and short calculations", () => {
  const read = { "0.25": 0.25, "0,25": 0.25, "−3": -3, "1/8": 0.125, "2·3 + 1": 7, "-(2 - 5)^2": -9, "1.5e-3": 0.0015, "1.5·10^-3": 0.0015, "sqrt(2)/2": Math.SQRT2 / 2, "50%": 0.5, "sigmoid(0)": 0.5 };
  for (const [typed, value] of Object.entries(read)) assert.ok(Math.abs(parseAnswer(typed).value - value) < 1e-12, typed);
});

test("what cannot be read is not guessed, and nothing is run", () => {
  for (const typed of ["", "  ", "abc", "1 +", "alert(1)", "2)", "constructor(1)", "1".repeat(81)]) assert.equal(parseAnswer(typed).error, "unread", typed);
  assert.equal(parseAnswer("1,234").error, "unread_comma");
});

test("an answer counts within one percent, and zero only as zero", () => {
  assert.ok(isClose(0.504, 0.5));
  assert.ok(!isClose(0.51, 0.5));
  assert.ok(!isClose(0.001, 0));
});
