/** Which numbers meet in one cell of a step's result. */

import { FAMILIES } from "./families.js";
import { cellValue, valuesOf } from "./numbers.js";

/** What a node is called: its name, else the code that made it, else its label. */
export function nodeName(node) {
  return node.name || node.expression || node.label;
}

/** A name that stands in front of a sign: in brackets where it is several words. */
export function wrapped(name) {
  return /\s/.test(name) ? `(${name})` : name;
}

/** One array of a working: how it is called, and which of its cells take part. */
export function operand(role, name, array, transposed, rings, node = null) {
  return { role, name, array, transposed: Boolean(transposed), rings, node };
}

const swapped = (index) => [index[1], index[0]];
const length = (trace, node, axis) => trace.nodes[node].shape[axis];

/** The index in an input of the cell that broadcasting pairs with a cell of the result. */
export function broadcastIndex(index, shape) {
  const offset = index.length - shape.length;
  return shape.map((size, axis) => (size === 1 ? 0 : index[axis + offset]));
}

/** All indices of a shape, in reading order. */
export function indicesOf(shape) {
  return shape.reduce((all, size) => all.flatMap((head) => Array.from({ length: size }, (_, i) => [...head, i])), [[]]);
}

/** The array that a step produces. */
export function resultArray(trace, step) {
  if (step.kind === "forward") return trace.nodes[step.node].value;
  if (step.kind === "contribution") return step.contribution;
  return trace.nodes[step.node].grad;
}

/**
 * The operands of a step, with the cells that take part in `cell` of its result, and its lines:
 * each line is a product of factors; the total is their sum, divided by `divisor`.
 */
export function working(trace, step, cell) {
  const parts =
    step.kind === "forward" ? forwardWorking(trace, step, cell)
    : step.kind === "contribution" ? backwardWorking(trace, step, cell)
    : step.kind === "sum" ? sumWorking(trace, step, cell)
    : { operands: [], operator: "", lines: [] };
  const total = cellValue(trace.arrays[resultArray(trace, step)], cell);
  const { divisor = 1 } = parts;
  const sum = parts.lines.reduce((s, line) => s + line.value, 0);
  const missing = parts.count > parts.lines.length ? { count: parts.count - parts.lines.length, value: total * divisor - sum } : null;
  return { ...parts, divisor, total, rest: missing };
}

/** One product of a working. */
export function line(factors, label = "") {
  return { factors, label, value: factors.reduce((product, x) => product * x, 1) };
}

function inputOperand(trace, edge, rings) {
  const node = trace.nodes[edge.node];
  const name = edge.transposed ? `${wrapped(nodeName(node))}ᵀ` : nodeName(node);
  return operand("value", name, node.value, edge.transposed, rings, node.id);
}

function shapeOf(trace, edge) {
  const { shape } = trace.nodes[edge.node];
  return edge.transposed ? [...shape].reverse() : shape;
}

function read(trace, array, index, transposed) {
  return cellValue(trace.arrays[array], transposed ? swapped(index) : index);
}

function forwardWorking(trace, step, cell) {
  const node = trace.nodes[step.node];
  const family = FAMILIES[node.structure];
  if (family?.forward) return family.forward(trace, step, cell);
  const edges = node.inputs;
  if (node.structure === "contraction" && cell.length === 2) {
    const [left, right] = edges;
    const inner = shapeOf(trace, left)[1];
    const rows = Array.from({ length: inner }, (_, k) => [cell[0], k]);
    const columns = rows.map(([, k]) => [k, cell[1]]);
    return {
      operator: "@",
      operands: [inputOperand(trace, left, rows), inputOperand(trace, right, columns)],
      count: inner,
      lines: products(trace, trace.nodes[left.node].value, rows, left.transposed, trace.nodes[right.node].value, columns, right.transposed),
    };
  }
  if (node.structure === "elementwise") {
    const indices = edges.map((edge) => broadcastIndex(cell, shapeOf(trace, edge)));
    return {
      operator: edges.length === 2 ? operatorSign(node) : "f",
      operands: edges.map((edge, i) => inputOperand(trace, edge, [indices[i]])),
      inputs: edges.map((edge, i) => read(trace, trace.nodes[edge.node].value, indices[i], edge.transposed)),
      lines: [],
      count: 0,
    };
  }
  if (node.structure === "loss" && node.terms !== null) {
    const terms = valuesOf(trace.arrays[node.terms]);
    const count = trace.arrays[node.terms].shape.reduce((a, b) => a * b, 1);
    return {
      operator: "→",
      listed: edges.length,
      operands: [...edges.map((edge) => inputOperand(trace, edge, [])), operand("terms", "", node.terms, false, [])],
      count,
      divisor: node.share === 1 ? 1 : count,
      lines: terms.map((term) => line([term])),
    };
  }
  return { operator: "f", operands: edges.map((edge) => inputOperand(trace, edge, [])), lines: [], count: 0 };
}

