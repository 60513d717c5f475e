"""step_through: a computation, forward and backward, number by number."""

import sys

from dlcourse.steppers.mathml import mathml
from dlcourse.steppers.page import FAMILIES, output
from dlcourse.steppers.text import as_text
from dlcourse.tensor import Tensor
from dlcourse.trace import trace


class Stepper:
    """A view of a trace. Put it last in a cell, or ``display`` it."""

    def __init__(self, trace: dict, options: dict):
        self.trace = trace
        self.options = options

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        drawn = dict(
            self.trace,
            formulas=[mathml(f) for f in self.trace.get("formulas", ())],
            nodes=[_without_blanks(node) for node in self.trace["nodes"]],
            steps=[_without_blanks(step) for step in self.trace.get("steps", ())],
        )
        payload = {"trace": drawn, "options": self.options}
        structures = {node["structure"] for node in self.trace["nodes"]}
        families = tuple(family for family in FAMILIES if family in structures)
        return output("stepper", payload, as_text(self.trace), families)

    def __repr__(self):
        if not self.trace["nodes"]:
            return (
                f"Stepper({self.trace['title']}, {self.trace['overview']['operations']} operations)"
            )
        return f"Stepper({self.trace['title']}, {len(self.trace['steps']) - 1} steps)"


def _without_blanks(entry):
    """A node or step without what is None, False or empty; the front end puts it back."""
    kept = {
        key: value
        for key, value in entry.items()
        if key in _NEEDED or not (value is None or value is False or value in _BLANK)
    }
    if "inputs" in kept:
        kept["inputs"] = [_without_blanks(edge) for edge in kept["inputs"]]
    return kept


_NEEDED = {"shape", "cell"}
_BLANK = ([], {}, "operation", "float64")


def step_through(
    result: Tensor,
    start: str | int = 0,
    stops: list[str | int] = (),
    open_modules: list[str] | None = None,
) -> Stepper:
    """Step through everything that led to ``result``, forward, and back to every gradient.

    ``start``: the step to open at: a number, ``"loss"``, ``"backward"`` or the name of a node.
    ``stops``: steps that PageDown goes to, for a lecture. ``open_modules``: which modules' boxes
    are open at first, by path; None opens all where the graph is small.

    Works before and after ``backward()`` and changes nothing. Raises TypeError for something that
    is not a Tensor, RuntimeError for one without a graph.
    """
    frame = sys._getframe(1)
    scope = {**frame.f_globals, **frame.f_locals}
    recorded = trace(result, scope)
    options = {"start": start, "stops": list(stops), "open": open_modules}
    return Stepper(recorded, options)
