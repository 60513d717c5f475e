/** Which steps there are while some modules' boxes are closed. */

/** The closed box that a node is in (the outermost one), or null. */
export function closedBox(trace, node, closed) {
  let box = null;
  for (let m = trace.nodes[node].module; m !== null && m !== undefined; m = trace.modules[m].parent) {
    if (closed.includes(m)) box = m;
  }
  return box;
}

/** A closed box shows its output forward, and backward only what leaves it or reaches a leaf. */
export function visibleSteps(trace, closed) {
  const lastOf = new Map();
  for (const node of trace.nodes) {
    const box = node.op && closedBox(trace, node.id, closed);
    if (box !== null && node.op) lastOf.set(box, node.id);
  }
  return trace.steps.filter((step) => {
    if (step.kind === "forward") {
      const box = closedBox(trace, step.node, closed);
      return box === null || lastOf.get(box) === step.node;
    }
    if (step.kind !== "contribution") return true;
    const box = closedBox(trace, step.node, closed);
    return box === null || !trace.nodes[step.to].op || closedBox(trace, step.to, closed) !== box;
  });
}

/** Groups start closed where the whole graph would be too much for one picture. */
export function initiallyClosed(trace, open) {
  const all = trace.modules.map((_, index) => index);
  if (open) return all.filter((index) => !open.includes(trace.modules[index].path));
  return trace.nodes.length > 40 ? all : [];
}

/** The position of the step that an author named: a number, "loss", "backward" or a node's name. */
export function stepNamed(trace, steps, wanted) {
  if (typeof wanted === "number") return Math.min(Math.max(wanted, 0), steps.length - 1);
  const found = steps.findIndex((step) => {
    if (wanted === "loss") return step.phase === "loss";
    if (wanted === "backward") return step.kind === "seed";
    const node = trace.nodes[step.node];
    return step.kind === "forward" && (node.name === wanted || node.label === wanted);
  });
  return Math.max(found, 0);
}
