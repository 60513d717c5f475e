/** Where the boxes of the graph stand: columns by depth, the computation as a spine, data above it, parameters below. */

import { closedBox } from "./steps.js";

const ROW = 74;
const HEIGHT = 46;
const GAP = 46;
const MARGIN = 26;

/** The width that a box needs for its label. */
function widthOf(label) {
  return Math.min(Math.max(76, 22 + 8.2 * [...label].length), 170);
}

/**
 * @returns {{width: number, height: number, items: object[], edges: object[], groups: object[]}}
 * items: {key, x, y, width, height, nodes, module|null}; edges: {from, to, node, input, points}
 */
export function layout(trace, closed) {
  const items = new Map();
  const keyOf = trace.nodes.map((node) => {
    const box = closedBox(trace, node.id, closed);
    const key = box === null ? `n${node.id}` : `m${box}`;
    const item = items.get(key) ?? { key, nodes: [], module: box, group: box === null ? node.module : null, kind: box === null ? node.kind : "operation", label: box === null ? node.label : trace.modules[box].label };
    item.nodes.push(node.id);
    items.set(key, item);
    return key;
  });
  const edges = [];
  for (const node of trace.nodes) {
    node.inputs.forEach((edge, input) => {
      const from = keyOf[edge.node];
      const to = keyOf[node.id];
      if (from !== to) edges.push({ from, to, node: node.id, input });
    });
  }
  assignColumns(items, edges);
  const columns = withPassages(items, edges);
  place(columns);
  const placed = [...items.values()];
  const top = Math.min(...columns.flat().map((item) => item.y - HEIGHT / 2)) - MARGIN;
  for (const item of columns.flat()) item.y -= top;
  const groups = groupBoxes(trace, closed, items, keyOf);
  return {
    items: placed,
    edges: edges.map((edge) => ({ ...edge, points: pointsOf(edge, items) })),
    groups,
    width: Math.max(...placed.map((item) => item.x + item.width / 2)) + MARGIN,
    height: Math.max(...columns.flat().map((item) => item.y + HEIGHT / 2), ...groups.map((g) => g.y + g.height)) + 12,
  };
}

/** An operation stands right of all its inputs, with a free column at a group's entrance; a leaf stands just left of its first use. */
function assignColumns(items, edges) {
  const incoming = grouped(edges);
  const computed = [...items.values()].filter((item) => item.kind === "operation").sort((a, b) => a.nodes.at(-1) - b.nodes.at(-1));
  for (const item of items.values()) item.column = 0;
  for (const item of computed) {
    const before = (incoming.get(item.key) ?? []).map((edge) => items.get(edge.from)).filter((from) => from.kind === "operation");
    const isEntrance = item.group !== null && before.some((from) => from.group !== item.group);
    item.column = Math.max(0, ...before.map((from) => from.column + (isEntrance ? 1 : 0))) + 1;
  }
  for (const item of items.values()) {
    if (item.kind === "operation") continue;
    item.column = Math.min(...edges.filter((edge) => edge.from === item.key).map((edge) => items.get(edge.to).column)) - 1;
  }
}

function grouped(edges) {
  const groups = new Map();
  for (const edge of edges) groups.set(edge.to, [...(groups.get(edge.to) ?? []), edge]);
  return groups;
}

/** Columns of items; an edge that spans several columns gets a free place to pass in each. */
function withPassages(items, edges) {
  const columns = [];
  const put = (item) => (columns[item.column] ??= []).push(item);
  for (const item of items.values()) put(item);
  for (const edge of edges) {
    const from = items.get(edge.from);
    edge.passages = [];
    for (let column = from.column + 1; column < items.get(edge.to).column; column++) {
      const passage = { key: "", kind: "passage", of: from.kind, label: "", column, nodes: from.nodes, width: 0 };
      edge.passages.push(passage);
      put(passage);
    }
  }
  return Array.from(columns, (column) => column ?? []);
}

const RANK = { input: 0, constant: 1, operation: 2, parameter: 3 };

function rank(item) {
  return item.kind === "passage" ? { input: 0.5, constant: 1.5, operation: 2.5, parameter: 3.5 }[item.of] : RANK[item.kind];
}

/** Rows: the first operation of a column on the spine, what ranks before it above, the rest below. */
function place(columns) {
  let x = MARGIN;
  for (const column of columns) {
    column.sort((a, b) => rank(a) - rank(b) || a.nodes[0] - b.nodes[0]);
    const spine = column.findIndex((item) => rank(item) >= 2);
    const before = spine < 0 ? column.length : spine;
    const wide = Math.max(0, ...column.map((item) => (item.kind === "passage" ? 0 : widthOf(item.label))));
    column.forEach((item, row) => {
      item.width = item.kind === "passage" ? 0 : widthOf(item.label);
      item.height = HEIGHT;
      item.x = x + wide / 2;
      item.y = (row - before) * ROW;
    });
    x += wide + GAP;
  }
}

/** From the right side of one item to the left side of the other, through the free places. */
function pointsOf(edge, items) {
  const from = items.get(edge.from);
  const to = items.get(edge.to);
  return [
    [from.x + from.width / 2, from.y],
    ...edge.passages.map((passage) => [passage.x, passage.y]),
    [to.x - to.width / 2, to.y],
  ];
}

/** A box around each open module's items, with room for its title below. */
function groupBoxes(trace, closed, items, keyOf) {
  return trace.modules.flatMap((module, index) => {
    const inside = trace.nodes.filter((node) => within(trace, node.module, index) && closedBox(trace, node.id, closed) === null);
    if (closed.includes(index) || !inside.length) return [];
    const members = inside.map((node) => items.get(keyOf[node.id]));
    const left = Math.min(...members.map((m) => m.x - m.width / 2)) - 12;
    const right = Math.max(...members.map((m) => m.x + m.width / 2)) + 12;
    const y = Math.min(...members.map((m) => m.y - HEIGHT / 2)) - 12;
    const bottom = Math.max(...members.map((m) => m.y + HEIGHT / 2)) + 34;
    return [{ module: index, label: module.label, x: left, y, width: right - left, height: bottom - y }];
  });
}

function within(trace, module, wanted) {
  for (let m = module; m !== null && m !== undefined; m = trace.modules[m].parent) if (m === wanted) return true;
  return false;
}

/** A smooth path through points, horizontal at each. */
export function smoothPath(points) {
  return points
    .map(([x, y], i) => {
      if (i === 0) return `M${x.toFixed(1)} ${y.toFixed(1)}`;
      const [px, py] = points[i - 1];
      const middle = ((px + x) / 2).toFixed(1);
      return `C${middle} ${py.toFixed(1)} ${middle} ${y.toFixed(1)} ${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}
