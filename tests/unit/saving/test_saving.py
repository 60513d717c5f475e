"""Files: what was saved comes back, what is not whole is refused, an old file outlives a kill."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from dlcourse import Tensor, manual_seed, nn, optim, safetensors
from dlcourse import functional as F
from dlcourse.data import DataLoader
from dlcourse.optim import lr_scheduler
from dlcourse.random import default_generator
from dlcourse.saving import load, load_checkpoint, save, save_checkpoint
from dlcourse.training import fit

ROOT = Path(__file__).parents[3]
STATE = {
    "0.weight": np.arange(6.0).reshape(2, 3),
    "0.bias": np.array([0.5, -1.0], np.float32),
    "turned": np.arange(6, dtype=np.float32).reshape(2, 3).T,
    "steps": np.array(7),
    "none": np.zeros((0, 3)),
    "mask": np.array([True, False]),
    "big": np.arange(3, dtype=">i4"),
    "file": np.array([1, 2], np.uint8),
    "é/ü": np.array([1.5], np.float16),
}


@pytest.mark.parametrize("ending", ["safetensors", "npz"])
def test_what_was_saved_comes_back(tmp_path, ending):
    path = tmp_path / f"state.{ending}"
    save(path, STATE)
    found = load(path)
    assert found.keys() == STATE.keys()
    for name, array in STATE.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype.newbyteorder("<") or ending == "npz"
        assert found[name].shape == array.shape
        found[name][...] = 1  # not read-only
    assert os.listdir(tmp_path) == [path.name]


def test_the_bytes_are_those_of_the_format(tmp_path):
    header = (
        b'{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},'
        b'"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}'
    )
    header += b" " * (-len(header) % 8)
    numbers = b"\0\0\x80\x3f\0\0\0\xc0" + b"\xfe" + b"\xff" * 7  # 1, −2 and −2
    expected = len(header).to_bytes(8, "little") + header + numbers
    path = tmp_path / "made.safetensors"
    save(path, {"a": np.array([[1, -2]], np.float32), "b": np.array(-2)})
    assert path.read_bytes() == expected
    path.write_bytes(expected)
    assert load(path)["a"].tolist() == [[1.0, -2.0]]
    assert load(path)["b"] == -2


def test_the_package_safetensors_reads_and_writes_the_same(tmp_path):
    package = pytest.importorskip("safetensors.numpy")
    state = {name: array for name, array in STATE.items() if name != "big"}
    save(tmp_path / "ours.safetensors", state)
    package.save_file(
        {name: np.ascontiguousarray(array) for name, array in state.items()},
        tmp_path / "theirs.safetensors",
    )
    for found in (
        package.load_file(tmp_path / "ours.safetensors"),
        load(tmp_path / "theirs.safetensors"),
    ):
        for name, array in state.items():
            np.testing.assert_array_equal(found[name].reshape(array.shape), array)


def content(header, numbers=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + numbers


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ends after 0 bytes|Expecting value"),
        (b"\xff" * 20, "ends after 20 bytes, within its header"),
        (content({"a": entry()}, b"\0" * 8)[:-1], "tells of 8 bytes, but 7 follow"),
        (content({"a": entry()}, b"\0" * 9), "tells of 8 bytes, but 9 follow"),
        (content({"a": entry(offsets=(4, 12))}, b"\0" * 12), "before it end at 0"),
        (content({"a": entry(), "b": entry()}, b"\0" * 8), r"b \(2,\) lies at 0 to 8, but.* at 8"),
        (content({"a": entry(shape=(3,))}, b"\0" * 8), "it has 12 bytes"),
        (content({"a": entry(shape=(-1, -2))}, b"\0" * 8), "whole safetensors"),
        (content({"a": entry("BF16", (4,))}, b"\0" * 8), "BF16, which NumPy does not have"),
        (content({"a": {"dtype": "F32"}}, b"\0" * 8), "data_offsets"),
        (content(b"[1]"), "whole safetensors"),
        (content(b"{nonsense"), "whole safetensors"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(tmp_path, data, said):
    path = tmp_path / "broken.safetensors"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=f"no whole safetensors file: .*({said})|{said}"):
        load(path)


@pytest.mark.parametrize("write", [
    lambda path: path.write_bytes(pickle.dumps({"a": 1})),
    lambda path: np.savez(path, a=np.array([{}], dtype=object)),
    lambda path: path.write_bytes(b""),
    lambda path: (np.savez(path, a=np.ones(99)), path.write_bytes(path.read_bytes()[:-40])),
    lambda path: np.save(path.open("wb"), np.ones(3)),
])  # fmt: skip
def test_nothing_pickled_and_no_broken_archive_is_read(tmp_path, write):
    path = tmp_path / "state.npz"
    write(path)
    with pytest.raises(ValueError, match=r"no whole \.npz file of numbers"):
        load(path)


@pytest.mark.parametrize("ending", ["safetensors", "npz"])
def test_what_cannot_be_saved_leaves_the_old_file(tmp_path, ending):
    path = tmp_path / f"state.{ending}"
    save(path, {"a": np.ones(2)})
    with pytest.raises(TypeError, match="b holds object"):
        save(path, {"a": np.zeros(2), "b": np.array([{}], dtype=object)})
    assert load(path)["a"].tolist() == [1.0, 1.0]
    assert os.listdir(tmp_path) == [path.name]


def test_another_ending_is_refused(tmp_path):
    for act in (lambda path: save(path, STATE), load):
        with pytest.raises(ValueError, match=r"'\.pt'; .safetensors or .npz.*run code"):
            act(tmp_path / "model.pt")


class Noisy(nn.Module):
    """Linear layers with noise of the default generator between them, as dropout has."""

    def __init__(self, width=4):
        super().__init__()
        self.first, self.second = nn.Linear(2, width), nn.Linear(width, 1)

    def forward(self, x):
        hidden = F.tanh(self.first(x))
        return self.second(hidden * (default_generator().random(hidden.shape) < 0.8))


def training(optimiser="Adam", schedule="StepLR"):
    manual_seed(0)
    model = Noisy()
    options = {"SGD": {"lr": 0.05, "momentum": 0.9}}.get(optimiser, {"lr": 0.05})
    optimiser = getattr(optim, optimiser)(model.parameters(), **options)
    cycles = not isinstance(optimiser, optim.Adagrad)
    settings = {
        "StepLR": {"step_size": 2},
        "OneCycleLR": {"max_lr": 0.1, "total_steps": 40, "cycle_momentum": cycles},
        "ReduceLROnPlateau": {"patience": 0},
    }
    schedule = getattr(lr_scheduler, schedule)(optimiser, **settings[schedule])
    X = np.random.default_rng(1).normal(size=(10, 2))
    generator = np.random.default_rng(2)
    loader = DataLoader((X, X[:, :1] - X[:, 1:]), 3, shuffle=True, generator=generator)

    def run(epochs):
        return fit(model, loader, F.mse_loss, optimiser, epochs, schedule=schedule, report=None)

    return run, (model, optimiser, schedule, generator)


@pytest.mark.parametrize("optimiser", ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"])
@pytest.mark.parametrize("schedule", ["StepLR", "OneCycleLR", "ReduceLROnPlateau"])
def test_a_resumed_training_gives_the_numbers_of_an_uninterrupted_one(
    tmp_path, optimiser, schedule
):
    run, whole = training(optimiser, schedule)
    losses = run(6).loss
    run, parts = training(optimiser, schedule)
    run(2)
    save_checkpoint(tmp_path / "run", *parts, epoch=2)
    run, parts = training(optimiser, schedule)
    run(1)  # everything has moved elsewhere by now
    assert load_checkpoint(tmp_path / "run", *parts) == 2
    assert run(4).loss == losses[2:]
    for name, array in whole[0].state_dict().items():
        np.testing.assert_array_equal(parts[0].state_dict()[name], array)
    assert parts[1].param_groups[0]["lr"] == whole[1].param_groups[0]["lr"]


def test_a_checkpoint_that_does_not_fit_changes_nothing(tmp_path):
    run, (model, optimiser, schedule, generator) = training()
    run(1)
    save_checkpoint(tmp_path / "run", model, optimiser)
    saved = model.state_dict()
    with pytest.raises(ValueError, match=r"'first.weight': '\(4, 2\) for \(5, 2\)'"):
        load_checkpoint(tmp_path / "run", Noisy(5))
    with pytest.raises(KeyError, match=r"missing \['bias', 'weight'\].*unknown \['first.bias'"):
        load_checkpoint(tmp_path / "run", nn.Linear(2, 4))
    with pytest.raises(KeyError, match="saved without schedule, generator"):
        load_checkpoint(tmp_path / "run", model, optimiser, schedule, generator)
    other = Noisy()
    weights, kept = other.state_dict(), default_generator().bit_generator.state
    with pytest.raises(ValueError, match=r"groups with \[4\] parameters; this optimiser has \[3\]"):
        load_checkpoint(tmp_path / "run", other, optim.Adam(list(other.parameters())[:3]))
    np.testing.assert_array_equal(other.first.weight.data, weights["first.weight"])
    assert default_generator().bit_generator.state == kept
    save(tmp_path / "plain.safetensors", model.state_dict())
    with pytest.raises(ValueError, match="no checkpoint"):
        load_checkpoint(tmp_path / "plain.safetensors", model)
    assert load_checkpoint(tmp_path / "run", model) == 0  # the weights alone
    np.testing.assert_array_equal(model.first.weight.data, saved["first.weight"])


KILLED = """
import sys
import numpy as np
from dlcourse import nn
from dlcourse.saving import save_checkpoint

