/** Training a small net: a recorded run to walk through, or a live one that a kernel computes. */

import { element, fill } from "./dom.js";
import { numberText } from "./numbers.js";
import { buildChart, buildMap, buildNeurons } from "./playground_picture.js";
import { mountWalk, pieces } from "./walk.js";

const PATIENCE = 10000;
const FRAME_PACE = 400;
const MOST_FRAMES = 400;

/** Build a playground in a shadow root; `connect(kernel)` makes it live. */
export function mountPlayground(root, host, data, words) {
  const said = words.playground;
  const map = buildMap(data, said);
  const neurons = buildNeurons(said);
  const chart = buildChart(said);
  const controls = buildControls(data.choices, said);
  let kernel = null;
  let lateness = null;
  const view = {
    label: said.label,
    words: said,
    pace: FRAME_PACE,
    state: { frames: data.frames, settings: data.settings, points: data.points, classes: data.classes, live: false, waiting: false, lost: false, epochs: false, opened: false, step: data.frames.length - 1 },
    keys: PLAYGROUND_KEYS,
    body: [element("div", { class: "middle" }, element("div", { class: "stage board", "data-region": "stage" }, map.root, element("div", { class: "inside" }, neurons.root, chart.root)), element("div", { class: "side", "data-region": "side" }, controls.root))],
    keyLine: [element("span", {}, said.map)],
    last: (state) => state.frames.length - 1,
    goesOn: (state) => state.live,
    reduce: reducePlayground,
    say: (state) => sayPlayground(state, data, said),
    draw: (state, dispatch) => {
      map.draw(state);
      neurons.draw(state);
      chart.draw(state);
      controls.draw(state, dispatch);
    },
    carryOut: ({ type, message }) => {
      if (type !== "ask") return;
      clearTimeout(lateness);
      lateness = setTimeout(() => walk.dispatch({ type: "LOST" }), PATIENCE);
      kernel.send(message);
    },
  };
  const walk = mountWalk(root, host, view, words);
  root.append(element("slot", { name: "inside" }));
  new MutationObserver(() => walk.dispatch({ type: "LOOK" })).observe(host, { attributes: true, attributeFilter: ["data-look"] });

  function connect(found) {
    kernel = found;
    kernel.listen((answer) => {
      clearTimeout(lateness);
      if (answer.stepper) openInside(host, answer.stepper);
      requestAnimationFrame(() => walk.dispatch({ type: "ANSWERED", answer }));
    });
    walk.dispatch({ type: "CONNECT" });
  }
  return { get state() { return walk.state; }, dispatch: walk.dispatch, connect };
}

const PLAYGROUND_KEYS = [
  { keys: ["o"], shown: "o", does: "open_batch", event: { type: "OPEN_BATCH" } },
  { keys: ["r"], shown: "r", does: "reset", event: { type: "RESET" } },
  { keys: ["e"], shown: "e", does: "epoch", event: { type: "EPOCHS" } },
];

/** Put the kernel's own HTML under the playground; a script that is only inserted would not run. */
function openInside(host, html) {
  host.querySelector("[slot=inside]")?.remove();
  const place = element("div", { slot: "inside" });
  place.innerHTML = html;
  host.append(place);
  for (const script of place.querySelectorAll("script[type=module]")) {
    script.replaceWith(element("script", { type: "module" }, script.textContent));
  }
}

/** The events that only a playground has. One message is under way at most, none is queued. */
export function reducePlayground(state, event) {
  const same = (more, ...effects) => ({ state: { ...state, ...more }, effects });
  const ask = (message, more = {}) => (state.live && !state.waiting ? same({ ...more, waiting: true }, { type: "ask", message }) : same(more));
  const train = (more) => ask({ do: "train", epoch: state.epochs || state.mode === "play" || more?.mode === "play" }, more);
  const last = state.frames.length - 1;
  switch (event.type) {
    case "CONNECT": return same({ live: true, lost: false, waiting: false, mode: "watch" });
    case "LOST": return state.waiting ? same({ live: false, lost: true, waiting: false, mode: "watch" }) : same({});
    case "LOOK": return same({});
    case "EPOCHS": return same({ epochs: !state.epochs });
    case "NEXT": return state.live && state.step === last ? train({ mode: "watch" }) : null;
    case "PLAY":
      if (!state.live) return null;
      return state.mode === "play" ? same({ mode: "watch" }) : train({ mode: "play", step: last });
    case "RESET": return ask({ do: "reset", settings: state.settings }, { mode: "watch" });
    case "SET": return ask({ do: "reset", settings: { ...state.settings, [event.name]: event.value } }, { mode: "watch" });
    case "OPEN_BATCH": return ask({ do: "open" }, { mode: "watch" });
    case "ANSWERED": return answeredBy(state, event.answer);
    default: return null;
  }
}

