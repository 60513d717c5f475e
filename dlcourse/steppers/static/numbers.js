/** How numbers look: one format an array, a true minus, exact zeros, nothing rounded to zero. */

const SPECIAL = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity, "-0": -0 };

/** @param {number|string} datum a number as it stands in the trace's JSON */
export function toNumber(datum) {
  return typeof datum === "string" ? SPECIAL[datum] : datum;
}

/** The value at an index of an array of the trace; undefined where that cell was cut. */
export function cellValue(array, index) {
  let flat = 0;
  for (let axis = 0; axis < array.shape.length; axis++) {
    const shown = array.shown?.[axis];
    const position = shown ? shown.indexOf(index[axis]) : index[axis];
    if (position < 0) return undefined;
    flat = flat * (shown ? shown.length : array.shape[axis]) + position;
  }
  const datum = array.data[flat];
  return datum === undefined ? undefined : toNumber(datum);
}

/** All values that the trace holds of an array. */
export function valuesOf(array) {
  return array.data.map(toNumber);
}

/**
 * One format for all numbers of an array: three decimals for middling sizes, else powers of ten.
 * @returns {{decimals: number} | {power: number}}
 */
export function arrayFormat(values) {
  const sizes = values.map(Math.abs).filter((size) => Number.isFinite(size) && size > 0);
  const largest = Math.max(0, ...sizes);
  if (values.every((x) => Number.isInteger(x)) && largest < 100000) return { decimals: 0 };
  if (largest >= 0.01 && largest < 1000) return { decimals: 3 };
  if (largest >= 1000 && largest < 10000) return { decimals: 2 };
  return { power: largest > 0 ? Math.floor(Math.log10(largest)) : 0 };
}

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A whole number, as text, raised: "-3" as "⁻³". */
export function superscript(power) {
  return [...power].map((sign) => (sign === "-" ? "⁻" : SUPERSCRIPT[+sign])).join("");
}

function scientific(x) {
  const [digits, power] = x.toExponential(2).split("e");
  return `${digits}·10${superscript(power.replace("+", ""))}`;
}

/** A number as text. Exact 0 is "0"; what is not 0 never looks like 0. */
export function formatNumber(x, format = arrayFormat([x])) {
  if (x === undefined) return "…";
  if (Number.isNaN(x)) return "NaN";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  if (x === 0) return "0";
  let text = "decimals" in format ? x.toFixed(format.decimals) : scientific(x);
  if (Number(text) === 0) text = scientific(x);
  return text.replaceAll("-", "−");
}

/** A single number as text, in its own format; "" for what is not there. */
export function numberText(x) {
  return x === undefined ? "" : formatNumber(x, arrayFormat([x]));
}

/** A number inside a product: negative ones in parentheses. */
export function factorText(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

/** The number that a formatted text stands for. */
export function printedValue(text) {
  const plain = text.replaceAll("−", "-").replace("∞", "Infinity");
  const [digits, power] = plain.split("·10");
  if (power === undefined) return Number(digits);
  const exponent = [...power].map((c) => (c === "⁻" ? "-" : SUPERSCRIPT.indexOf(c))).join("");
  return Number(`${digits}e${exponent}`);
}

/** "=" where the printed parts give the printed result, else "≈". */
export function equalsSign(computed, resultText) {
  const result = printedValue(resultText);
  const decimals = resultText.split(".")[1]?.length ?? 0;
  const agrees = Number.isNaN(result)
    ? Number.isNaN(computed)
    : Number(computed.toFixed(decimals)) === result || computed === result;
  return agrees ? "=" : "≈";
}
