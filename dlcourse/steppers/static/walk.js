/** What views share that are walked through step by step without a trace: state, keys, clock, head, transport, sentence. */

import { element, fill, icon } from "./dom.js";
import { eventForKey, KEYS } from "./keys.js";

const WALK_PACE = { normal: 1500, lecture: 2500 };
const ANNOUNCE_AFTER = 150;
const SHARED = ["next", "back", "first", "last", "play", "goto", "lecture", "detail", "blank", "help", "escape"];

/** A headline in pieces; those between asterisks of the template are strong. */
export function pieces(template, values = {}) {
  return template.split("*").map((piece, i) => ({ text: fill(piece, values), strong: i % 2 === 1 }));
}

/** The part of the state that every walk has, and how events change it. */
export function reduceWalk(state, event, last, words, from = 0) {
  const to = (step, more = {}) => {
    const effects = state.mode === "play" && more.mode !== "play" ? [{ type: "stopTimer" }] : [];
    return { state: { ...state, mode: "watch", blank: false, ...more, step: Math.min(Math.max(step, 0), last) }, effects };
  };
  const same = (more) => ({ state: { ...state, ...more }, effects: [] });
  switch (event.type) {
    case "NEXT": return to(state.step + 1);
    case "BACK": return to(state.step - 1);
    case "FIRST": return to(0);
    case "LAST": return to(last);
    case "SEEK": return to(event.step);
    case "GOTO": {
      const wanted = Number(event.text) - from;
      if (event.text.trim() !== "" && Number.isInteger(wanted) && wanted >= 0 && wanted <= last) return to(wanted, { open: null });
      return { state, effects: [{ type: "announce", text: fill(words.walk.range, { first: from, last: last + from }) }] };
    }
    case "PLAY":
      if (state.mode === "play") return to(state.step);
      return { state: { ...state, mode: "play", step: state.step === last ? 0 : state.step }, effects: [{ type: "startTimer" }] };
    case "TICK": return state.mode === "play" ? to(state.step + 1, { mode: state.step + 1 < last ? "play" : "watch" }) : same({});
    case "LECTURE": return same({ lecture: !state.lecture, blank: false });
    case "DETAIL": return same({ detail: !state.detail });
    case "BLANK": return same({ blank: state.lecture && !state.blank });
    case "OPEN": return same({ open: state.open === event.what ? null : event.what });
    case "ESC": return state.open ? { ...same({ open: null }), effects: [{ type: "focus" }] } : same({ lecture: false, blank: false });
    default: return same({});
  }
}

/**
 * Build a walk in a shadow root.
 *
 * view: label, words (its own section), from (what its first step is called, 0 if left out), state (its own part), keys (rows as in keys.js), body and keyLine
 * (elements), last(state), say(state) → { chip, title, headline, detail, spoken },
 * reduce(state, event) → { state, effects } or null, draw(state, dispatch), and perhaps
 * carryOut(effect), pace (milliseconds a step) and goesOn(state), whether there is more after the last step.
 */
export function mountWalk(root, host, view, words) {
  let state = { step: 0, mode: "watch", open: null, lecture: false, detail: false, blank: false, ...view.state };
  let timer = null;
  let speaker = null;
  const keys = [...view.keys, ...KEYS.filter((row) => SHARED.includes(row.does))];
  const parts = buildParts(words, dispatch);
  const box = element("div", { "data-region": "frame", class: "frame walk", "data-phase": "loss" }, parts.head, parts.transport, parts.sentence, ...view.body, element("div", { "data-region": "key", class: "key-line" }, ...view.keyLine), parts.dialog, parts.status);
  root.append(box);
  host.setAttribute("role", "region");
  host.setAttribute("aria-label", view.label);
  box.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", () => document.hidden && state.mode === "play" && dispatch({ type: "PLAY" }));

  function onKey(press) {
    if (press.key === "Tab") return;
    press.stopPropagation();
    const inside = root.activeElement;
    if (inside?.matches("[data-own-keys]") && press.key !== "Escape") return;
    const event = eventForKey(press, false, inside?.matches("button, a"), keys);
    if (!event) return;
    press.preventDefault();
    dispatch(event);
  }

  function dispatch(event) {
    const result = view.reduce(state, event) ?? reduceWalk(state, event, view.last(state), words, view.from);
    const fromPlay = state.mode === "play";
    state = result.state;
    if (fromPlay && state.mode !== "play") clearInterval(timer);
    draw();
    result.effects.forEach(carryOut);
  }

  function carryOut(effect) {
    if (effect.type === "announce") speak(effect.text);
    else if (effect.type === "focus" && !effect.target) parts.next.focus();
    else if (effect.type === "stopTimer") clearInterval(timer);
    else if (effect.type === "startTimer") {
      clearInterval(timer);
      timer = setInterval(() => (box.isConnected ? dispatch({ type: "TICK" }) : clearInterval(timer)), view.pace ?? (state.lecture ? WALK_PACE.lecture : WALK_PACE.normal));
    } else view.carryOut?.(effect);
  }

  function speak(text) {
    clearTimeout(speaker);
    speaker = setTimeout(() => (parts.status.textContent = text), ANNOUNCE_AFTER);
  }

  function drawSentence(shown) {
    const said = view.say(shown);
    parts.headline.replaceChildren(...said.headline.map((piece) => element(piece.strong ? "strong" : "span", {}, piece.text)));
    parts.detail.replaceChildren(...said.detail);
    return said;
  }

  function draw() {
    for (const flag of ["lecture", "blank"]) box.classList.toggle(flag, state[flag]);
    box.classList.toggle("with-detail", state.detail);
    const said = drawSentence(state);
    parts.draw(state, said, view, words.button);
    drawWalkDialog(parts.dialog, state, keys, view, { ...words, keys: { ...words.keys, ...view.words.keys } }, dispatch);
    view.draw(state, dispatch);
    if (state.mode !== "play") speak(said.spoken);
    if (root.activeElement && !root.activeElement.checkVisibility()) parts.slider.focus();
  }

  /** The sentence gets the height of its tallest step, so that nothing below it jumps. */
  function reserveHeight() {
    let tallest = 0;
    for (let step = 0; step <= view.last(state); step++) {
      drawSentence({ ...state, step });
      tallest = Math.max(tallest, parts.sentence.offsetHeight);
    }
    box.style.setProperty("--sentence", `${tallest}px`);
    drawSentence(state);
  }

  draw();
  reserveHeight();
  clearTimeout(speaker);
  return { get state() { return state; }, dispatch };
}

