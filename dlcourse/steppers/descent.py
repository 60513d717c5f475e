"""descent: optimisers on a loss of two numbers, update by update.

Every run is computed here, by the course's own optimisers; the view only chooses among them.
"""

import itertools
import math
from html import escape

import numpy as np

from dlcourse import optim
from dlcourse.optim.optimizer import Optimizer
from dlcourse.steppers.mathml import mathml
from dlcourse.steppers.page import output
from dlcourse.steppers.surfaces import SURFACES, Loss, Surface, contours, evaluate
from dlcourse.tensor import Tensor

MOST_RULES = 3
MOST_RUNS = 40

_MOMENTUM = ["b", "{momentum} × {b0} + {g}"]
_WORKING = {
    "plain": ((r"w \leftarrow w - \eta g",), [["w", "{w0} − {lr} × {g}"]]),
    "momentum": (
        (r"b \leftarrow \mu b + g", r"w \leftarrow w - \eta b"),
        [_MOMENTUM, ["w", "{w0} − {lr} × {b}"]],
    ),
    "nesterov": (
        (r"b \leftarrow \mu b + g", r"w \leftarrow w - \eta (g + \mu b)"),
        [_MOMENTUM, ["w", "{w0} − {lr} × ({g} + {momentum} × {b})"]],
    ),
    "adagrad": (
        (r"s \leftarrow s + g^2", r"w \leftarrow w - \eta \frac{g}{\sqrt{s} + \epsilon}"),
        [["s", "{s0} + {g}²"], ["w", "{w0} − {lr} × {g} / √{s}"]],
    ),
    "rmsprop": (
        (
            r"v \leftarrow \alpha v + (1 - \alpha) g^2",
            r"w \leftarrow w - \eta \frac{g}{\sqrt{v} + \epsilon}",
        ),
        [["v", "{alpha} × {v0} + {rest} × {g}²"], ["w", "{w0} − {lr} × {g} / √{v}"]],
    ),
    "adam": (
        (
            r"m \leftarrow \beta_1 m + (1 - \beta_1) g",
            r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2",
            r"w \leftarrow w - \eta \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
        ),
        [
            ["m", "{beta1} × {m0} + {rest1} × {g}"],
            ["v", "{beta2} × {v0} + {rest2} × {g}²"],
            ["m̂", "{m} / (1 − {beta1}^{t})"],
            ["v̂", "{v} / (1 − {beta2}^{t})"],
            ["w", "{w0} − {lr} × {m̂} / √{v̂}"],
        ],
    ),
    "other": ((), []),
}
"""Of each kind of rule the formulas, and the same with places for numbers. "w0" is w before the
update; ε is far below what is printed and stands in the formula only."""


class Rule:
    """An optimiser and the settings to try. An option that is a list becomes a slider.

    >>> Rule(optim.SGD, "Momentum", lr=[0.05, 0.1], momentum=0.9).settings()
    [{'lr': 0.05, 'momentum': 0.9}, {'lr': 0.1, 'momentum': 0.9}]
    """

    def __init__(self, optimiser: type[Optimizer], name: str | None = None, **options):
        self.optimiser = optimiser
        self.name = name or optimiser.__name__
        self.sliders = {key: value for key, value in options.items() if isinstance(value, list)}
        self.fixed = {key: value for key, value in options.items() if key not in self.sliders}

    def settings(self) -> list[dict]:
        """The options of every run, the last slider moving fastest."""
        chosen = itertools.product(*self.sliders.values())
        return [self.fixed | dict(zip(self.sliders, values, strict=True)) for values in chosen]


def rules_for(surface: Surface) -> list[Rule]:
    """Plain descent, momentum and Adam, with settings that suit the surface."""
    left, right, *_ = surface.box
    steps = [round((right - left) * share, 3) for share in (0.005, 0.02, 0.05, 0.08, 0.15)]
    return [
        Rule(optim.SGD, lr=list(surface.rates)),
        Rule(optim.SGD, "Momentum", lr=list(surface.rates[:3]), momentum=[0.5, 0.8, 0.95]),
        Rule(optim.Adam, lr=steps),
    ]


