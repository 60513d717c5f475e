/** The recorded runs: which are chosen, how they rank, and the arithmetic of one update. */

import { parseAnswer } from "./answer.js";
import { equalsSign, factorText, numberText, printedValue, superscript } from "./numbers.js";

export function descentKeys(count) {
  const choose = Array.from({ length: count }, (_, rule) => ({ keys: [String(rule + 1)], shown: String(rule + 1), does: `rule_${rule + 1}`, event: { type: "RULE", rule } }));
  return [
    ...choose,
    { keys: ["ArrowDown"], shown: "↓", does: "coordinate", event: { type: "COORDINATE" } },
    { keys: ["ArrowUp"], shown: "↑", does: "coordinate", event: { type: "COORDINATE" } },
  ];
}

/** Every slider in its middle, the first rule and the second number explained. */
export function initialDescent(data) {
  return { rule: 0, coordinate: 1, chosen: data.rules.map(({ sliders }) => sliders.map(([, values]) => Math.floor(values.length / 2))) };
}

export function reduceDescent(state, event, data) {
  const same = (more) => ({ state: { ...state, ...more }, effects: [] });
  if (event.type === "RULE") return same({ rule: Math.min(event.rule, data.rules.length - 1) });
  if (event.type === "COORDINATE") return same({ coordinate: 1 - state.coordinate });
  if (event.type !== "SLIDE") return null;
  const chosen = state.chosen.map((places, rule) => places.map((place, slider) => (rule === event.rule && slider === event.slider ? event.place : place)));
  return same({ chosen, rule: event.rule });
}

/** Which of a rule's runs its sliders choose: the last slider moves fastest. */
export function runNumber(rule, places) {
  return rule.sliders.reduce((number, [, values], slider) => number * values.length + places[slider], 0);
}

export function runOf(data, state, rule) {
  return data.rules[rule].runs[runNumber(data.rules[rule], state.chosen[rule])];
}

/** A rule's lines of arithmetic for one number and update, each with its result, what the printed parts give, and = or ≈. */
export function workingLines(data, state, rule, coordinate) {
  const { lines, constants, sliders } = data.rules[rule];
  const run = runOf(data, state, rule);
  const k = state.step - 1;
  if (k < 0 || k >= run.g.length) return [];
  const at = (name, place) => (name in run ? (run[name][place]?.[coordinate] ?? 0) : undefined);
  const memory = Object.keys(run).filter((name) => !["w", "L", "g"].includes(name));
  const numbers = { w0: at("w", k), w: at("w", k + 1), g: at("g", k) };
  for (const name of memory) Object.assign(numbers, { [name]: at(name, k), [`${name}0`]: at(name, k - 1) });
  const texts = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, numberText(value)]));
  const settings = { ...constants[runNumber({ sliders }, state.chosen[rule])], t: state.step };
  return lines.map(([name, template]) => {
    const inside = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, factorText(text)]));
    const text = fillAny(template.replace("^{t}", superscript(String(state.step))), { ...inside, w0: texts.w0, ...settings });
    const printed = Object.fromEntries(Object.entries(texts).map(([key, shown]) => [key, `(${printedValue(shown)})`]));
    const plain = fillAny(template.replaceAll("²", "^2").replace(/√\{([^}]+)\}/g, "sqrt({$1})"), { ...printed, ...settings });
    const computed = parseAnswer(plain).value ?? NaN;
    return { name, text, computed, result: texts[name], equals: equalsSign(computed, texts[name]) };
  });
}

/** `fill` for names that have accents too, such as m̂. */
function fillAny(template, values) {
  return template.replace(/\{([^{}]+)\}/g, (_, key) => String(values[key] ?? ""));
}

/** The rules by loss after the state's update, the lowest first; those that left the numbers last. */
export function ranking(data, state) {
  const loss = (rule) => runOf(data, state, rule).L[state.step];
  return data.rules.map((_, rule) => ({ rule, loss: loss(rule) })).sort((a, b) => (a.loss ?? Infinity) - (b.loss ?? Infinity));
}

export function isOutside([x, y], [left, right, bottom, top]) {
  return x < left || x > right || y < bottom || y > top;
}
