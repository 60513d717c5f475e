/** One stepper: state, keys, timer and drawing wired together. */

import { element, fill } from "./dom.js";
import { buildFrame } from "./frame.js";
import { eventForKey } from "./keys.js";
import { drawNumbers } from "./numbers_panel.js";
import { drawSide } from "./side.js";
import { buildStage } from "./stage.js";
import { initialState, reduce, stepsOf } from "./state.js";

const PACE = { normal: 1500, lecture: 2500 };
const SPEAK_AFTER = 150;

const BLANK = { kind: "operation", dtype: "float64", name: null, module: null, grad: null, earlier_grad: null, formula: null, span: null, caller: null, terms: null, share: null };

/** The trace with what was left out of nodes and steps because it is empty. */
export function whole(trace) {
  const filled = (node) => ({ ...BLANK, inputs: [], gradients: [], options: {}, details: {}, ...node });
  const steps = (trace.steps ?? []).map((step) => ({ local: null, passed: null, ...step }));
  return { ...trace, steps, nodes: trace.nodes.map(filled) };
}

/** Build a stepper in a shadow root. @returns {{state: object, dispatch: (event: object) => void}} */
export function mountStepper(root, host, { trace: sent, options }, words) {
  const trace = whole(sent);
  if (!trace.nodes.length) return mountOverview(root, trace, words);
  let state = initialState(trace, options);
  let steps = stepsOf(state, trace);
  let timer = null;
  let speaker = null;
  let stage = null;
  const frame = buildFrame(trace, words, dispatch);
  const stagePlace = element("div", { class: "stage-place" });
  const side = element("div", { "data-region": "side", class: "side", tabindex: "0", role: "group", "aria-label": words.region.explanation });
  const numbers = element("div", { "data-region": "numbers", class: "numbers", tabindex: "0", role: "group", "aria-label": words.region.working });
  const { head, transport, sentence, keyLine, dialog, status } = frame.parts;
  const box = element("div", { "data-region": "frame", class: "frame" }, head, transport, sentence, element("div", { class: "middle" }, stagePlace, side), numbers, keyLine, dialog, status);
  root.append(box);
  host.setAttribute("role", "region");
  host.setAttribute("aria-label", fill(words.region.stepper, { title: trace.title, steps: steps.length - 1 }));
  box.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", () => document.hidden && state.mode === "play" && dispatch({ type: "PLAY" }));

  function onKey(press) {
    const inside = root.activeElement;
    const event = eventForKey(press, inside?.matches("input[type=text]"), inside?.matches("button"));
    if (press.key !== "Tab") press.stopPropagation();
    if (!event) return;
    press.preventDefault();
    if (state.mode === "play" && !["PLAY", "TICK"].includes(event.type)) dispatch({ type: "PLAY" });
    dispatch(event);
  }

  function dispatch(event) {
    const before = state;
    const result = reduce(state, event, trace, words, options);
    state = result.state;
    if (state.closed !== before.closed) steps = stepsOf(state, trace);
    draw();
    result.effects.forEach(carryOut);
  }

  function carryOut(effect) {
    if (effect.type === "announce") speak(effect.text);
    if (effect.type === "focus") (effect.target === "answer" ? side.querySelector("input") : frame.next)?.focus();
    if (effect.type === "stopTimer") clearInterval(timer);
    if (effect.type === "startTimer") {
      clearInterval(timer);
      timer = setInterval(() => (box.isConnected ? dispatch({ type: "TICK" }) : clearInterval(timer)), state.lecture ? PACE.lecture : PACE.normal);
    }
  }

  function speak(text) {
    clearTimeout(speaker);
    speaker = setTimeout(() => (status.textContent = text), SPEAK_AFTER);
  }

  function draw() {
    const step = steps[state.step];
    box.dataset.phase = step.phase;
    box.classList.toggle("lecture", state.lecture);
    box.classList.toggle("blank", state.blank);
    box.classList.toggle("with-detail", state.detail);
    box.classList.toggle("asking", state.mode === "turn" && state.turn !== null);
    const closedKey = state.closed.join();
    if (!stage || stage.key !== closedKey) {
      const focused = root.activeElement?.dataset?.module;
      stage = { ...buildStage(trace, state.closed, words, dispatch), key: closedKey };
      stagePlace.replaceChildren(stage.root);
      if (focused !== undefined) stagePlace.querySelector(`[data-module="${focused}"]`)?.focus();
    }
    const said = frame.draw(steps, state);
    stage.draw(steps, state, said.plain);
    drawSide(side, trace, step, state, words, dispatch);
    drawNumbers(numbers, trace, step, state, words, dispatch);
    if (state.mode !== "play") speak(said.spoken);
  }

  draw();
  reserveHeights();
  clearTimeout(speaker);

  /** Give each part the height of its tallest step but the first, so that nothing jumps. */
  function reserveHeights() {
    const shown = state;
    const tallest = { sentence: 0, numbers: 0, side: 0 };
    steps.slice(1).forEach((step, index) => {
      state = { ...shown, step: index + 1, cell: step.cell ?? [] };
      frame.draw(steps, state);
      drawSide(side, trace, step, state, words, dispatch);
      drawNumbers(numbers, trace, step, state, words, dispatch);
      tallest.sentence = Math.max(tallest.sentence, sentence.offsetHeight);
      tallest.numbers = Math.max(tallest.numbers, numbers.offsetHeight);
      tallest.side = Math.max(tallest.side, side.scrollHeight);
    });
    box.style.setProperty("--sentence", `${tallest.sentence}px`);
    box.style.setProperty("--numbers", `${tallest.numbers}px`);
    box.style.setProperty("--side", `${tallest.side}px`);
    state = shown;
    draw();
  }

  return { get state() { return state; }, dispatch };
}

/** A graph with too many operations: what it consists of, and what to do. */
function mountOverview(root, trace, words) {
  const seen = trace.overview;
  const rows = seen.rows.map(([name, count]) => element("tr", {}, element("td", {}, element("bdi", {}, name)), element("td", {}, String(count))));
  const head = element("tr", {}, element("th", { scope: "col" }, words.overview.operation), element("th", { scope: "col" }, words.overview.count));
  root.append(
    element("div", { "data-region": "frame", class: "frame overview" },
      element("p", { class: "headline" }, fill(words.overview.headline, { ...seen, title: trace.title })),
      element("p", {}, words.overview.advice),
      element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows))),
  );
  return { state: {}, dispatch: () => {} };
}
