/** What is said at a step: every word comes from the catalogue, every number from the trace. */

import { fill } from "./dom.js";
import { arrayFormat, cellValue, equalsSign, factorText, formatNumber, numberText, superscript, valuesOf } from "./numbers.js";
import { FAMILIES } from "./families.js";
import { nodeName, working, wrapped } from "./working.js";

/** A headline in pieces; those between asterisks of the template are the result. */
function fillParts(template, values) {
  return template.split("*").map((piece, i) => ({ text: fill(piece, values), strong: i % 2 === 1 }));
}

export function indexText(cell) {
  return cell.length ? `[${cell.join(",")}]` : "";
}

export function gradientName(node, cell) {
  return `∂L/∂${wrapped(nodeName(node))}${indexText(cell)}`;
}

/** The text of one number of an array, in that array's one format. */
export function numberIn(trace, array, index) {
  const data = trace.arrays[array];
  return formatNumber(cellValue(data, index), arrayFormat(valuesOf(data)));
}

const MANY = 4;

/** The lines of a working as one line of text and the value that the printed numbers give. */
export function workingText(trace, step, found, words) {
  if (found.inputs) return notationText(trace, step, found);
  const shown = found.lines.length > MANY ? [...found.lines.slice(0, 2), null, found.lines.at(-1)] : found.lines;
  const pieces = shown.map((line) => (line === null ? "⋯" : line.factors.map(numberText).map((t, i) => (i ? factorText(t) : t)).join(" × ")));
  if (found.rest) pieces.push(fill(words.detail.rest, { count: found.rest.count, value: numberText(found.rest.value) }));
  const text = pieces.reduce((sum, piece) => (sum === "" ? piece : `${sum} + ${piece.startsWith("−") && !piece.includes("×") ? factorText(piece) : piece}`), "");
  const computed = found.lines.reduce((s, line) => s + line.factors.reduce((p, x) => p * rounded(x), 1), found.rest ? found.rest.value : 0);
  return found.divisor > 1 ? { text: `(${text}) / ${found.divisor}`, computed: computed / found.divisor } : { text, computed };
}


function rounded(x) {
  return Number.isFinite(x) ? Number(x.toFixed(3)) || x : x;
}

/** An elementwise operation in its own notation: "0.5 × 3". */
function notationText(trace, step, found) {
  const node = trace.nodes[step.node];
  const values = { ...node.options };
  node.inputs.forEach((edge, i) => {
    const text = numberText(found.inputs[i]);
    values[edge.name] = i || /[\^]/.test(node.notation) ? factorText(text) : text;
  });
  const text = fill(node.notation, values).replace(/\^(-?\d+)$/, (_, power) => superscript(power));
  return { text, computed: found.total };
}

/**
 * @returns {{title: string, headline: {text: string, strong: boolean}[], detail: string, spoken: string}}
 */
export function describe(trace, step, cell, words) {
  const said =
    step.kind === "given" ? sayGiven(trace, words)
    : step.kind === "forward" ? sayForward(trace, step, cell, words)
    : step.kind === "seed" ? saySeed(trace, step, words)
    : step.kind === "sum" ? saySum(trace, step, cell, words)
    : sayContribution(trace, step, cell, words);
  const headline = said.headline.map((part) => part.text).join("");
  return { ...said, spoken: spoken(headline, words) };
}

