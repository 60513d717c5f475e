/** The stepper's state and how events change it: no page, no clock, no chance. */

import { judge, questionFor } from "./questions.js";
import { initiallyClosed, stepNamed, visibleSteps } from "./steps.js";
import { resultArray } from "./working.js";

export function initialState(trace, options = {}) {
  const closed = initiallyClosed(trace, options.open);
  const steps = visibleSteps(trace, closed);
  const state = {
    step: stepNamed(trace, steps, options.start ?? 0), cell: null, mode: "watch", open: null, closed,
    lecture: false, blank: false, detail: false, turn: null, answered: {}, warned: false,
  };
  return atStep(state, trace, steps, state.step);
}

/** The steps of a state; the step shown is `stepsOf(...)[state.step]`. */
export function stepsOf(state, trace) {
  return visibleSteps(trace, state.closed);
}

function atStep(state, trace, steps, step) {
  return { ...state, step, cell: steps[step].cell ?? [], warned: false, blank: false };
}

/**
 * @returns {{state: object, effects: {type: string}[]}} effects: announce, focus, startTimer, stopTimer
 */
export function reduce(state, event, trace, words, options = {}) {
  const steps = stepsOf(state, trace);
  const last = steps.length - 1;
  const stay = { state, effects: [] };
  const say = (text) => ({ type: "announce", text });
  const go = (to, extra = {}) => {
    const step = Math.min(Math.max(to, 0), last);
    const moved = atStep({ ...state, ...extra }, trace, steps, step);
    const effects = extra.mode === "watch" && state.mode === "play" ? [{ type: "stopTimer" }] : [];
    return { state: moved.mode === "turn" ? asking(moved, trace, steps, words) : moved, effects };
  };
  const pause = state.mode === "play" ? { mode: "watch" } : {};

  switch (event.type) {
    case "NEXT":
      if (state.mode === "turn" && ["asked", "wrong", "unread"].includes(state.turn?.status) && !state.warned) {
        return { state: { ...state, warned: true }, effects: [say(words.turn.blocked)] };
      }
      return go(state.step + 1, pause);
    case "BACK": return go(state.step - 1, pause);
    case "FIRST": return go(0, pause);
    case "LAST": return go(last, pause);
    case "SEEK": return go(event.step, pause);
    case "GOTO": {
      const wanted = Number(event.text);
      if (event.text.trim() === "" || !Number.isInteger(wanted) || wanted < 0 || wanted > last) {
        return { state, effects: [say(words.goto.range.replace("{last}", last))] };
      }
      return go(wanted, { ...pause, open: null });
    }
    case "STOP": return go(stopFrom(state.step, event.by, trace, steps, options.stops ?? []), pause);
    case "PHASE": return go(phaseBoundary(state.step, event.by, steps), pause);
    case "CELL": case "ROW": case "PICK": return { state: { ...state, cell: movedCell(state, event, trace, steps) }, effects: [] };
    case "PLAY":
      if (state.mode === "turn") return stay;
      if (state.mode === "play") return { state: { ...state, mode: "watch" }, effects: [{ type: "stopTimer" }] };
      return { state: { ...(state.step === last ? atStep(state, trace, steps, 0) : state), mode: "play" }, effects: [{ type: "startTimer" }] };
    case "TICK": {
      if (state.mode !== "play") return stay;
      const next = Math.min(state.step + 1, last);
      const stops = next === last || steps[next].phase === "loss";
      const moved = atStep({ ...state, mode: stops ? "watch" : "play" }, trace, steps, next);
      return { state: moved, effects: stops ? [{ type: "stopTimer" }] : [] };
    }
    case "TURN": return turned(state, trace, steps, words);
    case "ANSWER": return answered(state, event.text, trace, steps, words);
    case "HINT":
      if (!state.turn || state.turn.status === "right") return stay;
      return { state: { ...state, turn: { ...state.turn, hints: Math.min(state.turn.hints + 1, 3) } }, effects: [] };
    case "SHOW":
      if (!state.turn) return stay;
      return { state: { ...state, turn: { ...state.turn, status: "shown" }, answered: { ...state.answered, [state.step]: "shown" } }, effects: [{ type: "focus", target: "next" }] };
    case "BOXES": return boxes(state, trace, steps, state.closed.length ? [] : trace.modules.map((_, i) => i));
    case "TOGGLE_MODULE": {
      const closed = state.closed.includes(event.module) ? state.closed.filter((m) => m !== event.module) : [...state.closed, event.module];
      return boxes(state, trace, steps, closed);
    }
    case "LECTURE": return { state: { ...state, lecture: !state.lecture, blank: false }, effects: [] };
    case "DETAIL": return { state: { ...state, detail: !state.detail }, effects: [] };
    case "BLANK": return { state: { ...state, blank: state.lecture && !state.blank }, effects: [] };
    case "OPEN": return { state: { ...state, open: state.open === event.what ? null : event.what }, effects: [] };
    case "ESC": return escape(state);
    default: return stay;
  }
}

