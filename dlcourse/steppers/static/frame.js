/** The frame around every view: head, transport, sentence, key line, dialogs, live region. */

import { element, fill, icon } from "./dom.js";
import { KEYS } from "./keys.js";
import { questionFor } from "./questions.js";
import { describe } from "./sentences.js";
import { isHidden } from "./state.js";

/** Build the parts that stay; returns them by name, with a `draw(steps, state)`. */
export function buildFrame(trace, words, dispatch) {
  const press = (type) => ({ click: () => dispatch({ type }) });
  const small = (name, type, label) => element("button", { type: "button", class: "square", "aria-label": label, title: label, on: press(type) }, icon(name));
  const chip = element("span", { class: "chip" });
  const title = element("h3", {});
  const turn = element("button", { type: "button", on: press("TURN") }, icon("turn"), element("span", { class: "word" }, words.button.turn));
  const lecture = element("button", { type: "button", on: press("LECTURE") }, icon("lecture"), element("span", { class: "word" }, words.button.lecture));
  const help = element("button", { type: "button", class: "square", "aria-label": words.button.help, title: words.button.help, on: { click: () => dispatch({ type: "OPEN", what: "help" }) } }, "?");
  const head = element("div", { "data-region": "head", class: "head", role: "group", "aria-label": words.region.head }, chip, title, turn, lecture, help);

  const next = element("button", { type: "button", class: "filled next", on: press("NEXT") }, words.button.next, icon("next"));
  const play = small("play", "PLAY", words.button.play);
  const slider = element("input", { type: "range", min: 0, step: 1, "aria-label": words.region.transport, on: { input: () => dispatch({ type: "SEEK", step: Number(slider.value) }) } });
  const track = element("div", { class: "track", "aria-hidden": "true" });
  const count = element("button", { type: "button", class: "count", on: { click: () => dispatch({ type: "OPEN", what: "goto" }) } });
  const transport = element(
    "div", { "data-region": "transport", class: "transport", role: "group", "aria-label": words.region.transport },
    small("first", "FIRST", words.button.first), small("back", "BACK", words.button.back), next, small("last", "LAST", words.button.last), play,
    element("div", { class: "scrubber" }, track, slider), count,
  );
  const headline = element("p", { class: "headline" });
  const detail = element("p", { class: "detail" });
  const sentence = element("div", { "data-region": "sentence", class: "sentence" }, headline, detail);
  const status = element("div", { role: "status", "aria-live": "polite", "aria-atomic": "true", class: "unseen" });
  const keyLine = buildKeyLine(trace, words);
  const dialog = element("div", { class: "dialog" });

  function draw(steps, state) {
    const step = steps[state.step];
    const last = steps.length - 1;
    const said = describe(trace, step, state.cell, words);
    const hidden = isHidden(state);
    chip.replaceChildren(icon(step.phase === "backward" ? "backward" : "forward"), words.phase[step.phase]);
    title.textContent = hidden ? `${words.button.turn}: ${said.title}` : said.title;
    turn.setAttribute("aria-pressed", String(state.mode === "turn"));
    lecture.setAttribute("aria-pressed", String(state.lecture));
    if (hidden) {
      headline.replaceChildren(icon("turn"), ` ${questionFor(trace, step, words).prompt}`);
      detail.textContent = "";
    } else {
      headline.replaceChildren(...said.headline.map((part) => element(part.strong ? "strong" : "span", {}, part.text)));
      detail.textContent = said.detail;
    }
    slider.max = last;
    slider.value = state.step;
    slider.setAttribute("aria-valuetext", `${fill(words.button.goto, { step: state.step, last })}, ${words.phase[step.phase]}: ${said.title}`);
    count.textContent = fill(words.button.goto, { step: state.step, last });
    next.setAttribute("aria-disabled", String(state.step === last));
    play.replaceChildren(icon(state.mode === "play" ? "pause" : "play"));
    play.setAttribute("aria-label", state.mode === "play" ? words.button.pause : words.button.play);
    drawTrack(track, steps, state, words);
    drawDialog(dialog, state, last, words, dispatch);
    const spokenText = hidden ? questionFor(trace, step, words).prompt : said.spoken;
    return { spoken: `${fill(words.spoken.step, { step: state.step, last })} ${spokenText}`, plain: `${said.title}. ${hidden ? "" : said.spoken}` };
  }
  return { parts: { head, transport, sentence, keyLine, dialog, status }, next, draw };
}

/** The segments behind the slider: forward, loss, backward, to scale. */
function drawTrack(track, steps, state, words) {
  const key = `${steps.length}:${Object.keys(state.answered).join()}`;
  if (track.dataset.key === key) return;
  track.dataset.key = key;
  const counts = { forward: 0, loss: 0, backward: 0 };
  for (const step of steps.slice(1)) counts[step.phase] += 1;
  track.replaceChildren(
    ...Object.entries(counts).filter(([, n]) => n).map(([phase, n]) =>
      element("span", { class: `segment ${phase}`, style: `flex:${n} ${n} 0;--ticks:${Math.min(n, 60)}` }, element("span", { class: "segment-name" }, words.phase[phase].toLowerCase()))),
    ...Object.keys(state.answered).map((step) => element("span", { class: "dot", style: `left:${(100 * step) / (steps.length - 1)}%` })),
  );
}

function buildKeyLine(trace, words) {
  const said = words.key_line;
  const mark = (className, text) => element("span", {}, element("i", { class: `swatch ${className}` }), text);
  const key = (shown, text) => element("span", {}, element("kbd", {}, shown), ` ${text}`);
  return element(
    "div", { "data-region": "key", class: "key-line" },
    mark("known", said.computed), mark("not-yet", said.not_yet), mark("arrived", said.arrived), mark("negative", said.negative),
    mark("positive", fill(said.positive, { scale: trace.scales.value })), key("→", said.next), key("↓", said.cell), key("Y", said.turn), key("?", said.keys),
  );
}

function drawDialog(dialog, state, last, words, dispatch) {
  if ((dialog.dataset.open ?? "") === (state.open ?? "")) return;
  dialog.dataset.open = state.open ?? "";
  dialog.replaceChildren();
  if (state.open === "help") {
    const rows = KEYS.map((row) => element("tr", {}, element("td", {}, element("kbd", {}, row.shown)), element("td", {}, words.keys[row.does])));
    const close = element("button", { type: "button", on: { click: () => dispatch({ type: "ESC" }) } }, words.button.close);
    const header = element("tr", {}, element("th", { scope: "col" }, words.help.key), element("th", { scope: "col" }, words.help.does));
    dialog.append(element("div", { role: "dialog", "aria-label": words.help.title, class: "panel" }, element("h3", {}, words.help.title), element("table", {}, element("thead", {}, header), element("tbody", {}, ...rows)), close));
    close.focus();
  }
  if (state.open === "goto") {
    const field = element("input", { type: "text", inputmode: "numeric", "aria-label": words.goto.label, size: 5 });
    const submit = (event) => { event.preventDefault(); dispatch({ type: "GOTO", text: field.value }); };
    dialog.append(element("form", { class: "panel", on: { submit } }, element("label", {}, `${words.goto.label} (0–${last}) `, field)));
    field.focus();
  }
}
