/** The way in: find what waits on the page and make it live. */

import { element, fill } from "./dom.js";
import { followTheme } from "./theme.js";

/** Mount every view on the page that was made with this front end and is not mounted yet. */
export function mountAll(page, hash, mountView) {
  for (const host of page.querySelectorAll(`[data-dlcourse][data-front-end="${hash}"]`)) {
    if (!host.shadowRoot) mount(host, mountView, STYLE, CATALOGUE);
  }
}

/** Make one view live. Its text stays in the page for readers without scripts. */
function mount(host, mountView, style, words) {
  const payload = JSON.parse(host.querySelector("script[type='application/json']").textContent);
  const root = host.attachShadow({ mode: "open" });
  root.append(element("style", {}, style));
  followTheme(host);
  try {
    host.dlcourse = mountView(root, host, payload, words);
  } catch (error) {
    root.append(element("p", {}, fill(words.error, { reason: String(error) })), element("slot"));
    throw error;
  }
}
