"""Attention: every query takes a weighted mean of the values, weighted by how well keys match."""

import numpy as np

from dlcourse.function import Function
from dlcourse.random import default_generator


def swapped(array):
    """Each matrix (..., n, m) transposed."""
    return np.swapaxes(array, -1, -2)


def products(x, y):
    """The product of each row of x with each row of y, (..., n, k) and (..., m, k) → (..., n, m).

    They lie in memory with n last: along keys, NumPy's sums and maxima then go over whole rows.
    """
    return swapped(y @ np.ascontiguousarray(swapped(x)))


def in_heads(array, num_heads):
    """(N, T, E) as (N, heads, T, E / heads): each head has its own columns."""
    examples, steps, size = array.shape
    return array.reshape(examples, steps, num_heads, size // num_heads).swapaxes(1, 2)


def joined(heads):
    """(N, heads, T, d) back to (N, T, heads·d)."""
    examples, num_heads, steps, size = heads.shape
    return heads.swapaxes(1, 2).reshape(examples, steps, num_heads * size)


class Attention(Function):
    """What the operations of attention share: weights from scores, and the way back."""

    structure = "mixture"

    def weights_of(self, scores, attn_mask, is_causal):
        """The softmax of each row, over the keys that the mask lets through; uses ``scores`` up."""
        if is_causal:
            if attn_mask is not None:
                raise ValueError(f"{self.name}: give attn_mask or is_causal=True, not both.")
            attn_mask = np.tri(*scores.shape[-2:], dtype=bool)
        if attn_mask is not None:
            mask = self.checked_mask(attn_mask, scores.shape)
            if mask.dtype == bool:
                np.copyto(scores, -np.inf, where=~mask)
            else:
                scores += mask.astype(scores.dtype)
        highest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
        if attn_mask is not None and (highest == -np.inf).any():
            query = np.argwhere(highest[..., 0] == -np.inf)[0].tolist()
            raise ValueError(
                f"{self.name}: the mask hides every key from the query at {query}, so there is "
                "nothing to take a mean of. Let each query see at least one key, itself for "
                "example; True for False in the mask is a usual cause."
            )
        scores -= highest
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return scores

    def checked_mask(self, attn_mask, shape):
        mask = np.asarray(attn_mask)
        if mask.dtype.kind not in "bf":
            raise TypeError(
                f"{self.name}: a mask holds booleans, or floats to be added to the scores, not "
                f"{mask.dtype}. Convert zeros and ones with .astype(bool)."
            )
        fits = mask.ndim <= len(shape) and all(
            length in (1, wanted)
            for length, wanted in zip(mask.shape[::-1], shape[::-1], strict=False)
        )
        if not fits:
            raise ValueError(
                f"{self.name}: the mask has shape {mask.shape}, the scores {shape}: queries × "
                "keys in the last two axes. The mask must be of that shape or broadcast to it."
            )
        return mask

    def to_scores(self, grad, weights):
        """The gradient of the scores from that of the weights."""
        scores = grad - np.einsum("...ij,...ij->...i", grad, weights)[..., None]
        scores *= weights
        return scores


class ScaledDotProductAttention(Attention):
    """softmax(Q Kᵀ / √E + mask) V: for each query a mean of the values, weighted by its keys.

    Shapes: query (..., L, E), key (..., S, E), value (..., S, V) → (..., L, V). ``attn_mask``,
    broadcast to (..., L, S), is boolean, True where a query sees a key, or float and added to the
    scores. With ``is_causal`` query i sees keys 0 … i. A share ``dropout_p`` of the weights is
    dropped. Raises ValueError for other shapes or a query that sees no key, TypeError for a mask of
    another type.

    >>> from dlcourse import functional as F
    >>> F.scaled_dot_product_attention([[9.0]], [[9.0], [-9.0]], [[1.0, 2.0], [3.0, 4.0]])
    Tensor([[1., 2.]])
    """

    name = "scaled_dot_product_attention"
    title = "attention"
    symbol = "attention"
    formula = r"Z = A\,V,\quad A = \operatorname{softmax}\left(Q K^\top / \sqrt{E} + M\right)"
    gradients = (
        r"\bar{Q} = \bar{S} K / \sqrt{E},\quad \bar{S} = A \odot (\bar{A} - \bar{A} \cdot A)",
        r"\bar{K} = \bar{S}^\top Q / \sqrt{E}",
        r"\bar{V} = A^\top \bar{Z}",
    )

    def forward(self, query, key, value, *, attn_mask=None, dropout_p=0.0, is_causal=False):
        if min(query.ndim, key.ndim, value.ndim) < 2 or not (
            query.shape[-1] == key.shape[-1] and key.shape[-2] == value.shape[-2]
        ):
            raise ValueError(
                f"{self.name}: query {query.shape}, key {key.shape}, value {value.shape}; wanted "
                "are (..., L, E), (..., S, E), (..., S, V): as long queries as keys, as many "
                "values as keys."
            )
        if not 0 <= dropout_p < 1:
            raise ValueError(f"{self.name}: dropout_p lies in [0, 1), it is not {dropout_p}.")
        self.scale = query.dtype.type(1 / np.sqrt(query.shape[-1]))
        self.weights = self.weights_of(products(query * self.scale, key), attn_mask, is_causal)
        self.kept = None
        if not dropout_p:
            return self.weights @ value
        drawn = default_generator().random(self.weights.shape) >= dropout_p
        self.kept = drawn / query.dtype.type(1 - dropout_p)
        return (self.weights * self.kept) @ value

    def backward(self, grad):
        query, key, value = self.arrays
        to_weights = products(grad, value)
        taken = self.weights
        if self.kept is not None:
            to_weights, taken = to_weights * self.kept, taken * self.kept
        scores = self.to_scores(to_weights, self.weights)
        return (
            scores @ key * self.scale,
            swapped(scores) @ query * self.scale,
            swapped(taken) @ grad,
        )


class AttentionWeights(Attention):
    """softmax(Q Kᵀ / √d + mask) in each head: how much each query takes of each value.

    Shapes: query (N, L, E), key (N, S, E) → (N, num_heads, L, S); each head compares its own
    d = E / num_heads columns. ``attn_mask`` and ``is_causal`` are those of
    ``scaled_dot_product_attention``. Raises ValueError for other shapes, for heads that do not
    divide E, or a query that sees no key; TypeError for a mask of another type.

    >>> from dlcourse import functional as F
    >>> F.attention_weights([[[0.0]]], [[[1.0], [2.0]]])
    Tensor([[[[0.5, 0.5]]]])
    """

    name = "attention_weights"
    title = "attention weights"
    symbol = "weights"
    formula = r"A = \operatorname{softmax}\left(Q K^\top / \sqrt{d} + M\right)"
    gradients = (
        r"\bar{Q} = \bar{S} K / \sqrt{d},\quad \bar{S} = A \odot (\bar{A} - \bar{A} \cdot A)",
        r"\bar{K} = \bar{S}^\top Q / \sqrt{d}",
    )

    def forward(self, query, key, *, num_heads=1, attn_mask=None, is_causal=False):
        if query.ndim != 3 or key.ndim != 3 or query.shape[::2] != key.shape[::2]:
            raise ValueError(
                f"attention_weights: query {query.shape} and key {key.shape}; wanted are (N, L, E) "
                "and (N, S, E), as many examples and numbers in both. Batch and time swapped "
                "(batch_first) is a usual cause."
            )
        size = query.shape[2]
        if num_heads < 1 or size % num_heads:
            raise ValueError(
                f"attention_weights: {num_heads} heads cannot share {size} numbers evenly. Choose "
                "num_heads among the divisors."
            )
        self.heads, self.scale = num_heads, query.dtype.type(1 / np.sqrt(size / num_heads))
        scores = products(in_heads(query * self.scale, num_heads), in_heads(key, num_heads))
        self.weights = self.weights_of(scores, attn_mask, is_causal)
        return self.weights

    def backward(self, grad):
        query, key = self.arrays
        scores = self.to_scores(grad, self.weights)
        return (
            joined(scores @ in_heads(key, self.heads)) * self.scale,
            joined(swapped(scores) @ in_heads(query, self.heads)) * self.scale,
        )


class WeightedValues(Attention):
    """A V in each head, heads side by side: the mean of the values that each query takes.

    Shapes: weights (N, num_heads, L, S), value (N, S, E) → (N, L, E); each head mixes its own
    E / num_heads columns. Raises ValueError for other shapes.

    >>> from dlcourse import functional as F
    >>> F.weighted_values([[[[0.5, 0.5]]]], [[[1.0], [3.0]]])
    Tensor([[[2.]]])
    """

    name = "weighted_values"
    title = "weighted mean of the values"
    symbol = "mix"
    formula = r"Z = A\,V"
    gradients = (r"\bar{A} = \bar{Z}\,V^\top", r"\bar{V} = A^\top \bar{Z}")

    def forward(self, weights, value):
        fits = weights.ndim == 4 and value.ndim == 3 and weights.shape[::3] == value.shape[:2]
        if not fits or value.shape[2] % weights.shape[1]:
            raise ValueError(
                f"weighted_values: weights {weights.shape} and values {value.shape}; wanted are "
                "(N, heads, L, S) and (N, S, E), a value for each key, and heads that divide E."
            )
        return joined(weights @ in_heads(value, weights.shape[1]))

    def backward(self, grad):
        weights, value = self.arrays
        grad = in_heads(grad, weights.shape[1])
        return (
            products(grad, in_heads(value, weights.shape[1])),
            joined(swapped(weights) @ grad),
        )
