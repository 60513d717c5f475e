/** Beside the graph: the learner's code, the operation's formula, the shapes; or the question. */

import { element, fill, formulaElement, icon } from "./dom.js";
import { cellValue } from "./numbers.js";
import { questionFor } from "./questions.js";
import { indexText } from "./sentences.js";
import { resultArray } from "./working.js";

const LINES = 7;
const LIBRARY_LINES = 3;

/** Draw the side of a step into `side`. */
export function drawSide(side, trace, step, state, words, dispatch) {
  if (state.mode === "turn" && state.turn && !state.lecture) {
    drawQuestion(side, trace, step, state, words, dispatch);
    return;
  }
  side.replaceChildren();
  if (step.kind === "given") {
    const last = trace.nodes.at(-1);
    side.append(...codePart(trace, last, words, false));
    return;
  }
  const makers = step.kind === "sum" ? step.parts.map((part) => trace.nodes[trace.steps[part].node]) : [trace.nodes[step.node]];
  side.append(...makers.slice(0, 2).flatMap((node) => codePart(trace, node, words, true)), ...formulaPart(trace, step, words), ...shapesPart(trace, step, words), ...exactPart(trace, step, state, words));
}

function heading(text) {
  return element("h4", {}, text);
}

function codePart(trace, node, words, marked) {
  const spans = [node.caller, node.span].filter(Boolean);
  return spans.flatMap((span) => {
    const source = trace.sources[span.source];
    const title = source.own ? words.region.code : source.title;
    return [heading(title), codeLines(source, span, marked)];
  });
}

/** At most seven lines around a span, which is marked on each of its lines. */
function codeLines(source, span, marked) {
  const last = source.first_line + source.lines.length - 1;
  const most = source.own ? LINES : LIBRARY_LINES;
  const room = Math.max(0, most - 1 - (span.end_line - span.line));
  const from = Math.max(source.first_line, span.line - Math.ceil(room / 2));
  const to = Math.min(last, from + most - 1);
  const lines = [];
  for (let number = from; number <= to; number++) {
    const text = source.lines[number - source.first_line] ?? "";
    const letters = [...text];
    const start = number === span.line ? span.column : 0;
    const end = number === span.end_line ? span.end_column : letters.length;
    const inside = marked && number >= span.line && number <= span.end_line;
    const pieces = inside
      ? [letters.slice(0, start).join(""), element("mark", {}, letters.slice(start, end).join("")), letters.slice(end).join("")]
      : [text];
    lines.push(element("div", { class: "line" }, element("span", { class: "number", "aria-hidden": "true" }, String(number)), element("code", {}, ...pieces)));
  }
  return element("div", { class: "code", dir: "ltr" }, ...lines);
}

function formulaPart(trace, step, words) {
  const node = trace.nodes[step.node];
  const backward = step.kind === "contribution";
  const index = backward ? node.gradients[step.input] : step.kind === "forward" ? node.formula : null;
  if (index === null || index === undefined) return [];
  return [heading(backward ? words.region.backward_operation : words.region.operation), element("div", { class: "formula" }, formulaElement(trace.formulas[index]))];
}

function shapesPart(trace, step, words) {
  const node = trace.nodes[step.node];
  const text = (shape) => `(${shape.join(", ")})`;
  if (step.kind === "forward") {
    const inputs = node.inputs.map((edge) => text(edge.transposed ? [...trace.nodes[edge.node].shape].reverse() : trace.nodes[edge.node].shape));
    const sign = node.structure === "contraction" ? " @ " : ", ";
    return [heading(words.region.shapes), element("div", { class: "shapes" }, `${inputs.join(sign)} → ${text(node.shape)}`)];
  }
  if (step.kind === "contribution") {
    return [heading(words.region.shapes), element("div", { class: "shapes" }, `${text(node.shape)} → ${text(trace.nodes[step.to].shape)}`)];
  }
  return [];
}

function exactPart(trace, step, state, words) {
  const value = cellValue(trace.arrays[resultArray(trace, step)], state.cell);
  if (value === undefined || Number.isInteger(value) || String(value).length < 7) return [];
  const node = trace.nodes[step.node];
  return [element("p", { class: "exact" }, `${indexText(state.cell)} ${fill(words.region.exact, { value: String(value).replace("-", "−"), dtype: node.dtype })}`)];
}

/** The answer form. It is rebuilt only when the question changes, so that typing is never lost. */
function drawQuestion(side, trace, step, state, words, dispatch) {
  const question = questionFor(trace, step, words);
  const { status, message, hints } = state.turn;
  let form = side.querySelector("form");
  if (!form || form.dataset.step !== String(state.step)) {
    const field = element("input", { type: "text", inputmode: "text", autocomplete: "off", spellcheck: "false", maxlength: "80", "aria-label": `${words.turn.answer}: ${question.asked}` });
    form = element(
      "form",
      { "data-step": state.step, on: { submit: (event) => { event.preventDefault(); dispatch({ type: "ANSWER", text: field.value }); } } },
      heading(words.turn.answer),
      element("label", {}, element("bdi", {}, question.asked), " = ", field),
      element("div", { class: "buttons" },
        element("button", { type: "submit", class: "filled" }, words.button.check),
        element("button", { type: "button", class: "hint", on: { click: () => dispatch({ type: "HINT" }) } }),
        element("button", { type: "button", on: { click: () => dispatch({ type: "SHOW" }) } }, words.button.show)),
      element("div", { class: "verdict" }),
      element("p", { class: "small" }, question.help),
    );
    side.replaceChildren(form);
  }
  form.querySelector(".hint").textContent = fill(words.button.hint, { number: Math.min(hints + 1, 3) });
  const verdict = form.querySelector(".verdict");
  verdict.className = `verdict ${status}`;
  const shownHints = question.hints.slice(0, hints).map((hint) => element("p", { class: "hint-text" }, hint));
  const said = status === "shown" ? [element("p", {}, question.working)]
    : message ? [element("p", {}, status === "right" || status === "wrong" ? icon(status) : null, message)] : [];
  verdict.replaceChildren(...said, ...shownHints);
}
