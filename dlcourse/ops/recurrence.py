"""What recurrent layers share: the walk over time, sequences that end, products of all steps.

The inputs of all time steps are multiplied in one product before the loop, the gradients of the
weights come of one product after it; within the loop stands only what needs the step before.
"""

from typing import ClassVar

import numpy as np

from dlcourse.function import Function


class Walk(Function):
    """The order in which a recurrent layer meets its steps and sequences, and sequences that end.

    ``reverse`` walks from the last step to the first. ``lengths`` (N,) says how many steps each
    sequence has: beyond them its state stays and its outputs are 0. Within the walk the longest
    sequence stands first, so that those still running are the first ``n`` rows.
    """

    structure = "mixture"

    def set_out(self, reverse, lengths):
        """Choose the order: of time, of sequences, and where in the walk each of them ends."""
        steps = len(self.arrays[0])
        self.direction = slice(None, None, -1) if reverse else slice(None)
        self.order, self.ends, self.ended = slice(None), steps, None
        if lengths is not None:
            lengths = checked_lengths(self, lengths)
            self.order = np.argsort(-lengths, kind="stable")
            self.ends = steps if reverse else lengths[self.order]
            self.ended = self.in_order(np.arange(steps)[:, None] >= lengths)

    def in_order(self, array):
        """(T, N, ·) as the walk meets it."""
        return array[self.direction][:, self.order]

    def walk(self, *arrays):
        """Step by step, the rows of each array (T, N, ·) that belong to running sequences."""
        if self.ended is None:
            return zip(*arrays, strict=True)
        running = (~self.ended).sum(axis=1).tolist()
        return ([rows[:n] for rows in step] for n, *step in zip(running, *arrays, strict=True))

    def walk_back(self, *arrays):
        """The same from the last step to the first."""
        return reversed(list(self.walk(*arrays)))

    def stacked(self, *histories):
        """The outputs in the order of time, 0 beyond each sequence's end, then the last states."""
        hidden = histories[0]
        steps, examples = len(hidden) - 1, hidden.shape[1]
        result = np.empty((steps + len(histories), *hidden.shape[1:]), hidden.dtype)
        outputs = hidden[1:] if self.ended is None else hidden[1:] * ~self.ended[..., None]
        result[:steps][self.direction][:, self.order] = outputs
        for row, history in enumerate(histories, steps):
            result[row, self.order] = history[self.ends, np.arange(examples)]
        return result

    def arriving(self, grad):
        """The gradients of the outputs in the order of the walk, then those of the last states."""
        steps = len(self.arrays[0])
        return self.in_order(grad[:steps]), *(last[self.order].copy() for last in grad[steps:])