function buildParts(words, dispatch) {
  const press = (event) => ({ click: () => dispatch(event) });
  const square = (name, event, label = words.button[name]) => element("button", { type: "button", class: "square", "aria-label": label, title: label, on: press(event) }, icon(name));
  const chip = element("span", { class: "chip" });
  const title = element("h3", {});
  const lecture = element("button", { type: "button", "aria-label": words.button.lecture, on: press({ type: "LECTURE" }) }, icon("lecture"), element("span", { class: "word" }, words.button.lecture));
  const help = element("button", { type: "button", class: "square", "aria-label": words.button.help, title: words.button.help, on: press({ type: "OPEN", what: "help" }) }, "?");
  const head = element("div", { "data-region": "head", class: "head", role: "group", "aria-label": words.region.head }, chip, title, lecture, help);
  const next = element("button", { type: "button", class: "filled next", on: press({ type: "NEXT" }) }, words.button.next, icon("next"));
  const play = square("play", { type: "PLAY" });
  const slider = element("input", { type: "range", min: 0, step: 1, "aria-label": words.region.transport, on: { input: () => dispatch({ type: "SEEK", step: Number(slider.value) }) } });
  const track = element("span", { class: "segment loss" });
  const count = element("button", { type: "button", class: "count", on: press({ type: "OPEN", what: "goto" }) });
  const transport = element(
    "div", { "data-region": "transport", class: "transport", role: "group", "aria-label": words.region.transport },
    square("first", { type: "FIRST" }), square("back", { type: "BACK" }), next, square("last", { type: "LAST" }), play,
    element("div", { class: "scrubber" }, element("div", { class: "track", "aria-hidden": "true" }, track), slider), count,
  );
  const headline = element("p", { class: "headline" });
  const detail = element("p", { class: "detail" });
  const sentence = element("div", { "data-region": "sentence", class: "sentence" }, headline, detail);
  const status = element("div", { role: "status", "aria-live": "polite", "aria-atomic": "true", class: "unseen" });

  function draw(state, said, view, labels) {
    const last = view.last(state);
    const from = view.from ?? 0;
    const counted = fill(view.words.count, { step: state.step + from, last: last + from });
    chip.replaceChildren(icon("forward"), said.chip);
    title.textContent = said.title;
    lecture.setAttribute("aria-pressed", String(state.lecture));
    slider.max = last;
    slider.value = state.step;
    slider.setAttribute("aria-valuetext", `${counted}: ${said.title}`);
    track.setAttribute("style", `flex:1;--ticks:${last <= 60 ? Math.max(last, 1) : 1}`);
    count.textContent = counted;
    next.setAttribute("aria-disabled", String(state.step === last && !view.goesOn?.(state)));
    play.replaceChildren(icon(state.mode === "play" ? "pause" : "play"));
    play.setAttribute("aria-label", state.mode === "play" ? labels.pause : labels.play);
  }
  return { head, transport, sentence, headline, detail, status, next, slider, dialog: element("div", { class: "dialog" }), draw };
}

function drawWalkDialog(dialog, state, keys, view, words, dispatch) {
  if ((dialog.dataset.open ?? "") === (state.open ?? "")) return;
  dialog.dataset.open = state.open ?? "";
  dialog.replaceChildren();
  if (state.open === "help") {
    const rows = keys.map((row) => element("tr", {}, element("td", {}, element("kbd", {}, row.shown)), element("td", {}, words.keys[row.does])));
    const header = element("tr", {}, element("th", { scope: "col" }, words.help.key), element("th", { scope: "col" }, words.help.does));
    const close = element("button", { type: "button", on: { click: () => dispatch({ type: "ESC" }) } }, words.button.close);
    dialog.append(element("div", { role: "dialog", "aria-label": words.help.title, class: "panel" }, element("h3", {}, words.help.title), element("table", {}, element("thead", {}, header), element("tbody", {}, ...rows)), close));
    close.focus();
  }
  if (state.open === "goto") {
    const from = view.from ?? 0;
    const field = element("input", { type: "text", inputmode: "numeric", "aria-label": words.goto.label, size: 5, "data-own-keys": true });
    const submit = (event) => { event.preventDefault(); dispatch({ type: "GOTO", text: field.value }); };
    dialog.append(element("form", { class: "panel", on: { submit } }, element("label", {}, `${words.goto.label} (${from}–${view.last(state) + from}) `, field)));
    field.focus();
  }
}