def run(rule: Rule, settings: dict, surface: Surface, start, steps: int) -> dict:
    """One run: places, losses, and of each update the gradient and what the rule remembers.

    It ends early where the numbers are no longer finite.
    """
    w = [
        Tensor(float(value), requires_grad=True, name=name)
        for value, name in zip(start, surface.names, strict=True)
    ]
    optimiser = rule.optimiser(w, **settings)
    found = {"w": [list(map(float, start))], "L": [evaluate(surface.loss, *start)], "g": []}
    with np.errstate(all="ignore"):
        for _ in range(steps):
            optimiser.zero_grad()
            try:
                surface.loss(*w).backward()
                gradient = [0.0 if x.grad is None else float(x.grad) for x in w]
                optimiser.step()
            except FloatingPointError:
                break
            place = [float(x) for x in w]
            after = evaluate(surface.loss, *place)
            if not all(map(math.isfinite, (*place, after))):
                break
            found["g"].append(gradient)
            found["w"].append(place)
            found["L"].append(after)
            for name, pair in _memory(optimiser, w).items():
                found.setdefault(name, []).append(pair)
    return found


def _memory(optimiser, w):
    """What the rule remembers of both numbers, by the letters of its formula."""
    group, states = optimiser.param_groups[0], [optimiser.state.get(x, {}) for x in w]
    letters = {"momentum_buffer": "b", "sum": "s", "square_avg": "v", "exp_avg": "m"}
    letters["exp_avg_sq"] = "v"
    found = {
        letter: [float(state[name]) for state in states]
        for name, letter in letters.items()
        if all(name in state for state in states)
    }
    if isinstance(optimiser, optim.Adam) and states[0]:
        beta1, beta2 = group["betas"]
        t = states[0]["step"]
        found["m̂"] = [m / (1 - beta1**t) for m in found["m"]]
        found["v̂"] = [v / (1 - beta2**t) for v in found["v"]]
    return found


def _kind(optimiser: Optimizer):
    """Which of the workings belongs to an optimiser; "other" if none tells all that it does."""
    group = optimiser.param_groups[0]
    extra = ("weight_decay", "amsgrad", "centered", "lr_decay", "initial_accumulator_value")
    if any(group.get(name) for name in extra):
        return "other"
    if type(optimiser) is optim.SGD:
        return "nesterov" if group["nesterov"] else "momentum" if group["momentum"] else "plain"
    if type(optimiser) is optim.RMSprop and group["momentum"]:
        return "other"
    kinds = {optim.Adagrad: "adagrad", optim.RMSprop: "rmsprop", optim.Adam: "adam"}
    kinds[optim.AdamW] = "adam"  # without weight decay it is Adam
    return kinds.get(type(optimiser), "other")


def _constants(group):
    """The options of a run that stand in its working, as text."""
    found = {name: group[name] for name in ("lr", "momentum", "alpha") if name in group}
    if "alpha" in group:
        found["rest"] = 1 - group["alpha"]
    if "betas" in group:
        found["beta1"], found["beta2"] = group["betas"]
        found["rest1"], found["rest2"] = (1 - beta for beta in group["betas"])
    return {name: f"{value:.6g}" for name, value in found.items()}


