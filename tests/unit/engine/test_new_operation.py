"""Adding an operation takes one class: everything else follows from it."""

import json
import re

import numpy as np
import pytest

from dlcourse import Tensor, gradcheck, step_through
from dlcourse.function import Function
from dlcourse.functional import as_function


@pytest.fixture
def cube():
    class Cube(Function):
        """z = scale · x³, element by element."""

        title = "third power"
        formula = r"z = s\,x^3"
        gradients = (r"\bar{x} = 3 s\,\bar{z} \odot x^2",)
        notation = "{scale} · {x}³"

        def forward(self, x, *, scale=1.0):
            self.scale = scale
            return scale * x**3

        def backward(self, grad):
            (x,) = self.arrays
            return grad * 3 * self.scale * x**2

    yield Cube
    Function.registry.pop("cube", None)


@pytest.fixture
def x():
    return Tensor([2.0, -1.0], requires_grad=True, name="x")


def test_it_is_listed_and_says_what_it_is(cube):
    assert Function.registry["cube"] is cube
    assert (cube.name, cube.symbol, cube.title) == ("cube", "cube", "third power")
    assert (cube.input_names, cube.option_names) == (("x",), ("scale",))
    assert cube.required_names == ("x",)


def test_it_computes_and_is_a_function_with_checked_arguments(cube, x):
    function = as_function(cube)
    for result in (cube.apply(x, scale=2), function(x, 2), function(x=x, scale=2)):
        np.testing.assert_array_equal(result.data, [16.0, -2.0])
        assert result.grad_fn.name == "cube"
    assert function([2]).tolist() == [8]
    with pytest.raises(TypeError, match=r"cube\(x, scale\): factor unknown"):
        function(x, factor=2)


def test_its_gradients_are_checked(cube, x):
    assert gradcheck(lambda x: cube.apply(x, scale=0.5), [x])

    def forgetful(self, grad):
        return grad * 3 * self.arrays[0] ** 2

    cube.backward = forgetful
    report = gradcheck(lambda x: cube.apply(x, scale=0.5), [x])
    assert not report
    assert "2 times too large" in repr(report)


def test_it_can_be_stepped_through(cube, x):
    stepper = step_through(cube.apply(x, scale=2).sum())
    (node,) = [n for n in stepper.trace["nodes"] if n["op"] == "cube"]
    assert (node["title"], node["notation"]) == ("third power", "{scale} · {x}³")
    assert stepper.trace["formulas"][node["formula"]] == cube.formula
    assert stepper.trace["formulas"][node["gradients"][0]] == cube.gradients[0]
    assert node["options"] == {"scale": 2}
    arrays = stepper.trace["arrays"]
    assert arrays[node["value"]]["data"] == [16, -2]
    (leaf,) = [n for n in stepper.trace["nodes"] if n["name"] == "x"]
    assert arrays[leaf["grad"]]["data"] == [24, 6]

    html = stepper._repr_html_()
    text = re.sub(r"<script.*?</script>", "", html)
    assert "[16., −2.]" in text
    assert "third power sends to x: [24., 6.]" in text
    payload = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert any("<msup><mi>x</mi><mn>3</mn></msup>" in f for f in payload["trace"]["formulas"])


def test_it_is_gone_afterwards():
    assert "cube" not in Function.registry
