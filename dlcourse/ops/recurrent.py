"""Whole recurrent layers, one operation each: a loop over time forward, and one back through it.

The inputs of all time steps are multiplied in one product before the loop, the gradients of the
weights come of one product after it; within the loop stands only what needs the step before.
"""

from typing import ClassVar

import numpy as np

from dlcourse.function import Function


class Recurrence(Function):
    """What all recurrent layers share: the order of the walk, sequences that end, the products.

    Shapes: ``input`` (T, N, in), each initial state (N, H), ``weight_ih`` (G·H, in), ``weight_hh``
    (G·H, H), biases (G·H,), where G counts the gates. The result has the T outputs and then each
    state after the last step, stacked: (T + states, N, H).

    ``reverse`` walks from the last step to the first. ``lengths`` (N,) says how many steps each
    sequence has: beyond them its state stays and its outputs are 0. Within the walk the longest
    sequence stands first, so that those still running are the first ``n`` rows.
    """

    structure = "contraction"
    scales: ClassVar[tuple[float, ...]] = (1,)
    """For each gate ½ if it ends in σ, 1 if in tanh: σ(a) = ½ tanh(½ a) + ½, so that one tanh bends
    them all."""

    def prepared(self, reverse, lengths, *biases):
        """The scaled gates before a state enters, x Wᵀ + b (T, N, G·H), and each state's history.

        A history (T + 1, N, H) has the initial state in its first row and room for those after
        each step; with ``lengths`` it has the initial state everywhere.
        """
        self.check()
        input, *states, weight_ih, weight_hh, _, _ = self.arrays
        steps, examples, size = input.shape
        self.direction = slice(None, None, -1) if reverse else slice(None)
        self.order, self.ends, self.ended = slice(None), steps, None
        if lengths is not None:
            lengths = self.checked_lengths(lengths)
            self.order = np.argsort(-lengths, kind="stable")
            self.ends = steps if reverse else lengths[self.order]
            self.ended = self.in_order(np.arange(steps)[:, None] >= lengths)
        self.walked = self.in_order(input).reshape(steps * examples, size)
        self.scale = np.repeat(np.array(self.scales, input.dtype), weight_hh.shape[1])
        self.recurrent = np.ascontiguousarray((weight_hh * self.scale[:, None]).T)
        gates = self.walked @ (weight_ih * self.scale[:, None]).T
        gates += sum(biases) * self.scale
        histories = [np.empty((steps + 1, *state.shape), state.dtype) for state in states]
        for history, state in zip(histories, states, strict=True):
            history[: 1 if lengths is None else None] = state[self.order]
        return gates.reshape(steps, examples, len(weight_ih)), *histories

    def check(self):
        input, *states, weight_ih, weight_hh, bias_ih, bias_hh = self.arrays
        size = weight_hh.shape[-1]
        rows = len(self.scales) * size
        if input.ndim != 3 or input.shape[2] != weight_ih.shape[-1]:
            raise ValueError(
                f"{self.name}: the input has shape {input.shape}; wanted is (T, N, "
                f"{weight_ih.shape[-1]}): time steps, sequences, numbers a step. x[:, None] makes "
                "a batch of one sequence (T, in)."
            )
        if weight_ih.shape[:-1] != (rows,) or weight_hh.shape != (rows, size):
            raise ValueError(
                f"{self.name}: weights of shape {weight_ih.shape} and {weight_hh.shape}; wanted "
                f"are ({len(self.scales)}·H, in) and ({len(self.scales)}·H, H): H rows a gate."
            )
        if bias_ih.shape != (rows,) or bias_hh.shape != (rows,):
            raise ValueError(
                f"{self.name}: biases of shape {bias_ih.shape} and {bias_hh.shape}; wanted is "
                f"({rows},) for both."
            )
        wanted = input.shape[1], size
        for state in states:
            if state.shape != wanted:
                raise ValueError(
                    f"{self.name}: an initial state has shape {state.shape}; wanted is {wanted}, "
                    f"one row of {size} for each of the {wanted[0]} sequences. Batch and time "
                    "swapped in the input, (N, T, in) for (T, N, in), is a usual cause."
                )

    def checked_lengths(self, lengths):
        lengths = np.asarray(lengths)
        steps, examples, _ = self.arrays[0].shape
        if lengths.shape != (examples,) or lengths.dtype.kind not in "iu":
            raise ValueError(
                f"{self.name}: lengths of shape {lengths.shape} and type {lengths.dtype}; wanted "
                f"is one integer for each of the {examples} sequences."
            )
        if lengths.size and not 1 <= lengths.min() <= lengths.max() <= steps:
            raise ValueError(
                f"{self.name}: lengths from {lengths.min()} to {lengths.max()}, but a sequence has "
                f"at least 1 step and the input has {steps}."
            )
        return lengths

    def blocks(self, array):
        """The block of each gate, as views: (..., G·H) to G times (..., H)."""
        size = array.shape[-1] // len(self.scales)
        return [array[..., g * size : (g + 1) * size] for g in range(len(self.scales))]

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

    def gradients_of_all(self, from_input, from_state, hidden, *initial):
        """Gradients in the order of the inputs.

        ``from_input`` is the gradient of x Wᵀ + b, ``from_state`` that of h Wᵀ + b, ``initial``
        those of the initial states: all in the order of the walk.
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
            from_state.T @ hidden[:-1].reshape(len(ones), -1),
            bias,
            bias if same else ones @ from_state,
        )


class RNN(Recurrence):
    """A recurrent layer: each hidden state is the bent sum of the input and the state before.

    Shapes: ``input`` (T, N, in), ``hx`` (N, H), ``weight_ih`` (H, in), ``weight_hh`` (H, H), biases
    (H,). The result (T + 1, N, H) holds the T hidden states and again the last one.
    ``nonlinearity`` is "tanh" or "relu"; the options ``reverse`` and ``lengths`` are those of all
    recurrent layers. Raises ValueError for other shapes.
    """

    title = "recurrent layer"
    formula = r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})"
    gradients = (
        r"\bar{x}_t = W_{ih}^\top \bar{a}_t,\quad \bar{a}_t = \bar{h}_t \odot (1 - h_t^2)",
        r"\bar{h}_0 = W_{hh}^\top \bar{a}_1",
        r"\bar{W}_{ih} = \sum_t \bar{a}_t x_t^\top",
        r"\bar{W}_{hh} = \sum_t \bar{a}_t h_{t-1}^\top",
        r"\bar{b}_{ih} = \sum_t \bar{a}_t",
        r"\bar{b}_{hh} = \sum_t \bar{a}_t",
    )

    def forward(self, input, hx, weight_ih, weight_hh, bias_ih, bias_hh, *,
                nonlinearity="tanh", reverse=False, lengths=None):  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"rnn: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}.")
        self.is_tanh = nonlinearity == "tanh"
        sums, self.hidden = self.prepared(reverse, lengths, bias_ih, bias_hh)
        for now, before, after in self.walk(sums, self.hidden[:-1], self.hidden[1:]):
            np.matmul(before, self.recurrent, out=after)
            after += now
            if self.is_tanh:
                np.tanh(after, out=after)
            else:
                np.maximum(after, 0, out=after)
        return self.stacked(self.hidden)

    def backward(self, grad):
        weight_hh = self.arrays[3]
        arriving, flow = self.arriving(grad)
        after = self.hidden[1:]
        sums = 1 - after**2 if self.is_tanh else (after > 0).astype(grad.dtype)
        for now, arrived in self.walk_back(sums, arriving):
            flowing = flow[: len(now)]
            flowing += arrived
            now *= flowing
            np.matmul(now, weight_hh, out=flowing)
        return self.gradients_of_all(sums, sums, self.hidden, flow)


class LSTM(Recurrence):
    """Long short-term memory: gates decide what a cell forgets, what it takes in, what it shows.

    Shapes: ``input`` (T, N, in), ``hx`` and ``cx`` (N, H), ``weight_ih`` (4H, in), ``weight_hh``
    (4H, H), biases (4H,), in blocks i, f, g, o. The result (T + 2, N, H) holds the T hidden states,
    again the last one, and the last cell state. The options ``reverse`` and ``lengths`` are those
    of all recurrent layers. Raises ValueError for other shapes.
    """

    title = "LSTM layer"
    scales = (0.5, 0.5, 1, 0.5)
    formula = (
        r"h_t = o_t \odot \tanh c_t,\quad c_t = f_t \odot c_{t-1} + i_t \odot g_t,\quad "
        r"i, f, o = \sigma(a),\ g = \tanh(a),\quad "
        r"a_t = W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}"
    )
    gradients = (
        r"\bar{x}_t = W_{ih}^\top \bar{a}_t",
        r"\bar{h}_0 = W_{hh}^\top \bar{a}_1",
        r"\bar{c}_{t-1} = \bar{c}_t \odot f_t",
        r"\bar{W}_{ih} = \sum_t \bar{a}_t x_t^\top",
        r"\bar{W}_{hh} = \sum_t \bar{a}_t h_{t-1}^\top",
        r"\bar{b}_{ih} = \sum_t \bar{a}_t",
        r"\bar{b}_{hh} = \sum_t \bar{a}_t",
    )

    def forward(self, input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh, *,
                reverse=False, lengths=None):  # fmt: skip
        gates, hidden, cell = self.prepared(reverse, lengths, bias_ih, bias_hh)
        bent, shift = np.zeros_like(cell[1:]), 1 - self.scale
        for now, i, f, g, o, h, c, new_h, new_c, tanh_c in self.walk(
            gates, *self.blocks(gates), hidden[:-1], cell[:-1], hidden[1:], cell[1:], bent
        ):
            now += h @ self.recurrent
            np.tanh(now, out=now)
            now *= self.scale
            now += shift
            np.multiply(f, c, out=new_c)
            new_c += i * g
            np.tanh(new_c, out=tanh_c)
            np.multiply(o, tanh_c, out=new_h)
        self.activated, self.hidden, self.cell, self.bent = gates, hidden, cell, bent
        return self.stacked(hidden, cell)

    def backward(self, grad):
        weight_hh = self.arrays[4]
        arriving, to_hidden, to_cell = self.arriving(grad)
        i, f, g, o = self.blocks(self.activated)
        shown = o * (1 - self.bent**2)
        sums = np.empty_like(self.activated)
        for block, slope, other in zip(
            self.blocks(sums),
            (i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)),
            (g, self.cell[:-1], i, self.bent),
            strict=True,
        ):
            np.multiply(slope, other, out=block)
        to_gates = np.empty((len(to_hidden), 4, to_hidden.shape[1]), grad.dtype)
        for now, arrived, show, forget in self.walk_back(sums, arriving, shown, f):
            dh, dc, d = (flow[: len(now)] for flow in (to_hidden, to_cell, to_gates))
            dh += arrived
            dc += dh * show
            d[:, :3] = dc[:, None]
            d[:, 3] = dh
            now *= d.reshape(now.shape)
            np.matmul(now, weight_hh, out=dh)
            dc *= forget
        return self.gradients_of_all(sums, sums, self.hidden, to_hidden, to_cell)


class GRU(Recurrence):
    """Gated recurrent unit: a gate mixes the old state with a new one made of it.

    Shapes: ``input`` (T, N, in), ``hx`` (N, H), ``weight_ih`` (3H, in), ``weight_hh`` (3H, H),
    biases (3H,), in blocks r, z, n. The result (T + 1, N, H) holds the T hidden states and again
    the last one. The options ``reverse`` and ``lengths`` are those of all recurrent layers. Raises
    ValueError for other shapes.
    """

    title = "GRU layer"
    scales = (0.5, 0.5, 1)
    formula = (
        r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1},\quad "
        r"r_t, z_t = \sigma(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}),\quad "
        r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))"
    )
    gradients = (
        r"\bar{x}_t = W_{ih}^\top \bar{a}_t",
        r"\bar{h}_0 = W_{hh}^\top \bar{u}_1 + \bar{h}_1 \odot z_1",
        r"\bar{W}_{ih} = \sum_t \bar{a}_t x_t^\top",
        r"\bar{W}_{hh} = \sum_t \bar{u}_t h_{t-1}^\top",
        r"\bar{b}_{ih} = \sum_t \bar{a}_t",
        r"\bar{b}_{hh} = \sum_t \bar{u}_t",
    )

    def forward(self, input, hx, weight_ih, weight_hh, bias_ih, bias_hh, *,
                reverse=False, lengths=None):  # fmt: skip
        gates, hidden = self.prepared(reverse, lengths, bias_ih)
        bias, sigmoids = bias_hh * self.scale, 2 * hx.shape[1]
        recalled = np.zeros_like(gates)
        for both, reset, keep, new, from_state, recall, before, after in self.walk(
            gates[..., :sigmoids], *self.blocks(gates),
            recalled, recalled[..., sigmoids:], hidden[:-1], hidden[1:],
        ):  # fmt: skip
            np.matmul(before, self.recurrent, out=from_state)
            from_state += bias
            both += from_state[:, :sigmoids]
            np.tanh(both, out=both)
            both *= 0.5
            both += 0.5
            new += reset * recall
            np.tanh(new, out=new)
            np.subtract(before, new, out=after)
            after *= keep
            after += new
        self.activated, self.hidden, self.recalled = gates, hidden, recalled[..., sigmoids:]
        return self.stacked(hidden)

    def backward(self, grad):
        weight_hh = self.arrays[3]
        arriving, flow = self.arriving(grad)
        reset, keep, new = self.blocks(self.activated)
        to_new = (1 - keep) * (1 - new**2)
        from_state = np.empty_like(self.activated)
        blocks = self.blocks(from_state)
        np.multiply(to_new * self.recalled, reset * (1 - reset), out=blocks[0])
        np.multiply(self.hidden[:-1] - new, keep * (1 - keep), out=blocks[1])
        np.multiply(to_new, reset, out=blocks[2])
        to_gates = np.empty((len(flow), 3, flow.shape[1]), grad.dtype)
        for now, proposal, arrived, kept in self.walk_back(from_state, to_new, arriving, keep):
            dh, d = flow[: len(now)], to_gates[: len(now)]
            dh += arrived
            d[...] = dh[:, None]
            now *= d.reshape(now.shape)
            proposal *= dh
            dh *= kept
            dh += now @ weight_hh
        from_input = from_state.copy()
        self.blocks(from_input)[2][...] = to_new
        return self.gradients_of_all(from_input, from_state, self.hidden, flow)
