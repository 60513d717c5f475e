"""States and checkpoints in files: safetensors or .npz, never pickle, which runs what it reads.

A file is replaced as a whole: whatever happens while it is written, the old one is there until the
new one is complete.
"""

import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np

from dlcourse import safetensors
from dlcourse.nn.module import Module
from dlcourse.optim.optimizer import Optimizer
from dlcourse.optim.schedule import LRScheduler
from dlcourse.random import default_generator


def save(path: str | Path, state: dict[str, np.ndarray]) -> None:
    """Write named arrays, such as ``model.state_dict()``, to ``.safetensors`` or ``.npz``.

    Raises ValueError for another ending, TypeError for what is not an array of numbers.

    >>> import tempfile
    >>> from dlcourse import saving
    >>> path = Path(tempfile.mkdtemp()) / "numbers.safetensors"
    >>> saving.save(path, {"a": np.array([1.0, 2.0])})
    >>> saving.load(path)
    {'a': array([1., 2.])}
    """
    ending = _ending(path)
    arrays = {name: np.asarray(value) for name, value in state.items()}
    for name, array in arrays.items():
        if array.dtype.kind not in "fiub":
            raise TypeError(f"{name} holds {array.dtype}; only numbers are saved.")
    with _replacing(path) as stream:
        if ending == ".safetensors":
            safetensors.write(stream, arrays)
        else:
            with zipfile.ZipFile(stream, "w") as archive:
                for name, array in arrays.items():
                    with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                        np.lib.format.write_array(entry, array, allow_pickle=False)


def load(path: str | Path) -> dict[str, np.ndarray]:
    """The named arrays of a file; ``model.load_state_dict(load(path))`` says what does not fit.

    Raises ValueError for another ending than ``.safetensors`` or ``.npz``, for a file that is not
    whole, and for one with pickled objects.

    >>> import tempfile
    >>> from dlcourse import nn, saving
    >>> path, model = Path(tempfile.mkdtemp()) / "layer.npz", nn.Linear(2, 1)
    >>> saving.save(path, model.state_dict())
    >>> nn.Linear(2, 1).load_state_dict(saving.load(path))
    """
    if _ending(path) == ".safetensors":
        return safetensors.read(path)[0]
    try:
        with np.load(path, allow_pickle=False) as archive:
            return dict(archive)
    except (EOFError, zipfile.BadZipFile, ValueError, TypeError) as error:
        raise ValueError(f"{path} is no whole .npz file of numbers: {error}") from None


def save_checkpoint(
    path: str | Path,
    model: Module,
    optimiser: Optimizer | None = None,
    schedule: LRScheduler | None = None,
    generator: np.random.Generator | None = None,
    epoch: int = 0,
) -> None:
    """Write all that a training needs to go on, as a safetensors file.

    ``generator`` is the one that the data are shuffled with; the generator of ``manual_seed`` is
    saved always. ``epoch`` is how many are done.

    Raises OSError where the file cannot be written; an older file is then as it was.

    >>> import tempfile
    >>> from dlcourse import nn, saving
    >>> path, model = Path(tempfile.mkdtemp()) / "training.safetensors", nn.Linear(2, 1)
    >>> saving.save_checkpoint(path, model, epoch=3)
    >>> saving.load_checkpoint(path, model)
    3
    """
    arrays = {f"model.{name}": array for name, array in model.state_dict().items()}
    rest = {"epoch": epoch, "default_generator": default_generator().bit_generator.state}
    if generator is not None:
        rest["generator"] = generator.bit_generator.state
    if schedule is not None:
        rest["schedule"] = schedule.state_dict()
    if optimiser is not None:
        state = optimiser.state_dict()
        rest["param_groups"], rest["numbers"] = state["param_groups"], []
        for number, kept in state["state"].items():
            for name, value in kept.items():
                if isinstance(value, np.ndarray):
                    arrays[f"optimiser.{number}.{name}"] = value
                else:
                    rest["numbers"].append([number, name, value])
    with _replacing(path) as stream:
        safetensors.write(stream, arrays, {"checkpoint": json.dumps(rest, default=_plain)})


def load_checkpoint(
    path: str | Path,
    model: Module,
    optimiser: Optimizer | None = None,
    schedule: LRScheduler | None = None,
    generator: np.random.Generator | None = None,
) -> int:
    """Set all that is given to what ``save_checkpoint`` wrote; returns the epochs that are done.

    Raises ValueError for a file that is not whole or not a checkpoint, KeyError for parts, names
    of parameters or shapes that do not fit. Then nothing has changed.

    >>> import tempfile
    >>> from dlcourse import nn, saving
    >>> path, model = Path(tempfile.mkdtemp()) / "training.safetensors", nn.Linear(2, 1)
    >>> saving.save_checkpoint(path, model, epoch=3)
    >>> model.weight.data = [[0.0, 0.0]]
    >>> epochs_done = saving.load_checkpoint(path, model)
    >>> bool(model.weight.data.any())
    True
    """
    arrays, texts = safetensors.read(path)
    if "checkpoint" not in texts:
        raise ValueError(f"{path} is no checkpoint; load() reads the arrays of any file.")
    rest = json.loads(texts["checkpoint"])
    wanted = {"param_groups": optimiser, "schedule": schedule, "generator": generator}
    missing = [name for name, part in wanted.items() if part is not None and name not in rest]
    if missing:
        raise KeyError(f"{path} was saved without {', '.join(missing)}.")
    before = model.state_dict()
    model.load_state_dict(_below("model.", arrays))
    try:
        if optimiser is not None:
            optimiser.load_state_dict(_optimiser_state(arrays, rest))
    except ValueError:
        model.load_state_dict(before)
        raise
    if schedule is not None:
        schedule.load_state_dict(rest["schedule"])
    if generator is not None:
        generator.bit_generator.state = rest["generator"]
    default_generator().bit_generator.state = rest["default_generator"]
    return rest["epoch"]


def _optimiser_state(arrays, rest):
    state = {}
    for name, array in _below("optimiser.", arrays).items():
        number, name = name.split(".", 1)
        state.setdefault(int(number), {})[name] = array
    for number, name, value in rest["numbers"]:
        state.setdefault(number, {})[name] = value
    return {"state": state, "param_groups": rest["param_groups"]}


def _below(prefix, arrays):
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }


def _plain(value):
    """A NumPy number as Python's, for JSON."""
    return value.tolist()


def _ending(path):
    ending = Path(path).suffix
    if ending not in (".safetensors", ".npz"):
        raise ValueError(
            f"{path} ends with {ending!r}; .safetensors or .npz is wanted. Pickled files (.pt, "
            ".pth, .pkl) run code when they are loaded, so they are not read: convert them with "
            "PyTorch and dlcourse.interop.from_torch."
        )
    return ending


@contextmanager
def _replacing(path: str | Path) -> Iterator[BinaryIO]:
    """A stream whose content takes the place of the file once it is complete and on the disk."""
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the folder's entry reaches the disk too
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
