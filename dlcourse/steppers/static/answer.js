/** Reading what a learner types: numbers and short calculations, by a small grammar, never run as code. */

const FUNCTIONS = { sqrt: Math.sqrt, exp: Math.exp, log: Math.log, ln: Math.log, tanh: Math.tanh, sigmoid: (x) => 1 / (1 + Math.exp(-x)) };
const LONGEST = 80;

/** @returns {{value: number} | {error: "unread" | "unread_comma"}} */
export function parseAnswer(typed) {
  let text = typed.trim().toLowerCase().replaceAll("−", "-").replaceAll("×", "*").replaceAll("·", "*").replaceAll("**", "^");
  if (text === "" || text.length > LONGEST) return { error: "unread" };
  if (/\d,\d{3}(?!\d)/.test(text)) return { error: "unread_comma" };
  text = text.replace(/(\d),(\d)/g, "$1.$2").replace(/\*10\^/g, "e");
  const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|[a-z]+|[-+*/^()%]/g);
  if (!tokens || tokens.join("") !== text.replace(/\s/g, "")) return { error: "unread" };
  const reader = { tokens, at: 0 };
  const value = readSum(reader);
  return reader.at === tokens.length && value !== null ? { value } : { error: "unread" };
}

function take(reader, ...wanted) {
  return wanted.includes(reader.tokens[reader.at]) ? reader.tokens[reader.at++] : null;
}

function readSum(reader) {
  let total = readProduct(reader);
  for (let sign; (sign = take(reader, "+", "-")) !== null; ) {
    const next = readProduct(reader);
    if (total === null || next === null) return null;
    total = sign === "+" ? total + next : total - next;
  }
  return total;
}

function readProduct(reader) {
  let product = readSigned(reader);
  for (let sign; (sign = take(reader, "*", "/")) !== null; ) {
    const next = readSigned(reader);
    if (product === null || next === null) return null;
    product = sign === "*" ? product * next : product / next;
  }
  return product;
}

function readSigned(reader) {
  if (take(reader, "-") !== null) {
    const value = readSigned(reader);
    return value === null ? null : -value;
  }
  const base = readAtom(reader);
  if (base === null || take(reader, "^") === null) return base;
  const power = readSigned(reader);
  return power === null ? null : base ** power;
}

function readAtom(reader) {
  const token = reader.tokens[reader.at++];
  if (token === undefined) return null;
  if (/^[\d.]/.test(token)) return take(reader, "%") === null ? Number(token) : Number(token) / 100;
  if (token === "inf") return Infinity;
  if (token === "nan") return NaN;
  const apply = token === "(" ? (x) => x : Object.hasOwn(FUNCTIONS, token) && take(reader, "(") ? FUNCTIONS[token] : null;
  if (!apply) return null;
  const inner = readSum(reader);
  return inner === null || take(reader, ")") === null ? null : apply(inner);
}

/** Whether a typed number counts as the exact one: within 1 %, or as far off as the display rounds. */
export function isClose(typed, exact) {
  if (Number.isNaN(exact)) return Number.isNaN(typed);
  if (!Number.isFinite(exact)) return typed === exact;
  if (exact === 0) return Math.abs(typed) <= 1e-9;
  return Math.abs(typed - exact) <= Math.max(Math.abs(exact) / 100, Math.abs(exact) < 0.05 ? 0 : 0.0005, 1e-9);
}
