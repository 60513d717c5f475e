"""Quizzes: questions whose every answer is explained."""

import random
from dataclasses import dataclass
from html import escape

from dlcourse.steppers.page import output


@dataclass(frozen=True)
class Question:
    """A question, its right answer with the reason, and wrong answers each with what is wrong."""

    text: str
    right: str
    why: str
    wrong: dict[str, str]

    def options(self) -> list[tuple[str, bool, str]]:
        """(answer, is it right, explanation), in an order that is the same in every run."""
        answers = [(self.right, True, self.why)]
        answers += [(text, False, why) for text, why in self.wrong.items()]
        random.Random(self.text).shuffle(answers)
        return answers


@dataclass(frozen=True)
class Quiz:
    """Some questions. Put it last in a cell."""

    questions: tuple[Question, ...]

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        data = [
            {
                "text": question.text,
                "options": [
                    {"text": text, "right": right, "why": why}
                    for text, right, why in question.options()
                ],
            }
            for question in self.questions
        ]
        return output("quiz", {"questions": data}, self._as_text())

    def _as_text(self):
        """The questions, with the answers folded away."""
        parts = []
        for number, question in enumerate(self.questions, 1):
            options = "".join(f"<li>{escape(text)}</li>" for text, _, _ in question.options())
            answers = "".join(
                f"<li>{escape(text)}: {'right. ' if right else 'not so. '}{escape(why)}</li>"
                for text, right, why in question.options()
            )
            parts.append(
                f"<p>{number}. {escape(question.text)}</p><ul>{options}</ul>"
                f"<details><summary>Answers</summary><ul>{answers}</ul></details>"
            )
        return f"<div>{''.join(parts)}</div>"

    def __repr__(self):
        return f"Quiz({len(self.questions)} questions)"