function answeredBy(state, { frame, settings, points, classes }) {
  if (!frame) return { state: { ...state, waiting: false, opened: true }, effects: [] };
  if (points) return { state: { ...state, waiting: false, opened: false, frames: [frame], step: 0, points, classes, settings }, effects: [] };
  const kept = state.frames.length < MOST_FRAMES ? state.frames : state.frames.filter((_, i) => i % 2 === 0);
  const frames = [...kept, frame];
  const goesOn = state.mode === "play" && !frame.stopped;
  const after = { ...state, waiting: goesOn, opened: false, frames, step: frames.length - 1, mode: goesOn ? "play" : "watch" };
  return { state: after, effects: goesOn ? [{ type: "ask", message: { do: "train", epoch: true } }] : [] };
}

export function sayPlayground(state, data, said) {
  const frame = state.frames[state.step];
  const { settings } = state;
  const count = [said.title_of_none, said.title_of_one][settings.layers] ?? said.title;
  const values = { epoch: String(Number(frame.epoch.toFixed(2))), train: lossText(frame.loss[0]), test: lossText(frame.loss[1]), right: frame.right, tests: state.points.length - data.train };
  const detail = [state.lost ? said.lost : state.live ? fill(said.live_detail, { steps: frame.step }) : said.recorded_detail];
  if (frame.stopped) detail.unshift(fill(said.stopped, { reason: frame.stopped }));
  const units = frame.neurons.flat();
  const same = units.filter(([map]) => [...map].every((shade) => shade === map[0])).length;
  if (same) detail.push(fill(same === 1 ? said.same.replace("give ", "gives ") : said.same, { count: same, units: units.length }));
  if (state.opened) detail.push(said.opened);
  return {
    chip: state.live ? said.live : said.recorded,
    title: fill(count, settings),
    headline: pieces(said.headline, values),
    detail: [detail.join(" ")],
    spoken: state.live && frame.epoch % 10 && state.waiting ? "" : fill(said.headline, values).replaceAll("*", ""),
  };
}

function lossText(loss) {
  return loss === null ? "∞" : numberText(loss);
}

function buildControls(choices, said) {
  const fields = Object.entries(choices).map(([name, values]) => {
    const select = element("select", { "data-own-keys": true }, ...values.map((value, i) => element("option", { value: i }, String(value))));
    return { name, values, select, root: element("label", {}, element("span", {}, said.settings[name]), select) };
  });
  const open = element("button", { type: "button" }, said.open);
  const reset = element("button", { type: "button" }, said.reset);
  const epochs = element("button", { type: "button" }, said.epoch_at_once);
  const root = element("div", { role: "group", "aria-label": said.controls }, element("div", { class: "choices" }, ...fields.map((field) => field.root)), element("div", { class: "buttons" }, reset, epochs, open));
  function draw(state, dispatch) {
    for (const { name, values, select } of fields) {
      select.value = values.indexOf(state.settings[name]);
      select.disabled = !state.live;
      select.onchange = () => dispatch({ type: "SET", name, value: values[select.value] });
    }
    for (const [button, event] of [[open, "OPEN_BATCH"], [reset, "RESET"], [epochs, "EPOCHS"]]) {
      button.disabled = !state.live;
      button.onclick = () => dispatch({ type: event });
    }
    epochs.setAttribute("aria-pressed", String(state.epochs));
  }
  return { root, draw };
}
