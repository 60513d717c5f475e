"""Whole recurrent layers."""

import numpy as np

rng = np.random.default_rng(1)


def normal(*shape):
    """Numbers of this file's own generator: the same whatever other families there are."""
    return rng.normal(size=shape)


def arrays(gates, states, steps=4, examples=3, size=3, hidden=2):
    """The inputs of a recurrent layer."""
    rows = gates * hidden
    return (
        normal(steps, examples, size),
        *(normal(examples, hidden) for _ in range(states)),
        normal(rows, size),
        normal(rows, hidden),
        normal(rows),
        normal(rows),
    )


def walked(torch_layer, states):
    """PyTorch's layer over one sequence after the other, each cut and turned by hand."""

    def run(input, *others, reverse=False, lengths=None, **options):
        import torch

        initial, weights = others[:states], others[states:]
        layer = getattr(torch, torch_layer.format(**{"nonlinearity": "tanh", **options}))
        results = []
        for k, length in enumerate(lengths if lengths is not None else [len(input)] * 3):
            x = input[:length, k : k + 1]
            start = [s[None, k : k + 1] for s in initial]
            outputs, *last = layer(
                x.flip(0) if reverse else x, start if states > 1 else start[0], weights,
                True, 1, 0.0, False, False, False,
            )  # fmt: skip
            outputs = outputs.flip(0) if reverse else outputs
            rest = torch.zeros(len(input) - length, *outputs.shape[1:], dtype=outputs.dtype)
            results.append(torch.cat([outputs, rest, *last]))
        return torch.cat(results, dim=1)

    return run


WALKS = [
    reverse | lengths
    for reverse in ({}, {"reverse": True})
    for lengths in ({}, {"lengths": np.array([2, 4, 1])})
]
CASES = {
    "rnn": [
        (arrays(1, 1), bend | walk) for bend in ({}, {"nonlinearity": "relu"}) for walk in WALKS
    ],
    "lstm": [(arrays(4, 2), walk) for walk in WALKS],
    "gru": [(arrays(3, 1), walk) for walk in WALKS],
}
TORCH = {
    "rnn": walked("rnn_{nonlinearity}", 1),
    "lstm": walked("lstm", 2),
    "gru": walked("gru", 1),
}
