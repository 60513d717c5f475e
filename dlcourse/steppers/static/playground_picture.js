/** The points with the net's boundary, each neuron's own picture, and the losses. */

import { element, fill, svgElement } from "./dom.js";

const SHADES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const POINT = ["M-1.3 0a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0 -2.6 0", "M0 -1.6l1.5 2.6h-3z"];

/** A map's letters as numbers from 0 to 1. */
export function shadesOf(map) {
  return [...map].map((letter) => SHADES.indexOf(letter) / 63);
}

/** Whether each training point was in the batch, which is a number in base 16. */
export function batchMembers(batch, count) {
  const bits = batch === "" ? 0n : BigInt(`0x${batch}`);
  return Array.from({ length: count }, (_, i) => ((bits >> BigInt(i)) & 1n) === 1n);
}

/** Fill a canvas with a map, between two or three colours of the page. */
function paint(canvas, map, names) {
  const side = Math.sqrt(map.length);
  canvas.width = side;
  canvas.height = side;
  const style = getComputedStyle(canvas);
  const colours = names.map((name) => style.getPropertyValue(name).trim().match(/[\da-f]{2}/gi)?.map((part) => parseInt(part, 16)) ?? [128, 128, 128]);
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  shadesOf(map).forEach((shade, i) => {
    const place = Math.min(shade * (colours.length - 1), colours.length - 1 - 1e-9);
    const [from, to] = [colours[Math.floor(place)], colours[Math.floor(place) + 1]];
    for (let part = 0; part < 3; part++) image.data[4 * i + part] = from[part] + (to[part] - from[part]) * (place % 1);
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}

export function buildMap(data, said) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  const boundary = svgElement("path", { class: "boundary" });
  const marks = svgElement("g", {});
  const svg = svgElement("svg", { viewBox: "0 0 100 100", role: "img", "aria-label": said.map }, boundary, marks);
  let drawn = null;
  function draw(state) {
    const frame = state.frames[state.step];
    paint(canvas, frame.map, ["--neg", "--zero", "--pos"]);
    boundary.setAttribute("d", frame.line);
    if (drawn !== state.points) {
      drawn = state.points;
      const place = (value) => 50 + (50 * value) / data.reach;
      marks.replaceChildren(...state.points.map(([x, y], i) => svgElement("path", { class: `point ${i < data.train ? "training" : "testing"}`, d: POINT[Number(state.classes[i])], transform: `translate(${place(x).toFixed(1)} ${place(-y).toFixed(1)})` })));
    }
    batchMembers(frame.batch, data.train).forEach((isIn, i) => marks.children[i].classList.toggle("ringed", isIn));
  }
  return { root: element("div", { class: "map" }, canvas, svg), draw };
}

/** A small picture for each hidden unit: light is its lowest value, dark its highest. */
export function buildNeurons(said) {
  const root = element("div", { class: "layers" });
  let shape = null;
  function draw(state) {
    const { neurons } = state.frames[state.step];
    const wanted = neurons.map((layer) => layer.length).join();
    if (wanted !== shape) {
      shape = wanted;
      root.replaceChildren(...(neurons.length ? neurons.map((layer, number) => element("div", { class: "layer" }, element("h4", {}, fill(said.layer, { number: number + 1 })), element("div", { class: "units" }, ...layer.map(() => element("canvas", { role: "img" }))))) : [element("p", {}, said.no_layers)]));
    }
    const canvases = [...root.querySelectorAll("canvas")];
    neurons.flatMap((layer, l) => layer.map(([map, size], u) => ({ map, text: fill(said.unit, { number: u + 1, layer: l + 1, size }) }))).forEach(({ map, text }, i) => {
      paint(canvases[i], map, ["--surface", "--text2"]);
      canvases[i].setAttribute("aria-label", text);
      canvases[i].title = text;
    });
  }
  return { root, draw };
}

const LOSSES = { width: 300, height: 96, left: 40 };

export function buildChart(said) {
  const { width, height, left } = LOSSES;
  const content = svgElement("g", {});
  const svg = svgElement("svg", { viewBox: `0 -8 ${width} ${height + 26}`, role: "img", "aria-label": said.chart }, content);
  function draw(state) {
    const shown = state.frames.slice(0, state.step + 1);
    const losses = state.frames.flatMap((frame) => frame.loss).filter((loss) => loss !== null && loss > 0).map(Math.log10);
    const [low, high] = [Math.floor(Math.min(...losses, -0.5) * 2) / 2, Math.ceil(Math.max(...losses, 0) * 2) / 2];
    const last = Math.max(state.frames.at(-1).epoch, 1);
    const x = (epoch) => left + ((width - left - 62) * epoch) / last;
    const y = (loss) => (height * (high - Math.log10(loss))) / (high - low);
    const levels = [0.001, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 100].filter((level) => Math.log10(level) >= low - 1e-9 && Math.log10(level) <= high + 1e-9);
    const ends = [0, 1].map((kind) => y(shown.at(-1).loss[kind] ?? 10 ** high));
    const apart = Math.abs(ends[0] - ends[1]) < 14 ? (ends[0] < ends[1] ? [-7, 7] : [7, -7]) : [0, 0];
    content.replaceChildren(
      ...levels.flatMap((level) => [svgElement("line", { class: "grid", x1: left, x2: width - 60, y1: y(level), y2: y(level) }), svgElement("text", { class: "tick", x: left - 5, y: y(level) + 4, "text-anchor": "end" }, String(level))]),
      svgElement("text", { class: "tick", x: left, y: height + 15 }, "0"), svgElement("text", { class: "tick", x: x(last), y: height + 15, "text-anchor": "end" }, String(Math.round(last))),
      ...["training", "testing"].flatMap((name, kind) => {
        const points = shown.filter((frame) => frame.loss[kind] > 0).map((frame) => `${x(frame.epoch).toFixed(1)} ${y(frame.loss[kind]).toFixed(1)}`);
        return points.length ? [svgElement("path", { class: `curve ${name}`, d: `M${points.join("L")}` }), svgElement("text", { class: "curve-name", x: x(shown.at(-1).epoch) + 5, y: ends[kind] + 4 + apart[kind] }, said[name])] : [];
      }),
    );
  }
  return { root: element("div", { class: "losses" }, element("h4", {}, said.chart), svg), draw };
}
