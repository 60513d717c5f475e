/** The numbers of a step: operands, operator, result, and the working of the chosen cell. */

import { element, fill } from "./dom.js";
import { FAMILIES } from "./families.js";
import { arrayFormat, cellValue, factorText, formatNumber, valuesOf } from "./numbers.js";
import { gradientName } from "./sentences.js";
import { isHidden } from "./state.js";
import { nodeName, resultArray, working } from "./working.js";

const MOST_ROWS = 12;
const MOST_COLUMNS = 12;

/** Draw the panel of a step into `panel`. */
export function drawNumbers(panel, trace, step, state, words, dispatch) {
  const hidden = isHidden(state);
  panel.replaceChildren();
  if (step.kind === "given") {
    panel.append(...trace.nodes.filter((node) => !node.op && node.kind !== "constant").map((node) => givenTable(trace, node, words)));
    return;
  }
  if (step.node !== undefined && step.kind !== "sum" && FAMILIES[trace.nodes[step.node].structure]?.draw?.(panel, trace, step, state, words, dispatch)) return;
  const found = working(trace, step, state.cell);
  const sign = (text) => element("span", { class: "operator", "aria-hidden": "true" }, text);
  const pieces = found.operands.flatMap((operand, i) => [
    ...(i ? [sign(i < found.listed ? "," : found.operator)] : []),
    arrayTable(trace, operand, words, {}),
  ]);
  if (pieces.length) pieces.push(sign("="));
  pieces.push(resultTable(trace, step, state, words, hidden, dispatch));
  const box = workingBox(found, hidden, words, arrayFormat(valuesOf(trace.arrays[resultArray(trace, step)])));
  panel.append(...(box ? [...pieces, box] : pieces));
}

function givenTable(trace, node, words) {
  return arrayTable(trace, { role: "value", name: nodeName(node), array: node.value, rings: [] }, words, {});
}

function resultTable(trace, step, state, words, hidden, dispatch) {
  const node = trace.nodes[step.kind === "contribution" ? step.to : step.node];
  const isGradient = step.kind !== "forward";
  const name = isGradient ? gradientName(node, []) : nodeName(node);
  const operand = { role: "result", name, array: resultArray(trace, step), rings: [state.cell], transposed: false };
  return arrayTable(trace, operand, words, { hidden, dispatch, isGradient });
}

/** The rows and columns of an array that are shown, each with its true index; −1 stands for a gap. */
function shownAxes(array, transposed, most) {
  const axes = array.shape.map((size, axis) => array.shown?.[axis] ?? Array.from({ length: size }, (_, i) => i));
  const two = axes.length === 0 ? [[null], [null]] : axes.length === 1 ? [[null], axes[0]] : axes.slice(-2);
  const ordered = transposed ? [two[1], two[0]] : two;
  return ordered.map((axis, i) => withGap(axis, most[i]));
}

function withGap(axis, most) {
  const cut = axis.length > most ? [...axis.slice(0, most - 2), ...axis.slice(-2)] : axis;
  return cut.flatMap((index, i) => (i && index !== null && index !== cut[i - 1] + 1 ? [-1, index] : [index]));
}

function arrayTable(trace, operand, words, { hidden = false, dispatch = null, isGradient = false }) {
  const array = trace.arrays[operand.array];
  const format = arrayFormat(valuesOf(array));
  const [rows, columns] = shownAxes(array, operand.transposed, [MOST_ROWS, MOST_COLUMNS]);
  const ringed = new Set(operand.rings.map(String));
  const scale = trace.scales[operand.role === "upstream" || operand.role === "part" || isGradient ? "gradient" : "value"];
  const lead = array.shape.length > 2 ? array.shape.slice(0, -2).map(() => 0) : [];
  const headed = { rows: rows.length > 1, columns: columns.length > 1 };
  const heading = (scope, i) => element("th", { scope, class: "index" }, i === -1 ? "" : String(i));
  const body = rows.map((r) =>
    element("tr", {}, headed.rows ? heading("row", r) : null, ...columns.map((c) => cell(r, c))),
  );
  if (headed.columns) {
    body.unshift(element("tr", {}, headed.rows ? element("td", {}) : null, ...columns.map((c) => heading("col", c))));
  }
  function cell(r, c) {
    if (r === -1 || c === -1) return element("td", { class: "gap" }, "⋯");
    const shown = [r, c].filter((i) => i !== null);
    const index = [...lead, ...(operand.transposed ? [c, r] : shown)];
    const value = cellValue(array, index);
    const isRinged = ringed.has(String(operand.transposed ? [r, c] : index));
    const text = hidden ? (isRinged ? "?" : "·") : formatNumber(value, format);
    const classes = ["cell", isRinged ? "ringed" : "", hidden ? (isRinged ? "asked" : "veiled") : tint(value), String(text) === "NaN" ? "nan" : ""].join(" ");
    const weight = hidden || !Number.isFinite(value) ? 0 : Math.min(1, (Math.abs(value) / scale) ** 0.7);
    return element(
      "td",
      { class: classes, style: `--weight:${weight.toFixed(2)}`, "data-text": text, "data-index": index.join(), on: dispatch && !hidden ? { click: () => dispatch({ type: "PICK", cell: index }) } : undefined },
      text,
      isRinged && !hidden ? element("span", { class: "unseen" }, ` ${words.region.selected}`) : null,
    );
  }
  const shape = `(${(operand.transposed ? [...array.shape].reverse() : array.shape).join(", ")})`;
  const role = words.region[operand.role] ?? (isGradient ? words.region.gradient : "");
  const caption = element(
    "caption", {},
    element("bdi", { class: "name" }, operand.name || role),
    element("span", { class: "shape" }, ` ${role && operand.name && operand.role !== "value" ? `${role} ` : ""}${array.shown ? fill(words.region.cut, { shape }) : shape}`),
  );
  return element("div", { class: `array ${isGradient || operand.role === "upstream" ? "gradient" : ""}` }, element("table", { "data-role": operand.role }, caption, element("tbody", {}, ...body)));
}

function tint(value) {
  return value > 0 ? "positive" : value < 0 ? "negative" : "";
}

/** One line a product, and the total. */
function workingBox(found, hidden, words, format) {
  if (found.lines.length < 2 && !found.rest) return null;
  const text = (x) => formatNumber(x, arrayFormat([x]));
  const kept = found.lines.length > 6 ? [...found.lines.slice(0, 4), found.lines.at(-1)] : found.lines;
  const lines = kept.map((line, i) => {
    const product = line.factors.map((x, k) => (k ? factorText(text(x)) : text(x))).join(" × ");
    return element("div", { class: "term" }, `${i ? "+ " : ""}${product}`, line.factors.length > 1 ? ` = ${hidden ? "?" : text(line.value)}` : "");
  });
  if (kept.length < found.lines.length) lines.splice(4, 0, element("div", { class: "term" }, fill(words.region.more, { count: found.lines.length - kept.length })));
  if (found.rest) lines.push(element("div", { class: "term" }, `+ ${fill(words.detail.rest, { count: found.rest.count, value: hidden ? "?" : text(found.rest.value) })}`));
  const division = found.divisor > 1 ? `${hidden ? "?" : text(found.total * found.divisor)} / ${found.divisor} = ` : "";
  const total = element("div", { class: "total" }, `= ${division}${hidden ? "?" : formatNumber(found.total, format)}`);
  return element("div", { class: "working", "aria-label": words.region.working, role: "group" }, ...lines, total);
}
