"""Attention in several heads, and where in the sequence something stands."""

import numpy as np

from dlcourse import functional as F
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module, Parameter
from dlcourse.random import default_generator
from dlcourse.tensor import Tensor


class Projections(Module):
    """The weights of attention in heads: those for query, key and value, and for the output.

    ``in_proj_weight`` (3·embed_dim, embed_dim) holds the first three one above the other. Raises
    ValueError for heads that do not divide ``embed_dim``.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True,
        batch_first: bool = False, dtype=np.float64, generator: np.random.Generator | None = None,
    ):  # fmt: skip
        super().__init__()
        if num_heads < 1 or embed_dim % num_heads:
            raise ValueError(
                f"MultiheadAttention: {num_heads} heads cannot share embed_dim={embed_dim} evenly. "
                "Choose num_heads among its divisors."
            )
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.dropout, self.batch_first = dropout, batch_first
        bound = np.sqrt(6 / (4 * embed_dim))
        start = (generator or default_generator()).uniform(
            -bound, bound, (3 * embed_dim, embed_dim)
        )
        self.in_proj_weight = Parameter(start.astype(dtype))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim, dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, dtype, generator)
        if bias:
            self.out_proj.bias.data[:] = 0

    def projected(self, x, number):
        """x Wᵀ + b with the block of query (0), key (1) or value (2)."""
        rows = slice(number * self.embed_dim, (number + 1) * self.embed_dim)
        y = x @ self.in_proj_weight[rows].T
        return y if self.in_proj_bias is None else y + self.in_proj_bias[rows]

    def extra_repr(self):
        return f"{self.embed_dim}, {self.num_heads}"


class MultiheadAttention(Projections):
    """Attention between projections of query, key and value, in ``num_heads`` heads side by side.

    Shapes: query (L, N, embed_dim), key and value (S, N, embed_dim), with ``batch_first`` (N, L,
    embed_dim) and so on → (output as query, weights). The weights are their mean over the heads
    (N, L, S), with ``average_attn_weights=False`` all heads (N, num_heads, L, S), None with
    ``need_weights=False``.

    In both masks True *hides* a key, as in PyTorch, and floats are added to the scores:
    ``attn_mask`` (L, S) or (N·num_heads, L, S), ``key_padding_mask`` (N, S). ``is_causal`` hides
    all later keys. ``dropout`` is the probability that a weight is dropped in training.

    Raises ValueError for shapes that do not fit, for heads that do not divide ``embed_dim``, or a
    query from which every key is hidden; TypeError for masks of integers.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> x = np.zeros((2, 7, 6))
    >>> output, weights = nn.MultiheadAttention(6, num_heads=3, batch_first=True)(x, x, x)
    >>> output.shape, weights.shape
    ((2, 7, 6), (2, 7, 7))
    """

    def forward(self, query, key, value, key_padding_mask=None, need_weights=True,
                attn_mask=None, average_attn_weights=True, is_causal=False):  # fmt: skip
        inputs = [x if isinstance(x, Tensor) else Tensor(x) for x in (query, key, value)]
        check(self, *(x.shape for x in inputs))
        projected = [self.projected(x, number) for number, x in enumerate(inputs)]
        if not self.batch_first:
            projected = [x.transpose(0, 1) for x in projected]
        query, key, value = projected
        mask = merged_mask(
            attn_mask, key_padding_mask, is_causal, self.num_heads, query.shape, key.shape[1]
        )
        weights = F.attention_weights(query, key, self.num_heads, mask)
        taken = weights
        if self.dropout:
            taken = F.dropout(weights, self.dropout, self.training)
        output = self.out_proj(F.weighted_values(taken, value))
        output = output if self.batch_first else output.transpose(0, 1)
        if not need_weights:
            return output, None
        return output, taken.mean(dim=1) if average_attn_weights else taken


def check(layer, query, key, value) -> None:
    """Raise ValueError for shapes of query, key and value that do not fit."""
    batch = 0 if layer.batch_first else 1
    if any(len(shape) != 3 or shape[2] != layer.embed_dim for shape in (query, key, value)) or not (
        key == value and query[batch] == key[batch]
    ):
        axes = ("(N, L, {0}) and (N, S, {0})" if layer.batch_first else
                "(L, N, {0}) and (S, N, {0})").format(layer.embed_dim)  # fmt: skip
        raise ValueError(
            f"MultiheadAttention: query {query}, key {key}, value {value}; with "
            f"batch_first={layer.batch_first} wanted are {axes} for key and value."
        )


def merged_mask(attn_mask, key_padding_mask, is_causal, num_heads, query, keys):
    """One mask that broadcasts to (N, heads, L, S): True lets through, floats are added."""
    examples, queries, _ = query
    hidden = []
    if is_causal:
        hidden.append(~np.tri(queries, keys, dtype=bool))
    if attn_mask is not None:
        per_head = examples * num_heads, queries, keys
        mask = checked_mask("attn_mask", attn_mask, (queries, keys), per_head)
        hidden.append(mask if mask.ndim == 2 else mask.reshape(examples, num_heads, queries, keys))
    if key_padding_mask is not None:
        mask = checked_mask("key_padding_mask", key_padding_mask, (examples, keys))
        hidden.append(mask[:, None, None, :])
    if not hidden:
        return None
    if all(mask.dtype == bool for mask in hidden):
        return ~np.logical_or.reduce(np.broadcast_arrays(*hidden))
    return sum(np.where(mask, -np.inf, 0.0) if mask.dtype == bool else mask for mask in hidden)


def checked_mask(name, mask, *shapes):
    """The mask as an array. Raises where its type or its shape does not fit."""
    mask = np.asarray(mask)
    if mask.dtype.kind not in "bf":
        raise TypeError(
            f"MultiheadAttention: {name} holds booleans, True where a key is hidden, or floats "
            f"to be added to the scores, not {mask.dtype}. Convert with .astype(bool)."
        )
    if mask.shape not in shapes:
        wanted = " or ".join(map(str, shapes))
        raise ValueError(f"MultiheadAttention: {name} has shape {mask.shape}; wanted is {wanted}.")
    return mask


def positional_encoding(length: int, d_model: int) -> np.ndarray:
    """Sines and cosines that tell positions apart (length, d_model), after Vaswani et al. (2017).

    Column 2i holds sin(t / 10000^(2i / d_model)) of position t, column 2i + 1 its cosine.

    >>> from dlcourse.nn.attention import positional_encoding
    >>> positional_encoding(2, 4).round(2)
    array([[0.  , 1.  , 0.  , 1.  ],
           [0.84, 0.54, 0.01, 1.  ]])
    """
    columns = np.arange(d_model)
    angles = np.arange(length)[:, None] / 10_000 ** (columns // 2 * 2 / d_model)
    return np.where(columns % 2, np.cos(angles), np.sin(angles))


class PositionalEncoding(Module):
    """x plus the sines and cosines of ``positional_encoding``.

    Shapes: x (T, N, d_model), with ``batch_first`` (N, T, d_model) → the same. Raises ValueError
    for other shapes.

    >>> from dlcourse import nn
    >>> nn.PositionalEncoding(4)([[[0.0, 0.0, 0.0, 0.0]]])
    Tensor([[[0., 1., 0., 1.]]])
    """

    def __init__(self, d_model: int, batch_first: bool = False):
        super().__init__()
        self.d_model, self.batch_first = d_model, batch_first

    def forward(self, x):
        x = x if isinstance(x, Tensor) else Tensor(x)
        if x.ndim != 3 or x.shape[2] != self.d_model:
            raise ValueError(
                f"PositionalEncoding: the input has shape {x.shape}; wanted is "
                f"({'N, T' if self.batch_first else 'T, N'}, {self.d_model})."
            )
        encoding = positional_encoding(x.shape[1 if self.batch_first else 0], self.d_model)
        return x + (encoding if self.batch_first else encoding[:, None]).astype(x.dtype)

    def extra_repr(self):
        return f"{self.d_model}"