/** A title begins with a capital, but a function keeps its name. */
function capital(text) {
  return /^\w+(?: →|:)/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

function sayGiven(trace, words) {
  const inputs = trace.nodes.filter((node) => node.kind === "input").length;
  const numbers = trace.nodes.filter((node) => node.kind === "parameter").reduce((n, node) => n + node.shape.reduce((a, b) => a * b, 1), 0);
  const plural = (kind, count) => fill(count === 1 ? words.data[`one_${kind}`] : words.data[kind], { count });
  const values = { inputs: plural("input", inputs), numbers: plural("parameter", numbers) };
  return { title: words.title.given, headline: fillParts(words.headline.given, values), detail: words.headline.given_detail };
}

function sayForward(trace, step, cell, words) {
  const node = trace.nodes[step.node];
  const found = working(trace, step, cell);
  const { text, computed } = workingText(trace, step, found, words);
  const result = numberIn(trace, node.value, cell);
  const values = {
    name: nodeName(node), index: indexText(cell), result, line: text, equals: equalsSign(computed, result),
    operation: node.title, expression: node.expression || node.label, count: found.count, share: node.share && numberText(node.share),
    input: found.inputs && numberText(found.inputs[0]),
  };
  const title = capital(fill(words.title.forward, values));
  const say = (headline, detail) => ({ title, headline: fillParts(headline, values), detail: fill(detail, values) });
  const own = FAMILIES[node.structure]?.say?.(trace, step, cell, words);
  if (own && !Number.isNaN(found.total)) return say(own.headline, own.detail);
  if (Number.isNaN(found.total)) return say(fill(words.headline.nan, { operation: node.title, inputs: text || "NaN" }), words.detail.nan);
  if (node.op === "relu") return say(found.inputs[0] > 0 ? words.headline.relu_on : words.headline.relu_off, words.detail.elementwise);
  if (node.structure === "contraction" && found.lines.length) return say(words.headline.matmul, `${text} ${values.equals} ${result}`);
  if (node.structure === "loss") return found.count > 1 ? say(words.headline.loss, node.share === 1 ? words.detail.loss_sum : words.detail.loss_mean) : say(words.headline.loss_of_one, "");
  if (found.inputs) return say(words.headline.elementwise, cell.length ? words.detail.elementwise : "");
  return say(words.headline.other, "");
}

function saySeed(trace, step, words) {
  const result = numberIn(trace, trace.nodes[step.node].grad, trace.nodes[step.node].shape.map(() => 0));
  return { title: words.title.seed, headline: fillParts(words.headline.seed, { result }), detail: words.headline.seed_detail };
}

function saySum(trace, step, cell, words) {
  const node = trace.nodes[step.node];
  const found = working(trace, step, cell);
  const { text, computed } = workingText(trace, step, found, words);
  const result = numberIn(trace, node.grad, cell);
  const values = { gradient: gradientName(node, cell), line: text, equals: equalsSign(computed, result), result, count: found.count, name: nodeName(node) };
  const detail = [fill(words.detail.sum, values), leafSentence(trace, node, cell, words)].filter(Boolean).join(" ");
  return { title: fill(words.title.sum, values), headline: fillParts(words.headline.sum, values), detail };
}

function sayContribution(trace, step, cell, words) {
  const node = trace.nodes[step.node];
  const target = trace.nodes[step.to];
  const found = working(trace, step, cell);
  const { text, computed } = workingText(trace, step, found, words);
  const result = numberIn(trace, step.contribution, cell);
  const [first] = found.lines;
  const values = {
    operation: node.title, name: nodeName(target), index: indexText(cell), gradient: gradientName(target, cell), result, line: text,
    equals0: "=", equals: equalsSign(computed, result), count: found.count, parent: nodeName(node),
    up: first && numberText(first.factors[0]), local: first && numberText(first.factors[1] ?? NaN),
  };
  const title = capital(fill(words.title.contribution, values));
  const isLast = target.grad === step.contribution || trace.steps.every((other) => other.kind !== "sum" || other.node !== step.to);
  const leaf = isLast ? leafSentence(trace, target, cell, words) : "";
  const say = (headline, detail) => ({ title, headline: fillParts(headline, values), detail: [fill(detail, values), leaf].filter(Boolean).join(" ") });
  const own = FAMILIES[node.structure]?.say?.(trace, step, cell, words);
  if (own) return say(own.headline, own.detail);
  if (!found.lines.length) return say(words.headline.moved, "");
  if (node.op === "relu" && first.factors[1] === 0) return say(words.headline.relu_blocked, words.detail.contribution);
  if (node.structure === "contraction") return say(words.headline.contribution, found.perExample ? words.detail.to_weight : words.detail.to_input);
  if (step.passed !== null) return say(words.headline.broadcast, `${text} ${values.equals} ${result}.`);
  return say(words.headline.contribution, words.detail.contribution);
}

function leafSentence(trace, node, cell, words) {
  if (node.op) return "";
  const value = cellValue(trace.arrays[node.grad], cell);
  const values = { name: nodeName(node), index: indexText(cell) };
  const held = node.earlier_grad === null ? words.detail.leaf : words.detail.leaf_added;
  const old = node.earlier_grad === null ? "" : numberIn(trace, node.earlier_grad, cell);
  const sign = value > 0 ? words.detail.positive : value < 0 ? words.detail.negative : words.detail.zero;
  return `${fill(held, { ...values, old })} ${fill(sign, values)}`;
}

/** A headline for the ear: no symbol that a screen reader would skip or spell. */
function spoken(text, words) {
  return text
    .replace(/∂L\/∂\(?([^\s()[\]]+)\)?/g, (_, name) => fill(words.spoken.gradient, { name }))
    .replace(/\[(\d+),(\d+)\]/g, (_, row, column) => fill(words.spoken.cell, { row, column }))
    .replace(/\[(\d+)\]/g, (_, place) => fill(words.spoken.place, { place }))
    .replaceAll("−", `${words.spoken.minus} `)
    .replaceAll("×", words.spoken.times)
    .replaceAll("=", words.spoken.equals)
    .slice(0, 180);
}

