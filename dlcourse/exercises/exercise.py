"""An exercise: a task that is checked at once, with hints, a solution and known wrong answers."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import dlcourse

NAMES = {"np": np, "Tensor": dlcourse.Tensor, "F": dlcourse.functional, "nn": dlcourse.nn}
"""What the code of a solution or a wrong answer finds without an import."""


@dataclass(frozen=True)
class WrongAnswer:
    """Code that people write, and what to tell them. The tests run it; ``check`` recognises it."""

    code: str
    message: str


@dataclass
class Exercise:
    """One exercise.

    ``name``: the function or variable that the learner defines. ``stub``: what the lesson's cell
    shows. ``solution`` and the wrong answers are code that defines ``name``. ``cases``: the
    arguments that a function is tried on; None for an exercise whose answer is a value.
    ``verify`` replaces the comparison with the solution where many answers are right: it gets the
    answer and returns None, or what is wrong with it.
    """

    name: str
    stub: str
    solution_code: str
    hints: Sequence[str]
    wrong: Sequence[WrongAnswer]
    right: str
    cases: Sequence[tuple] | None = None
    verify: Callable[[Any], str | None] | None = None
    _hints_given: int = field(default=0, init=False)

    def check(self, answer) -> None:
        """Print whether the answer is right, or what went wrong; raises nothing."""
        print(self.verdict(answer))

    def hint(self) -> None:
        """Print the next hint; after the last one, start again."""
        number = self._hints_given % len(self.hints)
        self._hints_given += 1
        print(f"Hint {number + 1} of {len(self.hints)}: {self.hints[number]}")

    def solution(self) -> None:
        """Print a full solution."""
        print(self.solution_code.strip())

    def verdict(self, answer) -> str:
        """ "Not attempted yet.", "Right: ..." or "Not yet: ..."."""
        try:
            results = self._results(answer)
            attempted = [result is not None and result is not ... for result in results]
            if not any(attempted):
                return "Not attempted yet."
            if not all(attempted):
                return "Not yet: for some inputs your function returns nothing (None)."
            problem = self.verify(answer) if self.verify else self._compared(results)
        except NotImplementedError:
            return "Not attempted yet."
        except Exception as error:
            return f"Not yet: your code stops with {_shortened(error)}"
        return f"Not yet: {problem}" if problem else f"Right: {self.right}"

    def defined_by(self, code: str):
        """What a piece of code defines under the exercise's name."""
        scope = dict(NAMES)
        exec(code, scope)
        return scope[self.name]

    def _results(self, answer):
        if self.cases is None:
            return [answer]
        with np.errstate(all="ignore"):  # a wrong answer may overflow
            return [answer(*_copied(case)) for case in self.cases]

    def _compared(self, results):
        wanted = self._results(self.defined_by(self.solution_code))
        if all(map(_equal, results, wanted)):
            return None
        for wrong in self.wrong:
            if all(map(_equal, results, self._results(self.defined_by(wrong.code)))):
                return wrong.message
        return self._first_difference(results, wanted)

    def _first_difference(self, results, wanted):
        for number, (result, want) in enumerate(zip(results, wanted, strict=True)):
            if _equal(result, want):
                continue
            if np.shape(result) != np.shape(want):
                return f"the result has shape {np.shape(result)}; wanted is {np.shape(want)}."
            where = "" if self.cases is None else f" for {self.name}{self.cases[number]}"
            share = np.isclose(np.asarray(result, float), np.asarray(want, float)).mean()
            agree = "none" if share == 0 else f"{share:.0%}"
            return f"of the numbers{where}, {agree} agree. The shape is right."
        return "the result differs."


def _copied(case):
    """Arguments that a learner's function may change without harm to the next case."""
    return [value.copy() if isinstance(value, np.ndarray) else value for value in case]


def _equal(result, wanted):
    try:
        result = np.asarray(_plain(result), dtype=float)
    except (TypeError, ValueError):
        return False
    wanted = np.asarray(_plain(wanted), dtype=float)
    return result.shape == wanted.shape and np.allclose(
        result, wanted, rtol=1e-6, atol=1e-9, equal_nan=True
    )


def _plain(value):
    return value.data if isinstance(value, dlcourse.Tensor) else value


def _shortened(error):
    """The error and the line of the learner's code that raised it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} (line {last.lineno}: {last.line})"
