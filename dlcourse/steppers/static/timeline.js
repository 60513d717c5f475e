/** History by year and theme: a list to walk through, with a picture of it. The page's own text is the data. */

import { element, fill, svgElement } from "./dom.js";
import { mountWalk, pieces } from "./walk.js";

/** Build a timeline in a shadow root. */
export function mountTimeline(root, host, { themes }, words) {
  const said = words.timeline;
  const names = Object.fromEntries(themes);
  const entries = [...host.querySelectorAll("li[data-year]")].map(readEntry);
  const range = { count: entries.length, first: entries[0].year, last: entries.at(-1).year };
  const picture = buildPicture(entries, themes);
  const list = buildList(entries, names);
  const filters = buildFilters(themes, said);
  const view = {
    label: fill(said.label, range),
    words: said,
    from: 1,
    state: { theme: "", text: "" },
    keys: TIMELINE_KEYS,
    body: [picture.root, filters.root, list.root],
    keyLine: [["→", said.keys.next_entry], ["PageDown", said.keys.year_next], ["/", said.keys.find], ["?", words.key_line.keys]].map(([key, text]) => element("span", {}, element("kbd", {}, key), ` ${text}`)),
    last: (state) => Math.max(matching(entries, state).length - 1, 0),
    reduce: (state, event) => reduceTimeline(state, event, entries),
    say: (state) => say(matching(entries, state)[state.step], names, said),
    draw: (state, dispatch) => {
      const shown = matching(entries, state);
      picture.draw(shown, shown[state.step], dispatch);
      list.draw(shown, shown[state.step], dispatch);
      filters.draw(state, shown.length, entries.length, dispatch);
    },
    carryOut: () => filters.search.focus(),
  };
  return mountWalk(root, host, view, words);
}

const TIMELINE_KEYS = [
  { keys: ["PageDown"], shown: "PageDown", does: "year_next", event: { type: "YEAR", by: 1 } },
  { keys: ["PageUp"], shown: "PageUp", does: "year_back", event: { type: "YEAR", by: -1 } },
  { keys: ["/"], shown: "/", does: "find", event: { type: "FIND" } },
];

/** One entry, read from its line in the page. */
function readEntry(line) {
  const [when, who, what, why, link] = line.children;
  return { year: Number(line.dataset.year), theme: line.dataset.theme, when: when.textContent, who: who.textContent, what: what.textContent, why: why.textContent, source: link.textContent, link };
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The entries of a theme that hold every word of a text. */
export function matching(entries, { theme, text }) {
  const wanted = plain(text).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const whole = plain([entry.when, entry.who, entry.what, entry.why, entry.source].join(" "));
    return (!theme || entry.theme === theme) && wanted.every((word) => whole.includes(word));
  });
}

/** The events that only a timeline has. */
export function reduceTimeline(state, event, entries) {
  const shown = matching(entries, state);
  const current = shown[state.step];
  const go = (more) => ({ state: { ...state, mode: "watch", ...more }, effects: [] });
  const filter = (more) => {
    const after = matching(entries, { ...state, ...more });
    const kept = after.findIndex((entry) => entry === current);
    const near = after.findIndex((entry) => current && entry.year >= current.year);
    return go({ ...more, step: Math.max(kept >= 0 ? kept : near >= 0 ? near : after.length - 1, 0) });
  };
  switch (event.type) {
    case "FILTER": return filter(event.wanted);
    case "FIND": return { state: { ...state, mode: "watch" }, effects: [{ type: "focus", target: "search" }] };
    case "PICK": return go({ step: Math.max(shown.indexOf(event.entry), 0) });
    case "YEAR": {
      if (!current) return go({});
      const later = shown.findIndex((entry) => entry.year > current.year);
      const before = shown.findLast((entry) => entry.year < current.year);
      const earlier = before ? shown.findIndex((entry) => entry.year === before.year) : 0;
      return go({ step: event.by < 0 ? earlier : later < 0 ? shown.length - 1 : later });
    }
    case "ESC": return !state.open && (state.theme || state.text) ? { ...filter({ theme: "", text: "" }), effects: [{ type: "focus" }] } : null;
    default: return null;
  }
}

function say(entry, names, said) {
  if (!entry) return { chip: said.title, title: said.nothing, headline: pieces(said.nothing), detail: [said.nothing_detail], spoken: said.nothing };
  const values = { ...entry, theme: names[entry.theme] };
  return {
    chip: values.theme,
    title: fill(said.entry, values),
    headline: pieces(said.headline, values),
    detail: [`${entry.why} ${said.source} `, sourceLink(entry)],
    spoken: fill(said.spoken, values).slice(0, 200),
  };
}

/** A link that does what the page's own does: JupyterLab opens that one itself. */
function sourceLink(entry) {
  const follow = (event) => { event.preventDefault(); entry.link.click(); };
  return element("a", { href: entry.link.href, on: { click: follow } }, entry.source);
}