model = nn.Linear(300, 300)
number = 0
while True:
    number += 1
    for parameter in model.parameters():
        parameter.data = np.full(parameter.shape, float(number))
    save_checkpoint(sys.argv[1], model, epoch=number)
    if number == 1:
        print("saved", flush=True)
"""


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.03, 0.1])
def test_a_kill_while_writing_leaves_a_whole_checkpoint(tmp_path, seconds):
    path = tmp_path / "run"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "saved\n"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    model = nn.Linear(300, 300)
    epoch = load_checkpoint(path, model)
    assert epoch >= 1
    assert {float(x) for p in model.parameters() for x in np.unique(p.data)} == {float(epoch)}


def test_a_kill_before_the_new_file_is_complete_leaves_the_old_one(tmp_path):
    path = tmp_path / "state.npz"
    save(path, {"a": np.ones(3)})
    code = (
        "import os, sys, time, numpy as np; from dlcourse.saving import save\n"
        "os.fsync = lambda handle: (print('writing', flush=True), time.sleep(60))\n"
        "save(sys.argv[1], {'a': np.zeros(3)})"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "writing\n"
        process.kill()
    assert load(path)["a"].tolist() == [1.0, 1.0, 1.0]


def test_texts_come_back_beside_the_arrays(tmp_path):
    path = tmp_path / "noted.safetensors"
    with path.open("wb") as stream:
        safetensors.write(stream, {"a": np.ones(1)}, {"note": "über"})
    arrays, texts = safetensors.read(path)
    assert (arrays["a"].tolist(), texts) == ([1.0], {"note": "über"})


def test_states_go_to_torch_and_back_unchanged():
    torch = pytest.importorskip("torch")
    from dlcourse.interop import from_torch, to_torch

    state = {name: array for name, array in STATE.items() if name != "big"}
    tensors = to_torch(state)
    for name, array in from_torch(tensors).items():
        np.testing.assert_array_equal(array, state[name])
        assert array.dtype == state[name].dtype
    tensors["0.weight"][0, 0] = 99
    assert state["0.weight"][0, 0] == 0
    with pytest.raises(TypeError, match=r"w is torch.bfloat16.*\.float\(\)"):
        from_torch({"w": torch.ones(2, dtype=torch.bfloat16)})
    ours, theirs = nn.Linear(3, 2), torch.nn.Linear(3, 2).double()
    ours.load_state_dict(from_torch(theirs.state_dict()))
    x = np.ones((1, 3))
    expected = theirs(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours(Tensor(x)).data, expected, rtol=1e-14)
    theirs.load_state_dict(to_torch(ours.state_dict()))
