"""Paths that are seldom walked: what is not finished, not wanted, or goes away."""

import numpy as np
import pytest

from dlcourse import Tensor, nn, optim
from dlcourse import functional as F
from dlcourse.function import Function
from dlcourse.interop import to_torch
from dlcourse.optim.schedule import LRScheduler
from dlcourse.saving import load_checkpoint, save, save_checkpoint
from dlcourse.trace.names import operand_texts


class Doubled(Function):
    """2 x, with a backward that a test chooses; without a formula it is not listed."""

    gradients = (r"\bar{x} = 2 \bar{z}",)

    def forward(self, x):
        return 2 * x


@pytest.fixture
def x():
    return Tensor([1.0, 2.0], requires_grad=True, name="x")


class TestAnOperationOfOnesOwn:
    def test_without_its_methods_it_says_which_is_missing(self, x):
        class Nothing(Function):
            gradients = ("",)

            def forward(self, x):
                return super().forward(x)

        with pytest.raises(NotImplementedError, match="Nothing has no forward"):
            Nothing.apply(x)
        with pytest.raises(NotImplementedError, match="Doubled has no backward"):
            Doubled.apply(x).sum().backward()
        assert x.grad is None

    @pytest.mark.parametrize(
        ("returned", "said"),
        [
            ((np.ones(2), np.ones(2)), r"doubled.backward returned 2 gradients for 1 inputs \(x\)"),
            (np.ones(3), r"a gradient of shape \(3,\) for x, which has shape \(2,\).*transpose"),
            (np.ones(()), r"a gradient of shape \(\) for x"),
        ],
    )
    def test_a_backward_of_the_wrong_kind_is_refused(self, x, returned, said):
        class Wrong(Doubled):
            name = "doubled"

            def backward(self, grad):
                return returned

        with pytest.raises(RuntimeError, match=said):
            Wrong.apply(x).sum().backward()
        assert x.grad is None

    def test_gradients_of_copies_and_of_plain_numbers_are_fitted(self, x):
        class Copies(Doubled):
            def backward(self, grad):
                return np.stack([grad, grad])

        Copies.apply(x).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [2, 2])

    def test_where_no_gradient_comes_back_the_way_ends(self, x):
        class Stops(Doubled):
            def backward(self, grad):
                return None

        y = x * 3
        (Stops.apply(y) + y).sum().backward()
        np.testing.assert_array_equal(x.grad.data, [3, 3])
        z = Tensor([1.0, 1.0], requires_grad=True)
        Stops.apply(z * 3).sum().backward()
        assert z.grad is None


class TestTensors:
    def test_a_leaf_is_its_own_gradient(self, x):
        x.retain_grad()
        x.backward(np.array([2.0, 3.0]))
        np.testing.assert_array_equal(x.grad.data, [2, 3])

    def test_a_result_whose_gradient_was_wanted_may_go_away(self, x):
        y = x * 2
        y.retain_grad()
        loss = y.sum()
        del y
        loss.backward()
        np.testing.assert_array_equal(x.grad.data, [2, 2])

    def test_one_number_becomes_a_number(self):
        assert int(Tensor(3.7)) == 3
        assert bool(Tensor([0.0])) is False
        assert Tensor([1.0, 2.0]).numpy().tolist() == [1.0, 2.0]
        assert [t.item() for t in Tensor([1.0, 2.0])] == [1.0, 2.0]

    def test_what_it_says_of_itself(self, x):
        assert repr(x) == "Tensor([1., 2.], requires_grad=True)"
        assert repr((x * 2).float()) == "Tensor([2., 4.], dtype=float32, grad_fn=to)"

    def test_a_result_is_bound_anew_where_a_parameter_is_refused(self, x):
        total = first = x * 2
        total += x
        total -= 1
        total *= 2
        total /= 4
        np.testing.assert_array_equal(total.data, [1, 2.5])
        np.testing.assert_array_equal(first.data, [2, 4])
        total.sum().backward()
        np.testing.assert_array_equal(x.grad.data, [1.5, 1.5])
        numbers = Tensor([1.0])
        numbers += 1
        assert numbers.tolist() == [2.0]

    def test_an_array_takes_a_tensor_in_place_and_nothing_else(self):
        array = np.ones(2)
        array -= Tensor([1.0, 2.0])
        assert array.tolist() == [0, -1]
        with pytest.raises(TypeError, match=r"np\.add does not record"):
            np.add(array, Tensor([1.0, 2.0]), where=[True, False])

    def test_one_number_has_one_axis_when_it_is_flattened(self):
        x = Tensor(2.0, requires_grad=True)
        x.flatten().sum().backward()
        assert (x.flatten().shape, x.grad.shape) == ((1,), ())

    def test_an_extreme_may_keep_its_axis(self):
        values, indices = Tensor([[1.0, 3.0], [2.0, 0.0]]).max(dim=1, keepdim=True)
        assert (values.tolist(), indices.tolist()) == ([[3.0], [2.0]], [[1], [0]])


