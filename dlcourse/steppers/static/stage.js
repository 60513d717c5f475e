/** The picture of the graph: built once for a set of closed boxes, then only classes change. */

import { element, fill, svgElement } from "./dom.js";
import { layout, smoothPath } from "./layout.js";
import { closedBox } from "./steps.js";

const SMALLEST = 0.8;

/** @returns {{root: HTMLElement, draw: (steps: object[], state: object, sentence: string) => void}} */
export function buildStage(trace, closed, words, dispatch) {
  const plan = layout(trace, closed);
  const boxes = new Map();
  const lines = [];
  const title = svgElement("title", {}, words.region.graph);
  const description = svgElement("desc");
  const svg = svgElement("svg", { viewBox: `0 0 ${plan.width.toFixed(0)} ${plan.height.toFixed(0)}`, role: "img" }, title, description);
  for (const group of plan.groups) {
    svg.append(svgElement("rect", { class: "group", x: group.x, y: group.y, width: group.width, height: group.height, rx: 8 }));
  }
  for (const edge of plan.edges) {
    const path = svgElement("path", { class: "edge", d: smoothPath(edge.points) });
    const points = [...edge.points].reverse();
    const heads = [arrowHead(edge.points, "ahead"), arrowHead(points, "backhead")];
    lines.push({ ...edge, path, heads });
    svg.append(path, ...heads);
  }
  for (const item of plan.items) {
    boxes.set(item.key, box(trace, item));
    svg.append(boxes.get(item.key).group);
  }
  const sheet = element("div", { class: "sheet", style: `max-width:${plan.width.toFixed(0)}px;min-width:${(plan.width * SMALLEST).toFixed(0)}px` }, svg);
  for (const toggle of toggles(trace, plan, words, dispatch)) sheet.append(toggle);
  const root = element("div", { "data-region": "stage", class: "stage", tabindex: "0", role: "group", "aria-label": words.region.graph }, sheet);
  const keyOf = (node) => {
    const closedIn = closedBox(trace, node, closed);
    return closedIn === null ? `n${node}` : `m${closedIn}`;
  };

  function draw(steps, state, sentence) {
    description.textContent = sentence;
    const current = steps[state.step];
    const past = steps.slice(0, state.step + 1);
    const known = new Set(trace.nodes.filter((node) => !node.op).map((node) => keyOf(node.id)));
    const arrived = new Set();
    const sent = new Set();
    for (const step of past) {
      if (step.kind === "forward") known.add(keyOf(step.node));
      if (step.kind === "seed") arrived.add(keyOf(step.node));
      if (step.kind === "contribution") {
        arrived.add(keyOf(step.to));
        sent.add(`${step.node}/${step.input}`);
      }
    }
    const focus = current.kind === "given" ? null : keyOf(current.kind === "contribution" ? current.to : current.node);
    for (const [key, drawn] of boxes) {
      drawn.group.setAttribute("class", ["node", drawn.kind, known.has(key) ? "known" : "", arrived.has(key) ? "arrived" : "", key === focus ? `current ${current.phase}` : ""].join(" "));
    }
    for (const line of lines) {
      const isBack = sent.has(`${line.node}/${line.input}`);
      const isDone = known.has(line.to) && known.has(line.from);
      const isCurrent = current.kind === "forward" ? keyOf(current.node) === line.to : current.kind === "contribution" && current.node === line.node && current.input === line.input;
      const look = isBack ? "back" : isDone ? "done" : "idle";
      line.path.setAttribute("class", `edge ${look} ${isCurrent ? "current" : ""}`);
      line.heads[0].setAttribute("class", `head ${look} ${isBack ? "gone" : ""}`);
      line.heads[1].setAttribute("class", `head ${look} ${isBack ? "" : "gone"}`);
    }
    if (focus && boxes.has(focus)) follow(root, plan, boxes.get(focus).item);
  }
  return { root, draw, height: plan.height };
}

function follow(root, plan, item) {
  const scale = root.firstElementChild.getBoundingClientRect().width / plan.width;
  const middle = item.x * scale;
  if (middle < root.scrollLeft + 80 || middle > root.scrollLeft + root.clientWidth - 80) root.scrollLeft = middle - root.clientWidth / 2;
}

function arrowHead(points, name) {
  const [x, y] = points.at(-1);
  const way = Math.sign(x - points.at(-2)[0]) || 1;
  return svgElement("path", { class: `head ${name}`, d: `M${x} ${y}l${-10 * way} -5v10z` });
}

function box(trace, item) {
  const node = trace.nodes[item.nodes.at(-1)];
  const isLoss = node.id === trace.nodes.length - 1 && item.module === null;
  const [left, top] = [item.x - item.width / 2, item.y - item.height / 2];
  const round = item.kind === "operation" ? 8 : item.height / 2;
  const text = (label, dy, className) => svgElement("text", { x: item.x, y: item.y + dy, class: className }, label);
  const group = svgElement(
    "g",
    {},
    svgElement("title", {}, node.name || node.expression || item.label),
    svgElement("rect", { x: left, y: top, width: item.width, height: item.height, rx: round }),
    text(shortened(item.label, item.width), -3, "label"),
    text(node.shape.length ? node.shape.join("×") : "()", 14, "sublabel"),
    svgElement("circle", { class: "badge", cx: left + item.width - 2, cy: top + 2, r: 8 }),
    svgElement("path", { class: "badge-arrow", d: `M${left + item.width + 2} ${top + 2}h-7m3 -3l-3 3 3 3` }),
  );
  return { group, item, kind: `${item.kind} ${isLoss ? "loss-node" : ""} ${item.module === null ? "" : "closed"}` };
}

function shortened(label, width) {
  const letters = [...label];
  const room = Math.floor((width - 14) / 7.6);
  return letters.length <= room ? label : `${letters.slice(0, room - 1).join("")}…`;
}

/** Real buttons laid over the picture that open and close boxes. */
function toggles(trace, plan, words, dispatch) {
  const percent = (part, whole) => `${((100 * part) / whole).toFixed(2)}%`;
  const open = plan.groups.map((group) => ({ module: group.module, label: group.label, isOpen: true, right: plan.width - group.x - group.width + 4, bottom: plan.height - group.y - group.height + 2 }));
  const shut = plan.items.filter((item) => item.module !== null).map((item) => ({ module: item.module, label: item.label, isOpen: false, right: plan.width - item.x - item.width / 2, bottom: plan.height - item.y - item.height / 2 - 30 }));
  return [...open, ...shut].map(({ module, label, isOpen, right, bottom }) =>
    element(
      "button",
      {
        type: "button", class: "toggle", "data-module": module, "aria-expanded": String(isOpen),
        "aria-label": fill(isOpen ? words.button.close_box : words.button.open_box, { name: label }),
        style: `right:${percent(right, plan.width)};bottom:${percent(bottom, plan.height)}`,
        on: { click: () => dispatch({ type: "TOGGLE_MODULE", module }) },
      },
      isOpen ? `${label} −` : "+",
    ),
  );
}
