/** Light or dark: what is nearest to the stepper decides, the page before the system. */

/** @returns {"light" | "dark"} */
export function themeOf(host) {
  const book = host.closest("[data-theme]")?.dataset.theme;
  if (book === "light" || book === "dark") return book;
  const lab = host.closest("[data-jp-theme-light]")?.dataset.jpThemeLight;
  if (lab !== undefined) return lab === "false" ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Keep the host's `data-look` at the theme around it. */
export function followTheme(host) {
  const update = () => (host.dataset.look = themeOf(host));
  const observer = new MutationObserver(update);
  for (const around of [document.documentElement, document.body]) {
    observer.observe(around, { attributes: true, attributeFilter: ["data-theme", "data-jp-theme-light"] });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update);
  update();
}
