/** Questions made from the trace, and what a wrong answer's number tells. */

import { fill } from "./dom.js";
import { isClose, parseAnswer } from "./answer.js";
import { cellValue, numberText } from "./numbers.js";
import { gradientName, indexText, numberIn, workingText } from "./sentences.js";
import { indicesOf, nodeName, resultArray, working } from "./working.js";

const MOST_TERMS = 8;

/** The question at a step, or null where the shown numbers do not suffice to answer. */
export function questionFor(trace, step, words) {
  if (!["forward", "contribution", "sum"].includes(step.kind)) return null;
  const found = working(trace, step, step.cell);
  const computable = found.inputs || (found.lines.length && !found.rest && found.lines.length <= MOST_TERMS);
  if (!computable || !Number.isFinite(found.total)) return null;
  const forward = step.kind === "forward";
  const node = trace.nodes[step.kind === "contribution" ? step.to : step.node];
  const names = { name: nodeName(node), index: indexText(step.cell), gradient: gradientName(node, step.cell) };
  const { text } = workingText(trace, step, found, words);
  const result = numberIn(trace, resultArray(trace, step), step.cell);
  const asked = forward ? names.name + names.index : names.gradient;
  const hints = (forward ? words.turn.forward_hints : words.turn.hints).map((hint) => fill(hint, { working: text }));
  return {
    cell: step.cell,
    asked,
    prompt: fill(forward ? words.turn.value : words.turn.gradient, names),
    help: words.turn.help,
    answer: found.total,
    hints,
    working: fill(words.turn.shown, { gradient: asked, working: text, result }),
    result,
    mistakes: forward ? [] : mistakes(trace, step, found, node),
  };
}

/** Wrong computations in the order in which they are looked for; the first that fits speaks. */
function mistakes(trace, step, found, node) {
  const x = found.total;
  const say = (id, value, extra = {}) => ({ id, value, extra: { value: numberText(value), ...extra } });
  const all = [say("sign", -x)];
  const [first] = found.lines;
  if (found.lines.length === 1 && first.factors.length === 2) {
    all.push(say("local", first.factors[1]), say("upstream", first.factors[0]));
  }
  if (found.lines.length > 1) all.push(...found.lines.map((line) => say("part", line.value)));
  const examples = trace.nodes[step.node].shape[0] ?? 1;
  if (examples > 1) all.push(say("average", x / examples, { count: examples }), say("count", x * examples, { count: examples }));
  all.push(say("double", 2 * x), say("double", x / 2));
  const array = trace.arrays[resultArray(trace, step)];
  if (step.cell.length === 2) {
    const swapped = [step.cell[1], step.cell[0]];
    all.push(say("transposed", cellValue(array, swapped), { index: indexText(swapped) }));
  }
  const others = array.shown ? [] : indicesOf(array.shape).filter((index) => String(index) !== String(step.cell));
  all.push(...others.map((index) => say("neighbour", cellValue(array, index), { index: indexText(index) })));
  all.push(say("forward", cellValue(trace.arrays[node.value], step.cell)));
  all.push(...[10, 0.1, 100, 0.01].map((factor) => say("decimal", factor * x)));
  return all.filter(({ value }) => value !== undefined && !isClose(value, x));
}


/** @returns {{status: "right" | "wrong" | "unread", message: string}} */
export function judge(question, typed, words) {
  const read = parseAnswer(typed);
  if ("error" in read) return { status: "unread", message: words.turn[read.error] };
  if (isClose(read.value, question.answer)) {
    const rounding = Math.abs(read.value - question.answer) > 0.0005;
    return { status: "right", message: rounding ? fill(words.turn.right_rounded, question) : words.turn.right };
  }
  const mistake = question.mistakes.find(({ value }) => isClose(read.value, value));
  const near = Math.abs(read.value - question.answer) <= 0.05 * Math.abs(question.answer);
  const id = mistake ? mistake.id : near ? "close" : "none";
  return { status: "wrong", message: `${words.turn.not_yet} ${fill(words.turn.wrong[id], mistake?.extra)}` };
}
