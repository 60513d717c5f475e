"""An exercise: a task that is checked at once, with hints, a solution and known wrong answers."""

import copy
import reprlib
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import dlcourse
from dlcourse import functional, nn, optim
from dlcourse.exercises.compare import difference, equal

NAMES = {"np": np, "Tensor": dlcourse.Tensor, "F": functional, "nn": nn, "optim": optim}
"""What the code of a solution or a wrong answer finds without an import."""

NOT_ATTEMPTED = "Not attempted yet."


class Stops(Exception):
    """The learner's function cannot be called, or stops; the message tells why."""


@dataclass(frozen=True)
class WrongAnswer:
    """Code that people write, and what to tell them. The tests run it; ``check`` recognises it."""

    code: str
    message: str


@dataclass
class Exercise:
    """One exercise.

    ``name``: the function or variable that the learner defines. ``stub``: what the lesson's cell
    shows. ``solution_code`` and the wrong answers are code that defines ``name``. ``cases``: the
    arguments that a function is tried on; None for an exercise whose answer is a value. ``right``:
    what is verified when the check passes.

    The results are compared with the solution's; where they are those of a wrong answer, its
    message is said. ``verify`` replaces this where many answers are right: it gets the answer and
    returns None, or what is wrong with it.
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

    def or_solution(self, answer):
        """The answer if it is right, else the solution's: so that a lesson can go on with it."""
        if self.verdict(answer).startswith("Right"):
            return answer
        return self.defined_by(self.solution_code)

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
            with np.errstate(all="ignore"):  # a wrong answer may overflow
                results = self._results(answer)
                if all(result is None or result is ... for result in results):
                    return NOT_ATTEMPTED
                if any(result is None or result is ... for result in results):
                    return "Not yet: for some inputs your function returns nothing (None)."
                problem = self.verify(answer) if self.verify else self._compared(results)
        except NotImplementedError:
            return NOT_ATTEMPTED
        except Stops as problem:
            return f"Not yet: {problem}"
        except Exception as error:
            return f"Not yet: your code stops with {_shortened(error, answer)}."
        return f"Not yet: {problem}" if problem else f"Right: {self.right}"

    def defined_by(self, code: str):
        """What a piece of code defines under the exercise's name."""
        scope = dict(NAMES)
        exec(code, scope)
        return scope[self.name]

    def _results(self, answer):
        if self.cases is None:
            return [answer]
        if answer is None or answer is ...:
            return [answer]
        if not callable(answer):
            raise Stops(f"check the function itself, .check({self.name}), not what it returns.")
        return [self._called(answer, case) for case in self.cases]

    def _called(self, answer, case):
        try:
            return answer(*copy.deepcopy(case))  # the learner's function may change its arguments
        except NotImplementedError:
            raise
        except Exception as error:
            raise Stops(f"{self._call(case)} stops with {_shortened(error, answer)}.") from error

    def _compared(self, results):
        wanted = self._results(self.defined_by(self.solution_code))
        if all(map(equal, results, wanted)):
            return None
        for wrong in self.wrong:
            if all(map(equal, results, self._results(self.defined_by(wrong.code)))):
                return wrong.message
        if self.cases is None:
            return difference(results, wanted, [self.name], [None])
        calls, rows = map(self._call, self.cases), map(_rows, self.cases)
        return difference(results, wanted, list(calls), list(rows))

    def _call(self, case):
        """A call of the learner's function as text, arrays by their shapes."""
        said = [
            f"array {value.shape}" if isinstance(value, np.ndarray) else reprlib.repr(value)
            for value in case
        ]
        return f"{self.name}({', '.join(said)})"


def _rows(case):
    return len(case[0]) if isinstance(case[0], np.ndarray) and case[0].ndim else None


def _shortened(error, answer):
    """The error, and the last line of the learner's function on the way to it."""
    said = f"{type(error).__name__}: {error}".rstrip(".")
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    for place in reversed(traceback.extract_tb(error.__traceback__)):
        if place.filename == file and place.line:
            return f"{said} (line {place.lineno}: {place.line})"
    return said
