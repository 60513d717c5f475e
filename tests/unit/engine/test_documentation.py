"""Every public name says what it is, with an example that runs; every class fits on a screen."""

import doctest
import importlib.util
import inspect
import pkgutil
from types import ModuleType

import pytest

import dlcourse
import dlcourse.nn
import dlcourse.ops
from dlcourse import autograd, data, functional, interop, nn, optim, saving, training
from dlcourse.function import Function
from dlcourse.optim import lr_scheduler

SCREEN = 60
ABSTRACT = {Function, nn.Module, optim.Optimizer}
"""The bases of all others: a learner reads them method by method."""
HOMES = (
    dlcourse, functional, nn, nn.utils, optim, lr_scheduler, data, training, saving, autograd,
    interop,
)  # fmt: skip
SHOWN_IN_LESSONS = {"step_through"}
"""What cannot be shown in a line of text."""
HAS_TORCH = importlib.util.find_spec("torch") is not None


def public_names(home):
    """The names that a learner finds in a module: those of ``__all__``, or all its own."""
    if home is functional:
        several = [function.__name__ for function in dlcourse.ops.several.FUNCTIONS]
        return sorted(o.name for o in engine_operations()) + several
    return getattr(home, "__all__", None) or [
        name
        for name, item in vars(home).items()
        if callable(item) and not name.startswith("_") and item.__module__ == home.__name__
    ]


def engine_operations():
    return [o for o in Function.registry.values() if o.__module__.startswith("dlcourse.")]


PUBLIC = [
    pytest.param(item, id=f"{home.__name__}.{name}")
    for home in HOMES
    for name in public_names(home)
    if not isinstance(item := getattr(home, name), ModuleType)
]


def test_the_names_are_found():
    names = {case.id for case in PUBLIC}
    assert len(names) > 180
    assert names >= {
        "dlcourse.Tensor", "dlcourse.functional.relu", "dlcourse.functional.split",
        "dlcourse.nn.LSTM", "dlcourse.nn.utils.clip_grad_norm_", "dlcourse.optim.Adam",
        "dlcourse.optim.schedule.StepLR", "dlcourse.data.load_digits", "dlcourse.training.fit",
        "dlcourse.saving.load", "dlcourse.autograd.hvp", "dlcourse.interop.to_torch",
    }  # fmt: skip


@pytest.mark.parametrize("item", PUBLIC)
def test_a_public_name_is_described_with_an_example_that_runs(item):
    name = item.__name__
    assert inspect.getdoc(item), f"{name} has no docstring"
    module = dict(vars(importlib.import_module(item.__module__)))
    (found,) = doctest.DocTestFinder(recurse=False).find(item, name, globs=module) or [None]
    if name not in SHOWN_IN_LESSONS:
        assert found and found.examples, f"{name} has no example (>>>)"
    if item.__module__ == "dlcourse.interop" and not HAS_TORCH:
        pytest.skip("its example needs PyTorch")
    said = []
    result = doctest.DocTestRunner(verbose=False).run(found, out=said.append)
    assert not result.failed, "".join(said)


MODULES = [
    found.name
    for package in (dlcourse, dlcourse.ops, nn, optim, data)
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    if found.name.removeprefix("dlcourse.") not in ("exercises", "interop", "plots", "steppers")
]


@pytest.mark.parametrize("name", MODULES)
def test_all_other_examples_run(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def classes():
    """Every operation, every layer, every optimiser and schedule, and what they are made of."""
    for name in MODULES:
        for item in vars(importlib.import_module(name)).values():
            own = inspect.isclass(item) and item.__module__ == name and item not in ABSTRACT
            if own and issubclass(item, Function | nn.Module | optim.Optimizer):
                yield pytest.param(item, id=f"{name}.{item.__name__}")


@pytest.mark.parametrize("item", classes())
def test_a_class_fits_on_a_screen(item):
    lines, _ = inspect.getsourcelines(item)
    assert len(lines) <= SCREEN, f"{item.__name__} has {len(lines)} lines"


@pytest.mark.parametrize("operation", engine_operations(), ids=lambda o: o.name)
def test_an_operation_has_its_formulas(operation):
    assert operation.formula
    assert len(operation.gradients) == len(operation.input_names)
    assert any(operation.gradients)
