/** Making elements. Names and values only ever become text nodes. */

const SVG = "http://www.w3.org/2000/svg";

/** @returns {HTMLElement} an element with attributes and children; null children are left out */
export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svgElement(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, handler] of Object.entries(value ?? {})) made.addEventListener(event, handler);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const PATHS = {
  first: "M4 4v12M15 4l-6 6 6 6", back: "M12 4l-6 6 6 6", next: "M8 4l6 6-6 6", last: "M16 4v12M5 4l6 6-6 6",
  play: "M6 4l10 6-10 6z", pause: "M7 4v12M13 4v12", turn: "M4 16l1-4 8-8 3 3-8 8z", lecture: "M3 4h14v9H3zM7 17h6",
  forward: "M3 10h13M11 5l5 5-5 5", backward: "M17 10H4M9 5l-5 5 5 5", right: "M4 11l4 4 8-10", wrong: "M5 5l10 10M15 5L5 15",
};

/** A 20×20 drawing, always beside a name. */
export function icon(name) {
  return svgElement(
    "svg",
    { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true", class: `icon icon-${name}` },
    svgElement("path", { d: PATHS[name] }),
  );
}

/** MathML from the trace, which our own library made, as an element. */
export function formulaElement(markup) {
  const parsed = new DOMParser().parseFromString(markup, "text/html").body.firstElementChild;
  return document.importNode(parsed, true);
}

/** Put values into the places of a template. */
export function fill(template, values = {}) {
  return template.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}
