"""The trace says what the engine computed, and changes nothing."""

import json

import networks
import numpy as np
import pytest

from dlcourse import Tensor, nn
from dlcourse import functional as F
from dlcourse.trace import MAX_OPERATIONS, trace


def named(recorded, name):
    return next(node for node in recorded["nodes"] if node["name"] == name)


def numbers(recorded, index):
    array = recorded["arrays"][index]
    return np.array(array["data"], dtype=float).reshape(array["shape"])


def steps_of(recorded, *kinds):
    return [step for step in recorded["steps"] if step["kind"] in kinds]


@pytest.fixture
def net():
    return networks.two_layers()


@pytest.fixture
def recorded(net):
    return trace(net.loss, vars(net))


def test_every_value_and_gradient_is_the_engines(net, recorded):
    net.loss.backward()
    for name in ("W1", "b1", "W2", "b2"):
        node, tensor = named(recorded, name), getattr(net, name)
        np.testing.assert_array_equal(numbers(recorded, node["value"]), tensor.data)
        np.testing.assert_array_equal(numbers(recorded, node["grad"]), tensor.grad.data)
    for name in ("X", "y", "hidden", "output", "loss"):
        value = numbers(recorded, named(recorded, name)["value"])
        np.testing.assert_array_equal(value, getattr(net, name).data)


def test_steps_go_forward_then_back_through_every_edge(recorded):
    labels = [node["label"] for node in recorded["nodes"]]
    forward = [labels[step["node"]] for step in steps_of(recorded, "forward")]
    assert forward == ["X W1ᵀ", "+ b1", "relu", "hidden W2ᵀ", "+ b2", "mse"]
    sent = [(labels[s["node"]], labels[s["to"]]) for s in steps_of(recorded, "contribution")]
    assert sent == [
        ("mse", "+ b2"),
        ("+ b2", "hidden W2ᵀ"),
        ("+ b2", "b2"),
        ("hidden W2ᵀ", "relu"),
        ("hidden W2ᵀ", "W2"),
        ("relu", "+ b1"),
        ("+ b1", "X W1ᵀ"),
        ("+ b1", "b1"),
        ("X W1ᵀ", "W1"),
    ]
    assert [step["phase"] for step in recorded["steps"]] == (
        ["start"] + ["forward"] * 5 + ["loss"] + ["backward"] * 10
    )


def test_local_times_upstream_is_the_contribution(recorded):
    elementwise = [
        step
        for step in steps_of(recorded, "contribution")
        if recorded["nodes"][step["node"]]["structure"] == "elementwise"
    ]
    assert elementwise
    for step in elementwise:
        upstream = numbers(recorded, recorded["nodes"][step["node"]]["grad"])
        product = upstream * numbers(recorded, step["local"])
        contribution = numbers(recorded, step["contribution"])
        if step["passed"] is None:
            np.testing.assert_array_equal(product, contribution)
        else:
            np.testing.assert_array_equal(product, numbers(recorded, step["passed"]))
            np.testing.assert_array_equal(product.sum(axis=0), contribution)


def test_contributions_that_meet_get_a_sum_step():
    net = networks.diamond()
    recorded = trace(net.L, vars(net))
    (meeting,) = steps_of(recorded, "sum")
    parts = [recorded["steps"][index] for index in meeting["parts"]]
    assert [numbers(recorded, part["contribution"]).item() for part in parts] == [
        5.0,
        6.0,
    ]
    assert recorded["nodes"][meeting["node"]]["name"] == "a"
    assert numbers(recorded, named(recorded, "a")["grad"]) == 11.0
    assert recorded["steps"].index(meeting) == meeting["parts"][-1] + 1


def test_a_tensor_used_twice_by_one_operation_gets_two_contributions():
    a = Tensor(3.0, requires_grad=True)
    recorded = trace(a * a)
    assert len(steps_of(recorded, "contribution")) == 2
    assert numbers(recorded, recorded["nodes"][0]["grad"]) == 6.0


def test_it_changes_nothing_and_is_the_same_before_and_after_backward(net, recorded):
    assert net.W1.grad is None
    assert trace(net.loss, vars(net)) == recorded
    net.loss.backward()
    gradient = net.W1.grad.data.copy()
    assert trace(net.loss, vars(net)) == recorded
    np.testing.assert_array_equal(net.W1.grad.data, gradient)


def test_it_shows_the_numbers_of_the_forward_pass_after_an_optimiser_step(net, recorded):
    from dlcourse import optim

    net.loss.backward()
    optim.SGD([net.W1, net.b1, net.W2, net.b2], lr=0.1).step()
    assert trace(net.loss, vars(net)) == recorded


def test_a_gradient_from_before_is_told_apart(net):
    net.W2.grad = Tensor([[1.0, 1.0, 1.0]])
    node = named(trace(net.loss, vars(net)), "W2")
    recorded = trace(net.loss, vars(net))
    np.testing.assert_array_equal(numbers(recorded, node["earlier_grad"]), [[1, 1, 1]])
    np.testing.assert_array_equal(numbers(recorded, node["grad"]), [[3, 1.5, 2.25]])


def test_each_operation_knows_the_expression_that_made_it(recorded):
    expressions = [node["expression"] for node in recorded["nodes"] if node["op"]]
    assert expressions == [
        "X @ W1.T",
        "X @ W1.T + b1",
        "F.relu(X @ W1.T + b1)",
        "hidden @ W2.T",
        "hidden @ W2.T + b2",
        "F.mse_loss(output, y)",
    ]
    for node in recorded["nodes"]:
        if node["op"]:
            span = node["span"]
            source = recorded["sources"][span["source"]]
            line = source["lines"][span["line"] - source["first_line"]]
            assert line[span["column"] : span["end_column"]] == node["expression"]