function escape(state) {
  if (state.open) return { state: { ...state, open: null }, effects: [{ type: "focus", target: "next" }] };
  if (state.mode === "turn") return { state: { ...state, mode: "watch", turn: null }, effects: [{ type: "focus", target: "next" }] };
  return { state: { ...state, lecture: false, blank: false }, effects: [] };
}

function boxes(state, trace, steps, closed) {
  const current = steps[state.step];
  const changed = { ...state, closed, turn: null, mode: state.mode === "turn" ? "watch" : state.mode };
  const after = visibleSteps(trace, closed);
  const wanted = trace.steps.indexOf(current);
  const nearest = after.findIndex((step) => trace.steps.indexOf(step) >= wanted);
  return { state: atStep(changed, trace, after, nearest < 0 ? after.length - 1 : nearest), effects: [] };
}

function stopFrom(step, by, trace, steps, stops) {
  const places = stops.map((stop) => stepNamed(trace, steps, stop)).sort((a, b) => a - b);
  const next = by > 0 ? places.find((place) => place > step) : places.findLast((place) => place < step);
  return next ?? step + by;
}

function phaseBoundary(step, by, steps) {
  const loss = steps.findIndex((s) => s.phase === "loss");
  const seed = steps.findIndex((s) => s.kind === "seed");
  const places = [0, loss, seed + 1, steps.length - 1];
  return (by > 0 ? places.find((place) => place > step) : places.findLast((place) => place < step)) ?? step;
}

function movedCell(state, event, trace, steps) {
  const step = steps[state.step];
  if (event.type === "PICK") return event.cell;
  if (step.kind === "given") return state.cell;
  const array = trace.arrays[resultArray(trace, step)];
  const shown = array.shape.map((size, axis) => array.shown?.[axis] ?? Array.from({ length: size }, (_, i) => i));
  const cells = shown.reduce((all, axis) => all.flatMap((head) => axis.map((i) => [...head, i])), [[]]);
  const row = event.type === "ROW" ? (shown.at(-1)?.length ?? 1) : 1;
  const at = cells.findIndex((cell) => String(cell) === String(state.cell));
  return cells[Math.min(Math.max(at + event.by * row, 0), cells.length - 1)] ?? state.cell;
}

function asking(state, trace, steps, words) {
  const question = questionFor(trace, steps[state.step], words);
  const isOpen = question && !state.answered[state.step];
  return { ...state, turn: isOpen ? { status: "asked", tries: [], hints: 0, message: "" } : null };
}

function turned(state, trace, steps, words) {
  if (state.mode === "turn") return { state: { ...state, mode: "watch", turn: null }, effects: [] };
  const ahead = steps.findIndex((step, i) => i >= state.step && questionFor(trace, step, words) && !state.answered[i]);
  if (ahead < 0) return { state, effects: [{ type: "announce", text: words.turn.no_more }] };
  const moved = atStep({ ...state, mode: "turn" }, trace, steps, ahead);
  return { state: asking(moved, trace, steps, words), effects: [{ type: "stopTimer" }, { type: "focus", target: "answer" }] };
}

function answered(state, text, trace, steps, words) {
  if (!state.turn) return { state, effects: [] };
  const { status, message } = judge(questionFor(trace, steps[state.step], words), text, words);
  const turn = { ...state.turn, status, message, tries: [...state.turn.tries, text] };
  const done = status === "right" ? { ...state.answered, [state.step]: "right" } : state.answered;
  const effects = [{ type: "announce", text: message }];
  if (status === "right") effects.push({ type: "focus", target: "next" });
  return { state: { ...state, turn, answered: done, warned: false }, effects };
}

/** Whether the result of the step must not be seen now. */
export function isHidden(state) {
  return state.mode === "turn" && Boolean(state.turn) && !["right", "shown"].includes(state.turn.status);
}