function operatorSign(node) {
  return { add: "+", sub: "−", mul: "⊙", div: "/" }[node.op] ?? "f";
}

function products(trace, left, leftCells, leftSwap, right, rightCells, rightSwap) {
  return leftCells
    .map((index, k) => [read(trace, left, index, leftSwap), read(trace, right, rightCells[k], rightSwap)])
    .filter((pair) => !pair.includes(undefined))
    .map((pair) => line(pair));
}

function backwardWorking(trace, step, cell) {
  const node = trace.nodes[step.node];
  const family = FAMILIES[node.structure];
  if (family?.backward) return family.backward(trace, step, cell);
  const upstream = node.grad;
  const edge = node.inputs[step.input];
  if (node.structure === "contraction" && cell.length === 2) return contractionBack(trace, step, node, edge, cell);
  if (node.structure === "elementwise") {
    const shape = trace.nodes[step.to].shape;
    const target = edge.transposed ? swapped(cell) : cell;
    const from = step.passed === null ? [target] : copiesOf(node.shape, edge.transposed ? [...shape].reverse() : shape, target);
    const pairs = from.map((index) => [cellValue(trace.arrays[upstream], index), cellValue(trace.arrays[step.local], index)]);
    return {
      operator: "⊙",
      operands: [operand("upstream", nodeName(node), upstream, false, from, node.id), operand("local", "", step.local, false, from)],
      count: from.length,
      lines: pairs.filter((pair) => !pair.includes(undefined)).map((pair) => line(pair)),
    };
  }
  if (node.structure === "loss" || node.structure === "reduction") {
    const from = node.structure === "loss" ? [] : reducedIndex(node, trace.nodes[step.to].shape, cell);
    const pair = [cellValue(trace.arrays[upstream], from), cellValue(trace.arrays[step.local], cell)];
    return {
      operator: "×",
      operands: [operand("upstream", nodeName(node), upstream, false, [from], node.id), operand("local", "", step.local, false, [cell])],
      count: 1,
      lines: pair.includes(undefined) ? [] : [line(pair)],
    };
  }
  return { operator: "→", operands: [operand("upstream", nodeName(node), upstream, false, [], node.id)], lines: [], count: 0 };
}

/** The cells of a result that one cell of a broadcast input was copied to. */
function copiesOf(result, input, cell) {
  return indicesOf(result).filter((index) => broadcastIndex(index, input).every((i, axis) => i === cell[axis]));
}

function reducedIndex(node, shape, cell) {
  const { dim, keepdim } = node.options;
  if (dim === undefined || dim === null) return node.shape.map(() => 0);
  const axis = dim < 0 ? dim + shape.length : dim;
  return keepdim ? cell.map((i, a) => (a === axis ? 0 : i)) : cell.filter((_, a) => a !== axis);
}

/**
 * X̄ = Z̄ Yᵀ and Ȳ = Xᵀ Z̄. For an input that went in transposed, the transpose of these: Y Z̄ᵀ and
 * Z̄ᵀ X. Both operands are shown as they stand in that product.
 */
function contractionBack(trace, step, node, edge, cell) {
  const other = node.inputs[1 - step.input];
  const flipped = Boolean(edge.transposed);
  const [row, column] = flipped ? swapped(cell) : cell;
  const count = step.input === 0 ? length(trace, node.id, 1) : length(trace, node.id, 0);
  const ks = Array.from({ length: count }, (_, k) => k);
  const up = step.input === 0 ? ks.map((k) => [row, k]) : ks.map((k) => [k, column]);
  const met = step.input === 0 ? ks.map((k) => [column, k]) : ks.map((k) => [k, row]);
  const name = flipped ? `${wrapped(nodeName(node))}ᵀ` : nodeName(node);
  const upstream = operand("upstream", name, node.grad, flipped, flipped ? up.map(swapped) : up, node.id);
  const asMet = { ...other, transposed: Boolean(other.transposed) === flipped };
  const local = { ...inputOperand(trace, asMet, flipped ? met : met.map(swapped)), role: "local" };
  return {
    operator: "@",
    perExample: step.input === 1,
    operands: (step.input === 0) !== flipped ? [upstream, local] : [local, upstream],
    count,
    lines: products(trace, node.grad, up, false, trace.nodes[other.node].value, met, other.transposed),
  };
}

function sumWorking(trace, step, cell) {
  const parts = step.parts.map((index) => trace.steps[index]);
  return {
    operator: "+",
    operands: parts.map((part) => operand("part", nodeName(trace.nodes[part.node]), part.contribution, false, [cell], part.node)),
    count: parts.length,
    lines: parts
      .map((part) => cellValue(trace.arrays[part.contribution], cell))
      .filter((value) => value !== undefined)
      .map((value) => line([value])),
  };
}
