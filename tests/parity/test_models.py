"""Whole models: their state goes to PyTorch and back bit for bit, and both learn the same."""

from types import SimpleNamespace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from parity.compared import compares  # noqa: E402

from dlcourse import Tensor, manual_seed, nn, optim  # noqa: E402
from dlcourse import functional as F  # noqa: E402
from dlcourse.interop import from_torch, to_torch  # noqa: E402

OURS = SimpleNamespace(nn=nn, functional=F)
THEIRS = SimpleNamespace(nn=torch.nn, functional=torch.nn.functional)
STEPS = 20
OPTIMISERS = {
    "SGD": {"lr": 0.05, "momentum": 0.9, "weight_decay": 1e-3},
    "Adam": {"lr": 0.01},
}


def mlp(home):
    nn = home.nn
    return nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 3))


def cnn(home):
    nn = home.nn
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6), nn.GELU(), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(6, 3),
    )  # fmt: skip


def lstm(home):
    class Classifier(home.nn.Module):
        """The words of a sentence, read both ways: the mean of what was remembered of each."""

        def __init__(self):
            super().__init__()
            self.words = home.nn.Embedding(9, 4, padding_idx=0)
            self.lstm = home.nn.LSTM(4, 5, num_layers=2, batch_first=True, bidirectional=True)
            self.head = home.nn.Linear(10, 3)

        def forward(self, x):
            return self.head(self.lstm(self.words(x))[0].mean(1))

    return Classifier()


def transformer(home):
    class Encoder(home.nn.Module):
        """A Transformer over words, each with a learnt vector for its place."""

        def __init__(self):
            super().__init__()
            self.words, self.places = home.nn.Embedding(9, 8), home.nn.Embedding(7, 8)
            layer = home.nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
            self.encoder = home.nn.TransformerEncoder(layer, 2, home.nn.LayerNorm(8))
            self.head = home.nn.Linear(8, 3)

        def forward(self, x):
            places = np.arange(7) if home is OURS else torch.arange(7)
            return self.head(self.encoder(self.words(x) + self.places(places)).mean(1))

    return Encoder()


def branches(home):
    class Branches(home.nn.Module):
        """Layers in a list and heads in a dict, one of which is used twice."""

        def __init__(self):
            super().__init__()
            self.layers = home.nn.ModuleList([home.nn.Linear(6, 6) for _ in range(3)])
            self.heads = home.nn.ModuleDict({"a": home.nn.Linear(6, 3), "b": home.nn.Linear(6, 3)})

        def forward(self, x):
            for layer in self.layers:
                x = x + home.functional.silu(layer(x))
            return self.heads["a"](x) + self.heads["b"](x * x) + self.heads["a"](-x)

    return Branches()


def numbers(*shape):
    return lambda rng: rng.normal(size=shape)


def words(*shape):
    return lambda rng: rng.integers(0, 9, shape)


MODELS = {
    mlp: numbers(10, 6),
    cnn: numbers(10, 2, 8, 8),
    lstm: words(10, 7),
    transformer: words(10, 7),
    branches: numbers(10, 6),
}
EACH_MODEL = pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)


def twins(make):
    """Our model and PyTorch's with the state of ours."""
    manual_seed(0)
    mine, theirs = make(OURS), make(THEIRS).double()
    theirs.load_state_dict(to_torch(mine.state_dict()))
    return mine, theirs


def batches(make, count):
    """The same batches in every call: inputs and their class numbers."""
    rng = np.random.default_rng(1)
    return [(MODELS[make](rng), rng.integers(0, 3, 10)) for _ in range(count)]


def our_losses(model, optimiser, data):
    for inputs, targets in data:
        loss = F.cross_entropy(model(Tensor(inputs)), targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        yield loss.item()


def their_losses(model, optimiser, data):
    for inputs, targets in data:
        output = model(torch.tensor(inputs))
        loss = torch.nn.functional.cross_entropy(output, torch.tensor(targets))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        yield loss.item()


def bits(state):
    return {name: (a.dtype.str, a.shape, a.tobytes()) for name, a in state.items()}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@EACH_MODEL
def test_a_state_goes_to_torch_and_back_bit_for_bit(make, dtype):
    manual_seed(0)
    mine, theirs, again = make(OURS).to(dtype), make(THEIRS), make(OURS).to(dtype)
    theirs.double() if dtype is np.float64 else theirs.float()
    sent = mine.state_dict()
    theirs.load_state_dict(to_torch(sent))
    returned = from_torch(theirs.state_dict())
    assert list(returned) == list(sent)
    assert bits(returned) == bits(sent)
    assert bits(again.state_dict()) != bits(sent)
    again.load_state_dict(returned)
    assert bits(again.state_dict()) == bits(sent)


@EACH_MODEL
def test_a_state_that_torch_has_trained_comes_back_bit_for_bit(make):
    """So that no start value, such as a running mean of 0, hides a number that got lost."""
    mine, theirs = twins(make)
    list(their_losses(theirs, torch.optim.Adam(theirs.parameters()), batches(make, 3)))
    mine.load_state_dict(from_torch(theirs.state_dict()))
    assert bits(mine.state_dict()) == bits(from_torch(theirs.state_dict()))
    inputs = batches(make, 1)[0][0]
    with torch.no_grad():
        expected = theirs.eval()(torch.tensor(inputs)).numpy()
    np.testing.assert_allclose(mine.eval()(Tensor(inputs)).data, expected, rtol=1e-9, atol=1e-11)


@compares("Linear", "Sequential", "ModuleList", "ModuleDict")
@pytest.mark.parametrize("name", OPTIMISERS)
@EACH_MODEL
def test_twenty_steps_of_training_give_the_same_losses(make, name):
    mine, theirs = twins(make)
    optimisers = [
        getattr(home, name)(model.parameters(), **OPTIMISERS[name])
        for home, model in ((optim, mine), (torch.optim, theirs))
    ]
    data = 4 * batches(make, STEPS // 4)
    losses = list(our_losses(mine, optimisers[0], data))
    expected = list(their_losses(theirs, optimisers[1], data))
    assert len(losses) == STEPS
    np.testing.assert_allclose(losses, expected, rtol=1e-9, atol=0)
    assert np.mean(losses[-5:]) < np.mean(losses[:5])  # something was learnt
    for key, array in from_torch(theirs.state_dict()).items():
        np.testing.assert_allclose(mine.state_dict()[key], array, rtol=1e-7, atol=1e-9)
