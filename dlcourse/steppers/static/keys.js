/** The keys of a stepper: the same table makes the handler and the help. */

/** @type {{keys: string[], shown: string, does: string, event: object}[]} */
export const KEYS = [
  { keys: ["ArrowRight"], shown: "→", does: "next", event: { type: "NEXT" } },
  { keys: ["ArrowLeft"], shown: "←", does: "back", event: { type: "BACK" } },
  { keys: ["PageDown"], shown: "PageDown", does: "stop_next", event: { type: "STOP", by: 1 } },
  { keys: ["PageUp"], shown: "PageUp", does: "stop_back", event: { type: "STOP", by: -1 } },
  { keys: ["Home"], shown: "Home", does: "first", event: { type: "FIRST" } },
  { keys: ["End"], shown: "End", does: "last", event: { type: "LAST" } },
  { keys: ["Shift+ArrowRight"], shown: "Shift →", does: "phase_next", event: { type: "PHASE", by: 1 } },
  { keys: ["Shift+ArrowLeft"], shown: "Shift ←", does: "phase_back", event: { type: "PHASE", by: -1 } },
  { keys: [" "], shown: "Space", does: "play", event: { type: "PLAY" } },
  { keys: ["ArrowDown"], shown: "↓", does: "cell_next", event: { type: "CELL", by: 1 } },
  { keys: ["ArrowUp"], shown: "↑", does: "cell_back", event: { type: "CELL", by: -1 } },
  { keys: ["Shift+ArrowDown"], shown: "Shift ↓", does: "row_next", event: { type: "ROW", by: 1 } },
  { keys: ["Shift+ArrowUp"], shown: "Shift ↑", does: "row_back", event: { type: "ROW", by: -1 } },
  { keys: ["g"], shown: "g", does: "goto", event: { type: "OPEN", what: "goto" } },
  { keys: ["y"], shown: "y", does: "turn", event: { type: "TURN" } },
  { keys: ["l"], shown: "l", does: "lecture", event: { type: "LECTURE" } },
  { keys: ["v"], shown: "v", does: "detail", event: { type: "DETAIL" } },
  { keys: ["b", "."], shown: "b or .", does: "blank", event: { type: "BLANK" } },
  { keys: ["d"], shown: "d", does: "boxes", event: { type: "BOXES" } },
  { keys: ["?"], shown: "?", does: "help", event: { type: "OPEN", what: "help" } },
  { keys: ["Escape"], shown: "Esc", does: "escape", event: { type: "ESC" } },
];

/** The event of a table for a key press, or null. In a text field only a few keys are the stepper's. */
export function eventForKey(press, inField, onButton, table = KEYS) {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (inField) {
    if (key === "?") return { type: "HINT" };
    if (!["PageUp", "PageDown", "Escape"].includes(key)) return null;
  }
  if (onButton && (key === " " || key === "Enter")) return null;
  const wanted = press.shiftKey && key.startsWith("Arrow") ? `Shift+${key}` : key;
  return table.find((row) => row.keys.includes(wanted))?.event ?? null;
}
