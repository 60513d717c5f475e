"""No operation, no option of one, no layer, optimiser or schedule lacks its comparison."""

import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parity.cases import CASES  # noqa: E402
from parity.compared import COMPARED, COMPOSED  # noqa: E402

from dlcourse import nn, optim  # noqa: E402
from dlcourse.function import Function  # noqa: E402
from dlcourse.optim import lr_scheduler  # noqa: E402

TESTS = Path(__file__).parents[1]
for _file in sorted(TESTS.glob("parity/test_*.py")):
    if _file.name != Path(__file__).name:  # each notes what it compares
        importlib.import_module(f"parity.{_file.stem}")

OPERATIONS = [o for o in Function.registry.values() if o.__module__.startswith("dlcourse.")]
ELSEWHERE = {
    ("pad", "mode"): "unit/engine/test_mistakes.py",  # only one is known
    ("dropout", "generator"): "parity/test_spatial_layers.py",  # left out, each mask is another
    ("dropout2d", "generator"): "parity/test_spatial_layers.py",
    ("batch_norm", "running_mean"): "parity/test_spatial_layers.py",  # changed by forward()
    ("batch_norm", "running_var"): "parity/test_spatial_layers.py",
    ("batch_norm", "momentum"): "parity/test_spatial_layers.py",
    ("batch_norm", "training"): "parity/test_spatial_layers.py",
    ("scaled_dot_product_attention", "dropout_p"): "unit/engine/test_sequence.py",  # drawn
}
"""Options that a case cannot show, and the tests that do."""
BASES = {nn.Module, nn.Parameter, optim.Optimizer, lr_scheduler.LRScheduler}
"""What has nothing to compute of its own; each class below them is compared."""


def options_without_a_case(operation, cases):
    """Options with their default in every case; optional inputs never, or always, left out."""
    parameters = inspect.signature(operation.forward).parameters

    def same(value, default):
        return type(value) is type(default) and np.array_equal(value, default)

    for name in operation.option_names:
        default = parameters[name].default
        if not any(name in options and not same(options[name], default) for _, options in cases):
            yield name
    if not operation.takes_list:
        given = [len(arrays) for arrays, _ in cases]
        required = sum(name in operation.required_names for name in operation.input_names)
        if min(given) > required or max(given) < len(operation.input_names):
            yield from operation.input_names[required:]


def cases_of(operation):
    """Its cases; without an entry it is tried on matrices, with no option."""
    return CASES.get(operation.name, [(operation.input_names, {})])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_every_option_is_left_out_in_some_case(operation):
    for name in set(operation.option_names) - set(operation.required_names):
        assert (operation.name, name) in ELSEWHERE or any(
            name not in options for _, options in cases_of(operation)
        ), f"{operation.name}: no case in tests/parity/cases leaves {name} to its default"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
def test_every_option_of_every_operation_has_a_case_that_is_not_its_default(operation):
    missing = {
        name
        for name in options_without_a_case(operation, cases_of(operation))
        if (operation.name, name) not in ELSEWHERE
    }
    assert not missing, f"{operation.name}: no case in tests/parity/cases tries {missing}"


def test_no_case_is_of_an_operation_that_does_not_exist():
    assert CASES.keys() <= Function.registry.keys()


def test_an_option_without_a_case_would_be_noticed():
    elu = Function.registry["elu"]
    assert list(options_without_a_case(elu, [((1,), {})])) == ["alpha"]
    assert list(options_without_a_case(elu, [((1,), {"alpha": 1.0})])) == ["alpha"]
    assert list(options_without_a_case(elu, [((1,), {"alpha": 0.3})])) == []
    conv = Function.registry["conv1d"]
    assert "bias" in set(options_without_a_case(conv, [((1, 2), {})]))
    assert "bias" in set(options_without_a_case(conv, [((1, 2, 3), {})]))


def test_what_is_tested_elsewhere_is_named_there():
    for (operation, option), home in ELSEWHERE.items():
        assert option in Function.registry[operation].option_names
        assert option in TESTS.joinpath(home).read_text(), f"{home} says nothing of {option}"


def public_classes(home):
    """The names of the classes that learners find there, bases and functions left out."""
    for name in getattr(home, "__all__", vars(home)):
        item = getattr(home, name)
        if inspect.isclass(item) and item not in BASES and item.__module__.startswith("dlcourse."):
            yield name


CLASSES = [
    pytest.param(their_home, name, id=name)
    for home, their_home in (
        (nn, torch.nn),
        (optim, torch.optim),
        (lr_scheduler, torch.optim.lr_scheduler),
    )
    for name in public_classes(home)
]


@pytest.mark.parametrize(("their_home", "name"), CLASSES)
def test_every_layer_optimiser_and_schedule_is_compared_with_torch(their_home, name):
    registry = COMPARED if hasattr(their_home, name) else COMPOSED
    assert registry.get(name), f"no test in tests/parity is marked as comparing {name}"


def test_what_is_compared_exists():
    homes = nn, optim, lr_scheduler
    for name in (*COMPARED, *COMPOSED):
        assert any(hasattr(home, name) for home in homes), f"there is no {name}"