function buildFilters(themes, said) {
  const options = [["", said.all_themes], ...themes].map(([key, name]) => element("option", { value: key }, name));
  const theme = element("select", { "data-own-keys": true }, ...options);
  const search = element("input", { type: "search", "data-own-keys": true, spellcheck: "false" });
  const count = element("span", { class: "found" });
  const root = element("div", { class: "filters", "data-region": "filters" }, element("label", {}, `${said.theme} `, theme), element("label", {}, `${said.search} `, search), count);
  function draw(state, found, all, dispatch) {
    const filter = () => dispatch({ type: "FILTER", wanted: { theme: theme.value, text: search.value } });
    theme.onchange = filter;
    search.oninput = filter;
    if (theme.value !== state.theme) theme.value = state.theme;
    if (search.value !== state.text) search.value = state.text;
    count.textContent = fill(said.found, { found, all });
  }
  return { root, search, draw };
}

function buildList(entries, names) {
  const lines = new Map(entries.map((entry) => {
    const button = element("button", { type: "button", tabindex: "-1" }, element("b", {}, entry.when), " ", element("span", {}, `${entry.who}: ${entry.what}`), element("span", { class: "theme" }, names[entry.theme]));
    return [entry, element("li", {}, button)];
  }));
  const root = element("ol", { class: "list", "data-region": "list" }, ...lines.values());
  function draw(shown, current, dispatch) {
    const visible = new Set(shown);
    for (const [entry, line] of lines) {
      line.hidden = !visible.has(entry);
      line.firstChild.toggleAttribute("data-current", entry === current);
      if (entry === current) line.firstChild.setAttribute("aria-current", "true");
      else line.firstChild.removeAttribute("aria-current");
      line.firstChild.tabIndex = entry === current ? 0 : -1;
      line.firstChild.onclick = () => dispatch({ type: "PICK", entry });
    }
    const line = lines.get(current);
    if (line) root.scrollTop = line.offsetTop - root.clientHeight / 2 + line.offsetHeight / 2;
  }
  return { root, draw };
}

const WIDTH = 1200;
const LEFT = 190;
const BREAK = 1940;
const MARK = 5;
const LANE = 17;

/** One lane a theme, one mark an entry; the few years before the break stand close together. */
function buildPicture(entries, themes) {
  const [first, last] = [entries[0].year, entries.at(-1).year];
  const start = Math.max(first, BREAK);
  const old = entries.filter((entry) => entry.year < BREAK);
  const from = LEFT + (old.length ? 40 + old.length * 14 : 10);
  const x = (entry) => (entry.year < BREAK ? LEFT + 12 + old.indexOf(entry) * 14 : from + ((WIDTH - 20 - from) * (entry.year - start)) / Math.max(last - start, 1));
  const marks = new Map();
  const lanes = [];
  let top = 4;
  for (const [key, name] of themes) {
    const heights = {};
    const own = entries.filter((entry) => entry.theme === key);
    for (const entry of own) heights[entry.year] = (heights[entry.year] ?? 0) + 1;
    const height = Math.max(Math.max(...Object.values(heights)) * MARK + 5, LANE);
    const used = {};
    for (const entry of own) {
      used[entry.year] = (used[entry.year] ?? 0) + 1;
      const mark = svgElement("rect", { class: "mark", x: x(entry) - 4, y: top + height - used[entry.year] * MARK, width: 8, height: MARK - 1.5 });
      mark.append(svgElement("title", {}, `${entry.when} ${entry.who}`));
      marks.set(entry, mark);
    }
    lanes.push(svgElement("text", { class: "lane", x: 8, y: top + height - 4 }, name), svgElement("line", { class: "axis", x1: LEFT, x2: WIDTH, y1: top + height, y2: top + height }));
    top += height;
  }
  const years = [];
  for (let year = Math.ceil(start / 10) * 10; year <= last; year += 10) years.push(svgElement("text", { class: "tick", x: x({ year }), y: top + 15, "text-anchor": "middle" }, String(year)));
  if (old.length) years.unshift(svgElement("text", { class: "tick", x: LEFT + 4, y: top + 15 }, `${first} …`));
  const cursor = svgElement("path", { class: "cursor" });
  const svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${top + 22}`, "aria-hidden": "true" }, ...lanes, ...years, cursor, ...marks.values());
  const root = element("div", { class: "picture", "data-region": "picture" }, svg);
  function draw(shown, current, dispatch) {
    const visible = new Set(shown);
    for (const [entry, mark] of marks) {
      mark.classList.toggle("hollow", !visible.has(entry));
      mark.classList.toggle("current", entry === current);
      mark.onclick = () => visible.has(entry) && dispatch({ type: "PICK", entry });
    }
    if (current) {
      svg.append(marks.get(current));
      cursor.setAttribute("d", `M${x(current)} 0V${top}m-5 4l5 -5l5 5`);
    }
    cursor.classList.toggle("none", !current);
  }
  return { root, draw };
}
