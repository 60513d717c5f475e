"""Containers, hooks and the summary of modules."""

from types import SimpleNamespace

import numpy as np
import pytest

from dlcourse import Tensor, nn
from dlcourse import functional as F
from dlcourse.nn.summary import multiply_adds, summary


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4, bias=False)])
        self.heads = nn.ModuleDict({"one": nn.Linear(4, 1), "two": nn.Linear(4, 2)})
        self.unused = nn.Tanh()

    def forward(self, x):
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.heads["one"](x), [self.heads["two"](x)]


class TestContainers:
    def test_members_belong_to_the_module_that_holds_the_container(self):
        assert list(Branches().state_dict()) == [
            "layers.0.weight", "layers.0.bias", "layers.1.weight",
            "heads.one.weight", "heads.one.bias", "heads.two.weight", "heads.two.bias",
        ]  # fmt: skip

    @pytest.mark.parametrize("make", [lambda m: nn.Sequential(*m), nn.ModuleList])
    def test_an_ordered_container_is_used_like_a_list(self, make):
        members = [nn.Linear(2, 2), nn.Tanh(), nn.ReLU()]
        container = make(members)
        assert list(container) == members
        assert (len(container), container[-1]) == (3, members[2])
        assert list(container[:2]) == members[:2]
        assert type(container[:2]) is type(container)
        assert container.append(more := nn.Sigmoid())[3] is more
        assert list(container.extend([nn.Tanh()]).named_modules())[-1][0] == "4"
        with pytest.raises(IndexError):
            container[9]

    def test_a_dict_of_modules_is_used_like_a_dict(self):
        one, two = nn.Tanh(), nn.ReLU()
        container = nn.ModuleDict([("one", one)])
        container["two"] = two
        assert list(container) == list(container.keys()) == ["one", "two"]
        assert list(container.items()) == [("one", one), ("two", two)]
        assert list(container.values()) == [one, two]
        assert "one" in container
        assert "three" not in container
        container["one"] = two
        assert container["one"] is two

    def test_names_and_order_are_those_of_torch(self):
        torch = pytest.importorskip("torch")
        for kind in ("Sequential", "ModuleList", "ModuleDict"):
            states = []
            for home in (nn, torch.nn):
                parts = [home.Linear(2, 3), home.Linear(3, 1)]
                if kind == "ModuleDict":
                    parts = [dict(zip("ab", parts, strict=True))]
                elif kind == "ModuleList":
                    parts = [parts]
                state = getattr(home, kind)(*parts).state_dict()
                states.append([(name, tuple(array.shape)) for name, array in state.items()])
            assert states[0] == states[1]


class TestHooks:
    def test_a_hook_sees_what_goes_in_and_comes_out_until_it_is_removed(self):
        layer, seen = nn.Linear(2, 1), []
        handle = layer.register_forward_hook(lambda *arguments: seen.append(arguments))
        x = Tensor([[1.0, 2.0]])
        y = layer(x)
        assert seen == [(layer, (x,), y)]
        handle.remove()
        handle.remove()
        layer(x)
        assert len(seen) == 1
        with layer.register_forward_hook(lambda *arguments: seen.append(arguments)):
            layer(x)
        layer(x)
        assert len(seen) == 2

    def test_hooks_follow_each_other_and_may_replace_the_output(self):
        layer = nn.ReLU()
        layer.register_forward_hook(lambda module, inputs, output: output * 2)
        layer.register_forward_hook(lambda module, inputs, output: output + 1)
        assert layer(Tensor([3.0])).tolist() == [7.0]
        assert nn.ReLU()(Tensor([3.0])).tolist() == [3.0]

    def test_a_hook_that_removes_itself_leaves_the_others_their_turn(self):
        layer, seen = nn.ReLU(), []

        def once(*_):
            seen.append("once")
            handle.remove()

        handle = layer.register_forward_hook(once)
        layer.register_forward_hook(lambda *_: seen.append("always"))
        layer(Tensor([1.0]))
        layer(Tensor([1.0]))
        assert seen == ["once", "always", "always"]

    def test_the_gradient_that_arrives_at_a_layer_can_be_kept(self):
        model, outputs = nn.Sequential(nn.Linear(2, 2), nn.Tanh()), []

        def keep(module, inputs, output):
            output.retain_grad()
            outputs.append(output)

        for layer in model:
            layer.register_forward_hook(keep)
        model(Tensor([[1.0, 2.0]])).sum().backward()
        np.testing.assert_array_equal(outputs[1].grad.data, [[1.0, 1.0]])
        np.testing.assert_allclose(outputs[0].grad.data, 1 - outputs[1].data ** 2)


class TestSummary:
    def test_every_module_with_its_output_parameters_and_work(self):
        model = Branches()
        model.unused.eval()
        model.layers[0].weight.grad = kept = Tensor(np.ones((4, 4)))
        found = summary(model, np.ones((3, 4)))
        lines = {line.name: line for line in found.lines}
        assert list(lines) == [name for name, _ in model.named_modules()]
        assert lines[""].output == "(3, 1), (3, 2)"
        assert (lines[""].parameters, lines[""].multiply_adds) == (51, 3 * (16 + 16 + 4 + 8))
        assert (lines["layers.1"].parameters, lines["layers.1"].multiply_adds) == (16, 48)
        assert (lines["layers"].parameters, lines["layers"].output) == (36, "")
        assert (lines["unused"].output, lines["unused"].multiply_adds) == ("", 0)
        assert "    one: Linear" in repr(found)
        assert [m.training for _, m in model.named_modules()] == [True] * 7 + [False]
        assert model.layers[0].weight.grad is kept
        assert model._forward_hooks == ()

    def test_a_module_that_is_used_twice_works_twice(self):
        shared = nn.Linear(4, 4)
        found = summary(nn.Sequential(shared, shared), np.ones((2, 4), np.float64))
        assert found.lines[0].parameters == 20
        assert found.lines[0].multiply_adds == 64

    def test_work_is_counted_also_where_nothing_learns(self):
        layer = nn.Linear(4, 3)
        for parameter in layer.parameters():
            parameter.requires_grad = False
        assert summary(layer, np.ones((2, 4))).lines[0].multiply_adds == 24

    @pytest.mark.parametrize(
        ("name", "inputs", "output", "work"),
        [
            ("matmul", {"x": (5, 2, 3), "y": (3, 4)}, (5, 2, 4), 5 * 2 * 3 * 4),
            ("conv2d", {"input": (2, 4, 9, 9), "weight": (6, 2, 3, 3)}, (2, 6, 7, 7), 10584),
            ("conv1d", {"input": (2, 4, 9), "weight": (6, 4, 3)}, (2, 6, 7), 1008),
            ("conv_transpose1d", {"input": (2, 4, 7), "weight": (4, 6, 3)}, (2, 6, 9), 1008),
            (
                "gru",
                {"input": (5, 2, 3), "hx": (2, 4), "weight_ih": (12, 3), "weight_hh": (12, 4),
                 "bias_ih": (12,), "bias_hh": (12,)},
                (6, 2, 4),
                10 * (36 + 48),
            ),
            ("relu", {"x": (5, 2)}, (5, 2), 0),
        ],
    )  # fmt: skip
    def test_work_of_one_operation(self, name, inputs, output, work):
        arrays = tuple(np.empty(shape) for shape in inputs.values())
        node = SimpleNamespace(name=name, input_names=tuple(inputs), arrays=arrays)
        assert multiply_adds(node, np.empty(output)) == work