class Recurrence(Walk):
    """What all recurrent layers share: their gates, and one product for all steps at once.

    Shapes: ``input`` (T, N, in), each initial state (N, H), ``weight_ih`` (G·H, in), ``weight_hh``
    (G·H, H), biases (G·H,), where G counts the gates. The result has the T outputs and then each
    state after the last step, stacked: (T + states, N, H).
    """

    scales: ClassVar[tuple[float, ...]] = (1,)
    """For each gate ½ if it ends in σ, 1 if in tanh: σ(a) = ½ tanh(½ a) + ½, so that one tanh bends
    them all."""

    def prepared(self, reverse, lengths, *biases):
        """The scaled gates before a state enters, x Wᵀ + b (T, N, G·H), and each state's history.

        A history (T + 1, N, H) has the initial state in its first row and room for those after
        each step; with ``lengths`` it has the initial state everywhere.
        """
        check_shapes(self)
        self.set_out(reverse, lengths)
        input, *states, weight_ih, weight_hh, _, _ = self.arrays
        steps, examples, size = input.shape
        self.walked = self.in_order(input).reshape(steps * examples, size)
        self.scale = np.repeat(np.array(self.scales, input.dtype), weight_hh.shape[1])
        self.recurrent = np.ascontiguousarray((weight_hh * self.scale[:, None]).T)
        gates = self.walked @ (weight_ih * self.scale[:, None]).T
        gates += sum(biases) * self.scale
        histories = [np.empty((steps + 1, *state.shape), state.dtype) for state in states]
        for history, state in zip(histories, states, strict=True):
            history[: 1 if lengths is None else None] = state[self.order]
        return gates.reshape(steps, examples, len(weight_ih)), *histories

    def blocks(self, array):
        """The block of each gate, as views: (..., G·H) to G times (..., H)."""
        size = array.shape[-1] // len(self.scales)
        return [array[..., g * size : (g + 1) * size] for g in range(len(self.scales))]

    def gradients_of_all(self, from_input, from_state, hidden, *initial):
        """Gradients in the order of the inputs, from those of x Wᵀ + b, of h Wᵀ + b and of the
        initial states, which come in the order of the walk.
        """
        input, *_, weight_ih, weight_hh, _, _ = self.arrays
        same = from_input is from_state
        if self.ended is not None:
            from_input[self.ended] = from_state[self.ended] = 0
        from_input, from_state = (g.reshape(-1, len(weight_hh)) for g in (from_input, from_state))
        inputs, *states = map(np.empty_like, (input, *initial))
        inputs[self.direction][:, self.order] = (from_input @ weight_ih).reshape(input.shape)
        for state, gradient in zip(states, initial, strict=True):
            state[self.order] = gradient
        ones = np.ones(len(from_input), from_input.dtype)
        bias = ones @ from_input
        return (
            inputs,
            *states,
            from_input.T @ self.walked,
            from_state.T @ hidden[:-1].reshape(len(ones), hidden.shape[2]),
            bias,
            bias if same else ones @ from_state,
        )


def activate(sums, scale):
    """σ of scaled sums where the scale is ½, tanh where it is 1, in place."""
    np.tanh(sums, out=sums)
    sums *= scale
    sums += 1 - scale


def check_shapes(operation) -> None:
    """Raise ValueError, with its usual cause, where the shapes of a layer do not fit."""
    input, *states, weight_ih, weight_hh, bias_ih, bias_hh = operation.arrays
    name, gates = operation.name, len(operation.scales)
    size = weight_hh.shape[-1]
    rows = gates * size
    if input.ndim != 3 or input.shape[2] != weight_ih.shape[-1]:
        raise ValueError(
            f"{name}: the input has shape {input.shape}; wanted is (T, N, "
            f"{weight_ih.shape[-1]}): time steps, sequences, numbers a step. x[:, None] makes "
            "a batch of one sequence (T, in)."
        )
    if weight_ih.shape[:-1] != (rows,) or weight_hh.shape != (rows, size):
        raise ValueError(
            f"{name}: weights of shape {weight_ih.shape} and {weight_hh.shape}; wanted "
            f"are ({gates}·H, in) and ({gates}·H, H): H rows a gate."
        )
    if bias_ih.shape != (rows,) or bias_hh.shape != (rows,):
        raise ValueError(
            f"{name}: biases of shape {bias_ih.shape} and {bias_hh.shape}; wanted is "
            f"({rows},) for both."
        )
    wanted = input.shape[1], size
    for state in states:
        if state.shape != wanted:
            raise ValueError(
                f"{name}: an initial state has shape {state.shape}; wanted is {wanted}, "
                f"one row of {size} for each of the {wanted[0]} sequences. Batch and time "
                "swapped in the input, (N, T, in) for (T, N, in), is a usual cause."
            )


def checked_lengths(operation, lengths) -> np.ndarray:
    """The lengths as an array. Raises ValueError where they do not fit the input."""
    name, lengths = operation.name, np.asarray(lengths)
    steps, examples, _ = operation.arrays[0].shape
    if lengths.shape != (examples,) or lengths.dtype.kind not in "iu":
        raise ValueError(
            f"{name}: lengths of shape {lengths.shape} and type {lengths.dtype}; wanted "
            f"is one integer for each of the {examples} sequences."
        )
    if lengths.size and not 1 <= lengths.min() <= lengths.max() <= steps:
        raise ValueError(
            f"{name}: lengths from {lengths.min()} to {lengths.max()}, but a sequence has "
            f"at least 1 step and the input has {steps}."
        )
    return lengths
