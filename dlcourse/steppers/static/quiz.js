/** A quiz: choose an answer, read why it is right or not. No score, no clock. */

import { element, icon } from "./dom.js";

/** Build a quiz in a shadow root. */
export function mountQuiz(root, host, { questions }, words) {
  host.setAttribute("role", "region");
  host.setAttribute("aria-label", words.quiz.title);
  const state = { chosen: questions.map(() => null) };
  const form = element("form", { class: "quiz", "data-region": "frame" }, ...questions.map((question, number) => asked(question, number, state, words)));
  form.addEventListener("keydown", (press) => press.key !== "Tab" && press.stopPropagation());
  form.addEventListener("submit", (event) => event.preventDefault());
  root.append(form);
  return { state, dispatch: () => {} };
}

function asked(question, number, state, words) {
  const said = element("div", { class: "verdict", role: "status" });
  const options = question.options.map((option, position) => {
    const choose = () => {
      state.chosen[number] = position;
      const verdict = option.right ? "right" : "wrong";
      said.className = `verdict ${verdict}`;
      said.replaceChildren(element("p", {}, icon(verdict), ` ${words.quiz[verdict]} ${option.why}`));
    };
    const button = element("input", { type: "radio", name: `question-${number}`, on: { change: choose } });
    return element("label", { class: "option" }, button, element("span", {}, option.text));
  });
  return element("fieldset", {}, element("legend", {}, `${number + 1}. ${question.text}`), ...options, said);
}
