"""Data in mini-batches, with the names and arguments of ``torch.utils.data``."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from dlcourse.data.dataset import Dataset
from dlcourse.random import default_generator
from dlcourse.tensor import Tensor

Examples = Dataset | tuple[np.ndarray | Tensor, ...] | np.ndarray | Sequence


class DataLoader:
    """Walks through all examples in batches, each time anew; ``len`` is the number of batches.

    ``dataset``: a Dataset, an array with one example a row, a tuple of such arrays (inputs,
    targets), or a sequence of examples such as a list. A batch has the same parts, as tensors with
    one axis more at the front. ``shuffle``: another order in each walk, drawn from ``generator``
    or, without one, from the generator of ``manual_seed``. ``drop_last`` leaves out a last batch
    that is smaller. ``collate_fn`` makes a batch of a list of examples, where stacking them is not
    what is wanted.

    Raises ValueError for arrays of different lengths, a batch size below 1, and examples of
    different shapes.

    >>> X, y = np.arange(10.0).reshape(5, 2), np.arange(5)
    >>> loader = DataLoader((X, y), batch_size=2)
    >>> len(loader)
    3
    >>> for inputs, targets in loader:
    ...     print(inputs.shape, targets)
    (2, 2) Tensor([0, 1], dtype=int64)
    (2, 2) Tensor([2, 3], dtype=int64)
    (1, 2) Tensor([4], dtype=int64)
    """

    def __init__(
        self,
        dataset: Examples,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        collate_fn: Callable[[list], object] | None = None,
        generator: np.random.Generator | None = None,
    ):
        if batch_size < 1:
            raise ValueError(f"A batch has at least one example, not {batch_size}.")
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.collate_fn, self.generator = drop_last, collate_fn, generator
        self._columns, self._count = _columns(dataset), _count(dataset)

    def __len__(self):
        batches = self._count / self.batch_size
        return math.floor(batches) if self.drop_last else math.ceil(batches)

    def __iter__(self) -> Iterator:
        order = np.arange(self._count)
        if self.shuffle:
            (self.generator or default_generator()).shuffle(order)
        for number in range(len(self)):
            chosen = order[number * self.batch_size : (number + 1) * self.batch_size]
            yield self._batch(chosen)

    def _batch(self, chosen):
        columns = self._columns
        if self.collate_fn is not None:
            if columns is None:
                return self.collate_fn([self.dataset[i] for i in chosen.tolist()])
            rows = [tuple(column[i] for column in columns) for i in chosen]
            return self.collate_fn([row[0] for row in rows] if len(columns) == 1 else rows)
        if columns is None:
            return _stacked([self.dataset[i] for i in chosen.tolist()])
        parts = tuple(Tensor(column[chosen]) for column in columns)
        return parts[0] if isinstance(self.dataset, np.ndarray | Tensor) else parts


def random_split(
    dataset: Examples,
    lengths: Sequence[int] | Sequence[float],
    generator: np.random.Generator | None = None,
) -> list[Examples]:
    """The examples in random order, in parts of these lengths, each of the kind of ``dataset``.

    ``lengths`` add up to the number of examples; or they are shares that add up to 1, where the
    last part gets what rounding leaves. Raises ValueError otherwise.

    >>> train, test = random_split(np.arange(10), [0.8, 0.2])
    >>> len(train), len(test)
    (8, 2)
    """
    count = _count(dataset)
    sizes = list(lengths)
    if math.isclose(sum(sizes), 1) and any(size != int(size) for size in sizes):
        sizes = [math.floor(count * share) for share in sizes[:-1]]
        sizes.append(count - sum(sizes))
    if sum(sizes) != count:
        raise ValueError(f"{sizes} add up to {sum(sizes)}, but there are {count} examples.")
    order = (generator or default_generator()).permutation(count)
    return [_part(dataset, chosen) for chosen in np.split(order, np.cumsum(sizes[:-1]))]


def _columns(dataset):
    """The arrays that hold the examples as their rows; None for a sequence of examples."""
    if isinstance(dataset, Dataset):
        return [dataset.inputs, dataset.targets]
    if isinstance(dataset, np.ndarray | Tensor):
        dataset = (dataset,)
    if isinstance(dataset, tuple) and all(isinstance(x, np.ndarray | Tensor) for x in dataset):
        return [Tensor(column).data for column in dataset]
    return None


def _count(dataset):
    columns = _columns(dataset)
    if columns is None:
        return len(dataset)
    lengths = {len(column) for column in columns}
    if len(lengths) != 1:
        raise ValueError(
            f"The arrays hold {' and '.join(str(len(column)) for column in columns)} examples: "
            "each input needs its target."
        )
    return lengths.pop()


def _part(dataset, chosen):
    if isinstance(dataset, Dataset):
        return replace(dataset, inputs=dataset.inputs[chosen], targets=dataset.targets[chosen])
    columns = _columns(dataset)
    if columns is None:
        return [dataset[i] for i in chosen.tolist()]
    parts = tuple(column[chosen] for column in columns)
    return parts if isinstance(dataset, tuple) else parts[0]


def _stacked(examples):
    """One batch of examples: tensors with an axis more, or a tuple of them."""
    if isinstance(examples[0], tuple | list):
        return tuple(_stacked(list(part)) for part in zip(*examples, strict=True))
    arrays = [Tensor(example).data for example in examples]
    shapes = {array.shape for array in arrays}
    if len(shapes) > 1:
        raise ValueError(
            f"Examples of the shapes {' and '.join(map(str, sorted(shapes)))} do not stack to a "
            "batch. Give a collate_fn that pads them to one length."
        )
    return Tensor(np.stack(arrays))