class Descent:
    """A view of runs on a surface. Put it last in a cell."""

    def __init__(self, title: str, surface: Surface, start, rules: list[Rule], steps: int):
        self.title, self.surface, self.start = title, surface, start
        self.rules, self.steps = rules, steps
        self.runs = [
            [run(rule, settings, surface, start, steps) for settings in rule.settings()]
            for rule in rules
        ]

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _repr_html_(self) -> str:
        surface = self.surface
        payload = {
            "title": self.title,
            "names": surface.names,
            "box": surface.box,
            "formula": mathml(surface.formula) if surface.formula else "",
            "picture": contours(surface),
            "steps": self.steps,
            "rules": [self._drawn(*pair) for pair in zip(self.rules, self.runs, strict=True)],
        }
        return output("descent", payload, self._as_text())

    def _drawn(self, rule, runs):
        spare = [Tensor(0.0, requires_grad=True)]
        optimisers = [rule.optimiser(spare, **settings) for settings in rule.settings()]
        formulas, lines = _WORKING[_kind(optimisers[0])]
        return {
            "name": rule.name,
            "formulas": [mathml(formula) for formula in formulas],
            "lines": lines,
            "sliders": [[name, values] for name, values in rule.sliders.items()],
            "constants": [_constants(optimiser.param_groups[0]) for optimiser in optimisers],
            "runs": [{name: _rounded(values) for name, values in run.items()} for run in runs],
        }

    def _as_text(self):
        """Every update of the runs that are shown first."""
        shown = [(rule.name, runs[_middle(rule)]) for rule, runs in self._pairs()]
        items = "".join(
            f"<li>{escape('; '.join(self._told(name, run, k) for name, run in shown))}</li>"
            for k in range(self.steps + 1)
        )
        return (
            f"<details><summary>{escape(self.title)}: {self.steps} updates as text (run the cell "
            f"to step through them)</summary><ol start=0>{items}</ol></details>"
        )

    def _pairs(self):
        return zip(self.rules, self.runs, strict=True)

    def _told(self, name, run, k):
        if k >= len(run["w"]):
            return f"{name} left the numbers at update {len(run['w'])}"
        place = ", ".join(f"{value:.4g}" for value in run["w"][k])
        return f"{name} at ({place}), L = {run['L'][k]:.4g}".replace("-", "−")

    def __repr__(self):
        return f"Descent({self.title}, {self.steps} updates, {sum(map(len, self.runs))} runs)"


def _middle(rule):
    """The run with which every slider begins: its middle value."""
    position = 0
    for values in rule.sliders.values():
        position = position * len(values) + len(values) // 2
    return position


def _rounded(values):
    """Numbers with five significant digits, which is more than is shown."""
    if isinstance(values, list):
        return [_rounded(value) for value in values]
    short = float(f"{values:.5g}")
    return int(short) if short.is_integer() and abs(short) < 1e6 else short


def descent(
    loss: str | Loss,
    start: tuple[float, float] | None = None,
    optimisers: list[Rule] | None = None,
    steps: int = 20,
    *,
    box: tuple[float, float, float, float] | None = None,
    title: str = "",
) -> Descent:
    """Watch up to three optimisers go down a loss of two numbers, update by update.

    ``loss``: ``"bowl"``, ``"ravine"``, ``"saddle"``, ``"rosenbrock"``, ``"network"``, or a function
    of two tensors such as ``lambda x, y: x * x + 3.0 * y * y``, which needs ``start``. ``box``:
    left, right, bottom and top of the picture.

    Raises ValueError for an unknown surface, a missing start, or more than a picture can hold.
    """
    rules_wanted = optimisers
    if isinstance(loss, str):
        if loss not in SURFACES:
            raise ValueError(f"There is no surface {loss!r}; there are {', '.join(SURFACES)}.")
        surface = SURFACES[loss]
    else:
        if start is None:
            raise ValueError("A loss of your own needs a place to start at: start=(x, y).")
        reach = 1.5 * max(*map(abs, start), 1.0)
        surface = Surface(loss, start, (-2 * reach, 2 * reach, -reach, reach))
    if box is not None:
        surface = Surface(**{**vars(surface), "box": box})
    rules = rules_for(surface) if rules_wanted is None else list(rules_wanted)
    if not 1 <= len(rules) <= MOST_RULES:
        raise ValueError(f"{len(rules)} optimisers: choose 1 to {MOST_RULES}, to tell them apart.")
    runs = sum(len(rule.settings()) for rule in rules)
    if runs > MOST_RUNS:
        raise ValueError(f"The sliders make {runs} runs, and {MOST_RUNS} are the most. Try fewer.")
    if steps < 1:
        raise ValueError(f"At least one update is needed, not {steps}.")
    left, right, bottom, top = surface.box
    if not (left < right and bottom < top):
        raise ValueError(f"A box is (left, right, bottom, top), not {surface.box}.")
    name = title or (loss if isinstance(loss, str) else getattr(loss, "__name__", "loss"))
    return Descent(name.capitalize(), surface, start or surface.start, rules, steps)
