"""A learnt vector for each word."""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.module import Module, Parameter
from dlcourse.random import default_generator


class Embedding(Module):
    """A table with a learnt row for each word: whole numbers (...) → (..., embedding_dim).

    ``weight`` (num_embeddings, embedding_dim) starts normal with variance 1; the row
    ``padding_idx`` starts as 0 and gets no gradient. Raises IndexError for a row that does not
    exist, TypeError if the input is not of integers.

    >>> Embedding(10, 3)([[1, 2, 4], [4, 3, 9]]).shape
    (2, 3, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        dtype=np.float64,
        generator: np.random.Generator | None = None,
    ):
        super().__init__()
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx
        generator = generator or default_generator()
        rows = generator.normal(size=(num_embeddings, embedding_dim)).astype(dtype)
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise IndexError(
                    f"Embedding: padding_idx={padding_idx} is no row of a table of "
                    f"{num_embeddings}."
                )
            rows[padding_idx] = 0
        self.weight = Parameter(rows)

    def forward(self, x):
        return F.embedding(x, self.weight, self.padding_idx)

    def extra_repr(self):
        return f"{self.num_embeddings}, {self.embedding_dim}"