class TestLayers:
    @pytest.mark.parametrize("name", ["conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d"])
    @pytest.mark.parametrize("wanted", range(3))
    def test_a_convolution_gives_only_the_gradients_that_are_wanted(self, name, wanted):
        axes = int(name[-2])
        shapes = (2, 3, *(5,) * axes), (3, 3, *(2,) * axes), (3,)
        alone, together = (
            [
                Tensor(np.full(shape, 0.5), requires_grad=chosen in (number, None))
                for number, shape in enumerate(shapes)
            ]
            for chosen in (wanted, None)
        )
        for tensors in (alone, together):
            (getattr(F, name)(*tensors) ** 2).sum().backward()
        for number, (one, other) in enumerate(zip(alone, together, strict=True)):
            if number == wanted:
                np.testing.assert_array_equal(one.grad.data, other.grad.data)
            else:
                assert one.grad is None

    @pytest.mark.parametrize(
        ("layer", "said"),
        [
            (nn.MultiheadAttention(6, 3), "MultiheadAttention(\n  (out_proj): Linear(6, 6)\n)"),
            (nn.PositionalEncoding(6), "PositionalEncoding(6)"),
            (nn.LSTMCell(3, 4), "LSTMCell(3, 4)"),
            (nn.GRU(3, 4), "GRU(3, 4)"),
            (
                nn.LSTM(3, 4, 2, False, True, 0.5, True),
                "LSTM(3, 4, num_layers=2, bias=False, batch_first=True, dropout=0.5, "
                "bidirectional=True)",
            ),
            (
                nn.ConvLSTMCell(3, 2),
                "ConvLSTMCell(\n  (conv): Conv2d(5, 8, kernel_size=3, padding=1)\n)",
            ),
        ],
    )
    def test_what_a_layer_says_of_itself(self, layer, said):
        assert repr(layer) == said

    def test_there_and_back_between_float_types(self):
        model = nn.Linear(2, 1)
        before = model.state_dict()["weight"]
        np.testing.assert_allclose(model.float().double().weight.data, before, rtol=1e-6)
        assert model.weight.dtype == np.float64

    def test_a_summary_of_what_returns_no_tensor(self):
        class Counts(nn.Module):
            def forward(self, x):
                return {"seen": len(x)}

        assert nn.summary(Counts(), np.ones((2, 3))).lines[0].output == ""

    def test_a_recurrent_layer_of_ones_own_needs_its_walk(self):
        from dlcourse.nn.recurrent import Recurrent

        with pytest.raises(NotImplementedError):
            Recurrent(2, 3)(np.ones((4, 1, 2)))


class TestOptimisersAndFiles:
    def test_what_is_not_finished_says_what_is_missing(self, x):
        class Empty(optim.Optimizer):
            pass

        x.grad = Tensor([1.0, 1.0])
        with pytest.raises(NotImplementedError, match=r"Empty has no updated\(\)"):
            Empty([x], lr=0.1).step()
        with pytest.raises(NotImplementedError, match=r"LRScheduler has no rate\(\)"):
            LRScheduler(optim.SGD([x]))

    def test_numbers_of_numpy_are_saved_as_numbers(self, x, tmp_path):
        model = nn.Linear(1, 1)
        optimiser = optim.SGD(model.parameters(), lr=np.float32(0.5))
        save_checkpoint(tmp_path / "a.safetensors", model, optimiser)
        again = optim.SGD(model.parameters(), lr=0.1)
        load_checkpoint(tmp_path / "a.safetensors", model, again)
        assert again.param_groups[0]["lr"] == 0.5

    def test_a_failure_while_writing_leaves_the_old_file_and_nothing_else(self, tmp_path):
        path, model = tmp_path / "a.safetensors", nn.Linear(1, 1)
        save_checkpoint(path, model, epoch=1)
        before = path.read_bytes()
        with pytest.raises(AttributeError):
            save_checkpoint(path, model, epoch=object())
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_a_type_that_the_format_does_not_know(self, tmp_path):
        if np.dtype(np.longdouble) == np.float64:
            pytest.skip("there are no longer floats on this machine")
        with pytest.raises(TypeError, match="safetensors does not know"):
            save(tmp_path / "a.safetensors", {"w": np.ones(1, np.longdouble)})

    def test_without_torch_it_is_said_how_to_get_it(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "torch", None)
        with pytest.raises(ModuleNotFoundError, match="pip install torch"):
            to_torch({})


@pytest.mark.parametrize(
    ("expression", "count", "texts"),
    [
        ("X @ W.T", 2, ["X", "W.T"]),
        ("-x", 1, ["x"]),
        ("x.relu()", 1, ["x"]),
        ("f(x, y)", 2, ["x", "y"]),
        ("x +", 2, None),
        ("lambda: 3", 1, None),
    ],
)
def test_the_inputs_of_an_expression(expression, count, texts):
    assert operand_texts(expression, count) == texts