def test_a_matrix_transpose_is_drawn_on_the_edge(recorded):
    product = recorded["nodes"][2]
    assert [edge["transposed"] for edge in product["inputs"]] == [False, True]
    assert not any(node["op"] == "transpose" for node in recorded["nodes"])


def test_plain_numbers_and_data_without_a_variable_have_a_label():
    w = Tensor(2.0, requires_grad=True)
    recorded = trace(w * 3.0 + Tensor([1.0, 2.0]), {"w": w})
    kinds = [(node["kind"], node["label"]) for node in recorded["nodes"] if not node["op"]]
    assert kinds == [("parameter", "w"), ("constant", "3"), ("input", "data")]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 3)
        self.out = nn.Linear(3, 1)

    def forward(self, X):
        activity = self.hidden(X).relu()
        return self.out(activity)


def test_modules_become_groups_with_paths():
    model, X = Net(), np.ones((4, 2))
    scores = model(X)
    recorded = trace(scores.mean(), {"model": model, "X": X, "scores": scores})
    assert [m["label"] for m in recorded["modules"]] == [
        "hidden: Linear(2, 3)",
        "out: Linear(3, 1)",
    ]
    weight = named(recorded, "hidden.weight")
    assert recorded["modules"][weight["module"]]["path"] == "hidden"
    assert named(recorded, "activity")["op"] == "relu"
    assert named(recorded, "scores")["op"] == "add"
    product = recorded["nodes"][named(recorded, "hidden.bias")["id"] - 1]
    caller = product["caller"]
    assert not recorded["sources"][product["span"]["source"]]["own"]
    source = recorded["sources"][caller["source"]]
    line = source["lines"][caller["line"] - source["first_line"]]
    assert line[caller["column"] : caller["end_column"]] == "self.hidden(X)"


def test_a_module_used_twice_is_two_groups():
    layer = nn.Linear(2, 2)
    recorded = trace(layer(layer(np.ones((1, 2)))).sum(), {"layer": layer})
    assert [module["path"] for module in recorded["modules"]] == ["layer", "layer"]
    assert len(steps_of(recorded, "sum")) == 2


def test_operations_on_parts_and_reductions_are_recorded():
    W = Tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
    result = W[1].sum() + W[[0, 0]].mean() + (W.T @ W).sum(dim=0)[1]
    recorded = trace(result, {"W": W})
    result.backward()
    np.testing.assert_allclose(numbers(recorded, named(recorded, "W")["grad"]), W.grad.data)


def test_nan_and_infinity_stay_valid_json():
    with np.errstate(all="ignore"):
        loss = Tensor([-1.0, 0.0, 1.0], requires_grad=True).log().sum()
    recorded = trace(loss)
    assert "NaN" in recorded["arrays"][recorded["nodes"][1]["value"]]["data"]
    assert "-Infinity" in recorded["arrays"][recorded["nodes"][1]["value"]]["data"]
    json.dumps(recorded, allow_nan=False)


def test_it_holds_no_address_and_no_path_of_this_machine(recorded):
    text = json.dumps(recorded)
    assert "0x" not in text
    assert __file__.rpartition("/")[0] not in text


def test_a_graph_that_is_too_large_gets_an_overview():
    x = w = Tensor(1.0, requires_grad=True)
    for _ in range(20_000):
        x = x * 1.0001
    recorded = trace(x, {"w": w, "x": x})
    assert recorded["nodes"] == []
    assert recorded["overview"] == {
        "operations": 20_000,
        "limit": MAX_OPERATIONS,
        "parameters": 1,
        "rows": [("product", 20_000)],
    }


def test_what_has_no_graph_is_refused_with_the_cause():
    with pytest.raises(RuntimeError, match=r"no graph.*requires_grad=True.*no_grad"):
        trace(Tensor(1.0) * 2)
    with pytest.raises(TypeError, match=r"needs a Tensor.*ndarray"):
        trace(np.ones(3))


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "权重", "משקל"])
def test_any_name_is_carried_as_it_is(name):
    w = Tensor(1.0, requires_grad=True, name=name)
    assert trace(F.exp(w))["nodes"][0]["name"] == name


def test_each_member_of_a_list_of_tensors_is_an_input():
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    recorded = trace(F.cat([x, y, x]).sum(), {"x": x, "y": y})
    (joined,) = [node for node in recorded["nodes"] if node["op"] == "cat"]
    assert [edge["name"] for edge in joined["inputs"]] == [f"tensors[{k}]" for k in range(3)]
    assert len(joined["gradients"]) == 3
    (meeting,) = steps_of(recorded, "sum")
    assert numbers(recorded, named(recorded, "x")["grad"]).tolist() == [2, 2]
    assert recorded["nodes"][meeting["node"]]["name"] == "x"


def test_a_loss_that_is_not_reduced_is_no_sum_of_terms():
    x = Tensor([1.0, 2.0], requires_grad=True)
    recorded = trace(F.mse_loss(x, [0.0, 0.0], reduction="none"))
    loss = recorded["nodes"][-1]
    assert (loss["structure"], loss["terms"]) == ("mixture", None)


def test_the_places_of_max_and_split_are_in_the_learners_code():
    x = Tensor([1.0, 3.0], requires_grad=True)
    for result in (x.max(dim=0).values, x.split(1)[0]):
        assert "test_trace.py" in result.grad_fn.place[0].co_filename
