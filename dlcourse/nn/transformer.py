"""Layers of the Transformer: attention, then a small network for each position."""

from copy import deepcopy

import numpy as np

from dlcourse import functional as F
from dlcourse import nn
from dlcourse.nn.attention import MultiheadAttention
from dlcourse.nn.container import ModuleList
from dlcourse.nn.linear import Linear
from dlcourse.nn.module import Module


class TransformerLayer(Module):
    """What encoder and decoder layers share: residual parts, each with its normalisation.

    Shapes: inputs (T, N, d_model), with ``batch_first`` (N, T, d_model) → the same. Each part is
    added to its input and the sum normalised; with ``norm_first`` the part's input is normalised
    instead. ``activation`` is "relu" or "gelu", the bend between the two linear layers.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        dtype=np.float64,
        generator: np.random.Generator | None = None,
    ):
        super().__init__()
        if activation not in ("relu", "gelu"):
            raise ValueError(
                f"{type(self).__name__}: activation is 'relu' or 'gelu', not {activation!r}."
            )
        self.norm_first, self.activation = norm_first, activation
        for name in self.attentions:
            attention = MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first, dtype, generator
            )
            setattr(self, name, attention)
        self.linear1 = Linear(d_model, dim_feedforward, bias, dtype, generator)
        self.linear2 = Linear(dim_feedforward, d_model, bias, dtype, generator)
        for number in range(len(self.attentions) + 1):
            norm = nn.LayerNorm(d_model, eps=layer_norm_eps, bias=bias, dtype=dtype)
            setattr(self, f"norm{number + 1}", norm)
        self.dropout = nn.Dropout(dropout)

    def with_residual(self, x, norm, part):
        """x + part(x), normalised before the part or after the sum."""
        if self.norm_first:
            return x + self.dropout(part(norm(x)))
        return norm(x + self.dropout(part(x)))

    def feed_forward(self, x):
        return self.linear2(self.dropout(getattr(F, self.activation)(self.linear1(x))))


class TransformerEncoderLayer(TransformerLayer):
    """Self-attention, then two linear layers at each position, both with residual and norm.

    Arguments and shapes are those of all Transformer layers (``TransformerLayer``); masks and
    ``is_causal`` are those of ``MultiheadAttention``. Raises ValueError for others.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> nn.TransformerEncoderLayer(6, nhead=3)(np.zeros((7, 2, 6))).shape  # 7 places, 2 sequences
    (7, 2, 6)
    """

    attentions = ("self_attn",)

    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        def attend(x):
            return self.self_attn(
                x, x, x, src_key_padding_mask, need_weights=False, attn_mask=src_mask,
                is_causal=is_causal,
            )[0]  # fmt: skip

        x = self.with_residual(src, self.norm1, attend)
        return self.with_residual(x, self.norm2, self.feed_forward)


class TransformerDecoderLayer(TransformerLayer):
    """Self-attention, attention to the encoder's ``memory``, then two linear layers.

    Arguments and shapes are those of all Transformer layers (``TransformerLayer``); masks and
    ``is_causal`` are those of ``MultiheadAttention``. Raises ValueError for others.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> tgt, memory = np.zeros((4, 2, 6)), np.zeros((7, 2, 6))
    >>> nn.TransformerDecoderLayer(6, nhead=3)(tgt, memory).shape
    (4, 2, 6)
    """

    attentions = ("self_attn", "multihead_attn")

    def forward(self, tgt, memory, tgt_mask=None, memory_mask=None,
                tgt_key_padding_mask=None, memory_key_padding_mask=None,
                tgt_is_causal=False, memory_is_causal=False):  # fmt: skip
        def attend(x):
            return self.self_attn(
                x, x, x, tgt_key_padding_mask, need_weights=False, attn_mask=tgt_mask,
                is_causal=tgt_is_causal,
            )[0]  # fmt: skip

        def attend_memory(x):
            return self.multihead_attn(
                x, memory, memory, memory_key_padding_mask, need_weights=False,
                attn_mask=memory_mask, is_causal=memory_is_causal,
            )[0]  # fmt: skip

        x = self.with_residual(tgt, self.norm1, attend)
        x = self.with_residual(x, self.norm2, attend_memory)
        return self.with_residual(x, self.norm3, self.feed_forward)


class TransformerEncoder(Module):
    """``num_layers`` copies of an encoder layer one after the other, then ``norm`` if given.

    The copies start with the same numbers and learn apart, as in PyTorch. Shapes, and what is
    refused, are those of its layers.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> layer = nn.TransformerEncoderLayer(6, nhead=3, batch_first=True)
    >>> nn.TransformerEncoder(layer, num_layers=2)(np.zeros((2, 7, 6))).shape
    (2, 7, 6)
    """

    def __init__(self, encoder_layer: Module, num_layers: int, norm: Module | None = None):
        super().__init__()
        self.layers = ModuleList(deepcopy(encoder_layer) for _ in range(num_layers))
        self.norm = norm

    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=False):
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask, is_causal)
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Module):
    """``num_layers`` copies of a decoder layer one after the other, then ``norm`` if given.

    The copies start with the same numbers and learn apart; each looks at the same ``memory``, what
    an encoder returned. Masks are those of ``TransformerDecoderLayer``. Shapes, and what is
    refused, are those of its layers.

    >>> import numpy as np
    >>> from dlcourse import nn
    >>> layer = nn.TransformerDecoderLayer(6, nhead=3, batch_first=True)
    >>> nn.TransformerDecoder(layer, num_layers=2)(np.zeros((2, 4, 6)), np.zeros((2, 7, 6))).shape
    (2, 4, 6)
    """

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None):
        super().__init__()
        self.layers = ModuleList(deepcopy(decoder_layer) for _ in range(num_layers))
        self.norm = norm

    def forward(self, tgt, memory, *masks, **named_masks):
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, **named_masks)
        return tgt if self.norm is None else self.norm(tgt)
