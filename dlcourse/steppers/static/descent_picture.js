/** The plane with contour lines and paths, and the losses over the updates. */

import { isOutside, runOf } from "./descent_runs.js";
import { element, fill, svgElement } from "./dom.js";
import { numberText } from "./numbers.js";

/** ● ■ ▲ around (0, 0). */
export const MARKS = ["M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0", "M-5.5 -5.5h11v11h-11z", "M0 -7l7 12h-14z"];
const PLANE_MARGIN = { left: 52, right: 12, top: 22, bottom: 34 };

/** Round values for an axis, up to eight of them. */
export function axisTicks(low, high) {
  const rough = (high - low) / 7;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) ticks.push(Number((i * step).toPrecision(10)));
  return ticks;
}

/** Where the way from a place inside to one outside meets the border. */
export function borderPoint([x0, y0], [x1, y1], [left, right, bottom, top]) {
  const shares = [[x0, x1, left], [x0, x1, right], [y0, y1, bottom], [y0, y1, top]].map(([from, to, edge]) => (edge - from) / (to - from)).filter((share) => share >= 0 && share <= 1);
  const share = Math.min(1, ...shares);
  return [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
}

export function buildPlane(data, said) {
  const { width, height, lines } = data.picture;
  const [left, right, bottom, top] = data.box;
  const to = ([x, y]) => [((x - left) / (right - left)) * width, ((top - y) / (top - bottom)) * height];
  const axis = [
    svgElement("path", { class: "axis", d: `M0 0V${height}H${width}` }),
    ...axisTicks(left, right).map((x) => svgElement("text", { class: "tick", x: to([x, 0])[0], y: height + 15, "text-anchor": "middle" }, tickText(x))),
    ...axisTicks(bottom, top).map((y) => svgElement("text", { class: "tick", x: -7, y: to([0, y])[1] + 4, "text-anchor": "end" }, tickText(y))),
    svgElement("text", { class: "axis-name", x: width, y: height + 30, "text-anchor": "end" }, data.names[0]),
    svgElement("text", { class: "axis-name", x: -7, y: -9, "text-anchor": "middle" }, data.names[1]),
  ];
  const contours = lines.flatMap(({ path }) => svgElement("path", { class: "contour", d: path }));
  const levels = lines.filter(({ label }) => label).map(({ level, label: [x, y] }) => svgElement("text", { class: "level", x, y: y + 4, "text-anchor": "middle" }, String(level).replace("-", "−")));
  const moving = svgElement("g", {});
  const title = svgElement("title", {}, fill(said.plane, { title: data.title }));
  const head = svgElement("marker", { id: "head", viewBox: "0 0 10 10", refX: 8, refY: 5, markerWidth: 5, markerHeight: 5, orient: "auto-start-reverse" }, svgElement("path", { class: "arrow-head", d: "M0 0L10 5L0 10z" }));
  const clip = svgElement("clipPath", { id: "inside" }, svgElement("rect", { width, height }));
  const svg = svgElement(
    "svg", { viewBox: `${-PLANE_MARGIN.left} ${-PLANE_MARGIN.top} ${width + PLANE_MARGIN.left + PLANE_MARGIN.right} ${height + PLANE_MARGIN.top + PLANE_MARGIN.bottom}`, role: "img", "aria-label": fill(said.plane, { title: data.title }) },
    title, svgElement("defs", {}, head, clip), ...contours, ...axis, ...levels, moving,
  );

  function draw(state) {
    const order = data.rules.map((_, rule) => rule).sort((a, b) => (a === state.rule) - (b === state.rule));
    const labels = [];
    moving.replaceChildren(...order.flatMap((rule) => path(runOf(data, state, rule), rule, state, labels)), ...arrows(state));
  }

  /** One run up to the present update: its line, its marks, and its name at the end. */
  function path(run, rule, state, labels) {
    const points = run.w.slice(0, state.step + 1);
    const now = points.at(-1);
    const drawn = points.map((point) => to(point).map((value) => Math.max(Math.min(value, 1e4), -1e4).toFixed(1)).join(" "));
    const marks = points.slice(0, -1).filter((point) => !isOutside(point, data.box)).map((point) => svgElement("path", { class: "dot-then", d: MARKS[rule], transform: `translate(${to(point)}) scale(.62)` }));
    const group = [svgElement("g", { "clip-path": "url(#inside)" }, svgElement("path", { class: "way", d: `M${drawn.join("L")}` })), ...marks];
    if (isOutside(now, data.box)) group.push(...leaving(points, run, rule, state, labels));
    else group.push(svgElement("path", { class: "dot-now", d: MARKS[rule], transform: `translate(${to(now)}) scale(1.25)` }), name(to(now), data.rules[rule].name, labels));
    return [svgElement("g", { class: `series s${rule}` }, ...group)];
  }

  /** An arrow at the border, with the numbers of the place that the picture does not show. */
  function leaving(points, run, rule, state, labels) {
    const lastInside = points.findLastIndex((point) => !isOutside(point, data.box));
    const exit = to(borderPoint(points[lastInside], points[lastInside + 1], data.box));
    const from = to(points[lastInside]);
    const length = Math.hypot(exit[0] - from[0], exit[1] - from[1]) || 1;
    const tail = exit.map((value, i) => value - (26 * (value - from[i])) / length);
    const text = fill(state.step >= run.w.length ? said.gone : said.away, { name: data.rules[rule].name, place: points.at(-1).map(numberText).join(", "), loss: numberText(run.L[points.length - 1]) });
    return [svgElement("path", { class: "leaves", d: `M${tail}L${exit}`, "marker-end": "url(#head)" }), name(exit, text, labels)];
  }

  /** A name near a point, not over another name or over the edge. */
  function name([x, y], text, labels) {
    const wide = text.length * 7.4;
    const start = Math.min(Math.max(x + 12, 4), width - wide - 4);
    const fits = (line) => line > 12 && line < height - 4 && labels.every((other) => Math.abs(other.line - line) > 15 || other.start > start + wide || other.start + other.wide < start);
    const line = [y - 12, y + 22, y - 28, y + 38, y - 44, y + 54, y - 60, y + 70].find(fits) ?? Math.min(Math.max(y, 14), height - 6);
    labels.push({ start, wide, line });
    return svgElement("text", { class: "run-name", x: start, y: line }, text);
  }

  /** Of the rule that is explained: downhill where it stood, and the step that it took. */
  function arrows(state) {
    const run = runOf(data, state, state.rule);
    const k = state.step - 1;
    if (k < 0 || k >= run.g.length || isOutside(run.w[k], data.box)) return [];
    const here = to(run.w[k]);
    const [gx, gy] = run.g[k];
    const scale = [(-gx * width) / (right - left), (gy * height) / (top - bottom)];
    const size = Math.hypot(...scale);
    const end = here.map((value, i) => value + (58 * scale[i]) / (size || 1));
    const after = run.w[k + 1];
    const step = isOutside(after, data.box) ? to(borderPoint(run.w[k], after, data.box)) : to(after);
    const gradient = size > 0 ? [svgElement("path", { class: "downhill", d: `M${here}L${end}`, "marker-end": "url(#head)" }), svgElement("text", { class: "downhill-name", x: end[0] + 6, y: end[1] - 4 }, "−g")] : [];
    return [svgElement("g", { class: `series s${state.rule}` }, svgElement("path", { class: "step", d: `M${here}L${step}`, "marker-end": "url(#head)" })), ...gradient];
  }

  return { root: element("div", { class: "stage plane", "data-region": "stage" }, svg), draw };
}

function tickText(value) {
  return String(value).replace("-", "−");
}

const CHART = { width: 300, height: 84, left: 44 };

/** The loss after each update; on a logarithmic scale where no loss is 0 or below. */
export function buildLosses(data, said) {
  const { width, height, left } = CHART;
  const heading = element("h4", {});
  const content = svgElement("g", {});
  const svg = svgElement("svg", { viewBox: `0 -6 ${width} ${height + 22}`, role: "img", "aria-label": said.chart }, content);
  function draw(state) {
    const runs = data.rules.map((_, rule) => runOf(data, state, rule));
    const all = runs.flatMap((run) => run.L);
    const isLog = all.every((loss) => loss > 1e-12);
    const scale = isLog ? Math.log10 : (loss) => loss;
    const start = scale(runs[0].L[0]);
    const low = Math.min(...all.map(scale));
    const high = Math.max(start, Math.min(Math.max(...all.map(scale)), isLog ? start + 2 : Math.abs(start) * 3 + 1));
    const x = (k) => left + ((width - left - 8) * k) / data.steps;
    const y = (loss) => Math.max(((high - scale(loss)) / (high - low || 1)) * height, 0);
    const levels = isLog ? axisTicks(low, high).filter(Number.isInteger).map((power) => 10 ** power) : axisTicks(low, high);
    heading.textContent = isLog ? said.chart_log : said.chart;
    content.replaceChildren(
      ...levels.flatMap((level) => [svgElement("line", { class: "grid", x1: left, x2: width - 8, y1: y(level), y2: y(level) }), svgElement("text", { class: "tick", x: left - 5, y: y(level) + 4, "text-anchor": "end" }, isLog ? numberShort(level) : tickText(level))]),
      svgElement("text", { class: "tick", x: left, y: height + 14 }, "0"), svgElement("text", { class: "tick", x: width - 8, y: height + 14, "text-anchor": "end" }, String(data.steps)),
      ...runs.map((run, rule) => {
        const shown = run.L.slice(0, state.step + 1);
        const points = shown.map((loss, k) => `${x(k).toFixed(1)} ${y(loss).toFixed(1)}`);
        return svgElement("g", { class: `series s${rule}` }, svgElement("path", { class: "way", d: `M${points.join("L")}` }), svgElement("path", { class: "dot-now", d: MARKS[rule], transform: `translate(${points.at(-1)}) scale(.75)` }));
      }),
    );
  }
  return { root: element("div", { class: "losses" }, heading, svg), draw };
}

function numberShort(power) {
  return power >= 0.001 && power <= 1000 ? String(power) : power.toExponential(0).replace("+", "").replace("-", "−");
}
