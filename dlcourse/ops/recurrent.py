"""Whole recurrent layers, one operation each: a loop over time forward, and one back through it.

The inputs of all time steps are multiplied in one product before the loop, the gradients of the
weights come of one product after it; within the loop stands only what needs the step before.
"""

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
    gates = 1

    def prepared(self, reverse, lengths, *biases):
        """The gates before a state enters, x Wᵀ + b (T, N, G·H), and room for each state's history.

        A history (T + 1, N, H) begins with the initial state.
        """
        self.check()
        input, *states, weight_ih, _, _, _ = self.arrays
        steps, examples, size = input.shape
        self.direction = slice(None, None, -1) if reverse else slice(None)
        self.order, self.running, self.ended = slice(None), [examples] * steps, None
        if lengths is not None:
            lengths = self.checked_lengths(lengths)
            self.ended = np.arange(steps)[:, None] >= lengths
            self.order = np.argsort(-lengths, kind="stable")
            self.running = (~self.ended).sum(axis=1)[self.direction].tolist()
        self.walked = self.in_order(input).reshape(steps * examples, size)
        gates = self.walked @ weight_ih.T
        gates += sum(biases)
        histories = [np.empty((steps + 1, *state.shape), state.dtype) for state in states]
        for history, state in zip(histories, states, strict=True):
            history[0] = state[self.order]
        return gates.reshape(steps, examples, len(weight_ih)), *histories

    def check(self):
        input, *states, weight_ih, weight_hh, bias_ih, bias_hh = self.arrays
        size = weight_hh.shape[-1]
        rows = self.gates * size
        if input.ndim != 3 or input.shape[2] != weight_ih.shape[-1]:
            raise ValueError(
                f"{self.name}: the input has shape {input.shape}; wanted is (T, N, "
                f"{weight_ih.shape[-1]}): time steps, sequences, numbers a step. x[:, None] makes "
                "a batch of one sequence (T, in)."
            )
        if weight_ih.shape[:-1] != (rows,) or weight_hh.shape != (rows, size):
            raise ValueError(
                f"{self.name}: weights of shape {weight_ih.shape} and {weight_hh.shape}; wanted "
                f"are ({self.gates}·H, in) and ({self.gates}·H, H), one block of H rows a gate."
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
        size = array.shape[-1] // self.gates
        return [array[..., g * size : (g + 1) * size] for g in range(self.gates)]

    def in_order(self, array):
        """(T, N, ·) as the walk meets it."""
        return array[self.direction][:, self.order]

    def in_time(self, array):
        """(T, N, ·) from the order of the walk back into that of the input."""
        result = np.empty_like(array)
        result[self.direction][:, self.order] = array
        return result

    def stacked(self, hidden, *others):
        """The outputs in the order of time, 0 beyond each sequence's end, then the last states."""
        steps = len(self.running)
        result = np.empty((steps + 1 + len(others), *hidden.shape[1:]), hidden.dtype)
        result[:steps][self.direction][:, self.order] = hidden[1:]
        if self.ended is not None:
            result[:steps][self.ended] = 0
        for row, history in enumerate((hidden, *others), steps):
            result[row, self.order] = history[-1]
        return result

    def arriving(self, grad):
        """The outputs' gradients in the order of the walk, and those of the last states to add to.

        Followed by what the loop back needs of time: each step with its number of running rows.
        """
        steps = len(self.running)
        lasts = [last[self.order].copy() for last in grad[steps:]]
        return self.in_order(grad[:steps]), *lasts

    def backward_steps(self):
        """Each step with the number of sequences that run in it, last step first."""
        return list(enumerate(self.running))[::-1]

    def gradients_of_all(self, from_input, from_state, hidden, *initial):
        """Gradients in the order of the inputs, from those of the gates before their bends.

        ``from_input`` belongs to x Wᵀ + b, ``from_state`` to h Wᵀ + b; ``initial`` are those of
        the initial states, in the order of the walk.
        """
        input, *_, weight_ih, weight_hh, _, _ = self.arrays
        flat_input, flat_state = (g.reshape(-1, len(weight_hh)) for g in (from_input, from_state))
        states = []
        for gradient in initial:
            states.append(np.empty_like(gradient))
            states[-1][self.order] = gradient
        return (
            self.in_time((flat_input @ weight_ih).reshape(input.shape)),
            *states,
            flat_input.T @ self.walked,
            flat_state.T @ hidden[:-1].reshape(-1, weight_hh.shape[1]),
            flat_input.sum(axis=0),
            flat_state.sum(axis=0),
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
        sums, hidden = self.prepared(reverse, lengths, bias_ih, bias_hh)
        weight = np.ascontiguousarray(weight_hh.T)
        for t, n in enumerate(self.running):
            now = sums[t, :n]
            now += hidden[t, :n] @ weight
            if self.is_tanh:
                np.tanh(now, out=hidden[t + 1, :n])
            else:
                np.maximum(now, 0, out=hidden[t + 1, :n])
            hidden[t + 1, n:] = hidden[t, n:]
        self.hidden = hidden
        return self.stacked(hidden)

    def backward(self, grad):
        weight_hh = self.arrays[3]
        arriving, flow = self.arriving(grad)
        after = self.hidden[1:]
        sums = 1 - after**2 if self.is_tanh else (after > 0).astype(grad.dtype)
        for t, n in self.backward_steps():
            running = flow[:n]
            running += arriving[t, :n]
            sums[t, :n] *= running
            sums[t, n:] = 0
            np.matmul(sums[t, :n], weight_hh, out=running)
        return self.gradients_of_all(sums, sums, self.hidden, flow)


class LSTM(Recurrence):
    """Long short-term memory: gates decide what a cell forgets, what it takes in, what it shows.

    Shapes: ``input`` (T, N, in), ``hx`` and ``cx`` (N, H), ``weight_ih`` (4H, in), ``weight_hh``
    (4H, H), biases (4H,), in blocks i, f, g, o. The result (T + 2, N, H) holds the T hidden states,
    again the last one, and the last cell state. The options ``reverse`` and ``lengths`` are those
    of all recurrent layers. Raises ValueError for other shapes.
    """

    title = "LSTM layer"
    gates = 4
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
        scale = np.repeat(np.array([0.5, 0.5, 1, 0.5], gates.dtype), hx.shape[1])
        weight = np.ascontiguousarray(weight_hh.T)
        bent = np.zeros_like(cell[1:])
        for t, n in enumerate(self.running):
            now, c = gates[t, :n], cell[t + 1, :n]
            now += hidden[t, :n] @ weight
            now *= scale  # σ(a) = ½ tanh(½ a) + ½: one tanh for all four gates
            np.tanh(now, out=now)
            now *= scale
            now += 1 - scale
            i, f, g, o = self.blocks(now)
            np.multiply(f, cell[t, :n], out=c)
            c += i * g
            np.tanh(c, out=bent[t, :n])
            np.multiply(o, bent[t, :n], out=hidden[t + 1, :n])
            hidden[t + 1, n:], cell[t + 1, n:] = hidden[t, n:], cell[t, n:]
        self.activated, self.hidden, self.cell, self.bent = gates, hidden, cell, bent
        return self.stacked(hidden, cell)

    def backward(self, grad):
        weight_hh = self.arrays[4]
        arriving, to_hidden, to_cell = self.arriving(grad)
        i, f, g, o = self.blocks(self.activated)
        show = o * (1 - self.bent**2)
        sums = np.empty_like(self.activated)
        blocks = self.blocks(sums)
        np.multiply(g, i * (1 - i), out=blocks[0])
        np.multiply(self.cell[:-1], f * (1 - f), out=blocks[1])
        np.multiply(i, 1 - g**2, out=blocks[2])
        np.multiply(self.bent, o * (1 - o), out=blocks[3])
        size = f.shape[2]
        for t, n in self.backward_steps():
            dh, dc = to_hidden[:n], to_cell[:n]
            dh += arriving[t, :n]
            dc += dh * show[t, :n]
            sums[t, :n, : 3 * size].reshape(n, 3, size)[...] *= dc[:, None]
            blocks[3][t, :n] *= dh
            sums[t, n:] = 0
            np.matmul(sums[t, :n], weight_hh, out=dh)
            dc *= f[t, :n]
        return self.gradients_of_all(sums, sums, self.hidden, to_hidden, to_cell)


class GRU(Recurrence):
    """Gated recurrent unit: a gate mixes the old state with a new one made of it.

    Shapes: ``input`` (T, N, in), ``hx`` (N, H), ``weight_ih`` (3H, in), ``weight_hh`` (3H, H),
    biases (3H,), in blocks r, z, n. The result (T + 1, N, H) holds the T hidden states and again
    the last one. The options ``reverse`` and ``lengths`` are those of all recurrent layers. Raises
    ValueError for other shapes.
    """

    title = "GRU layer"
    gates = 3
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
        size = hx.shape[1]
        weight = np.ascontiguousarray(weight_hh.T)
        self.recalled = np.zeros_like(hidden[1:])
        for t, n in enumerate(self.running):
            from_state = hidden[t, :n] @ weight
            from_state += bias_hh
            both, new = gates[t, :n, : 2 * size], gates[t, :n, 2 * size :]
            both += from_state[:, : 2 * size]
            both *= 0.5  # σ(a) = ½ tanh(½ a) + ½
            np.tanh(both, out=both)
            both *= 0.5
            both += 0.5
            reset, keep = both[:, :size], both[:, size:]
            self.recalled[t, :n] = from_state[:, 2 * size :]
            new += reset * self.recalled[t, :n]
            np.tanh(new, out=new)
            np.multiply(keep, hidden[t, :n] - new, out=hidden[t + 1, :n])
            hidden[t + 1, :n] += new
            hidden[t + 1, n:] = hidden[t, n:]
        self.activated, self.hidden = gates, hidden
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
        size = flow.shape[1]
        for t, n in self.backward_steps():
            dh = flow[:n]
            dh += arriving[t, :n]
            from_state[t, :n].reshape(n, 3, size)[...] *= dh[:, None]
            from_state[t, n:] = 0
            to_new[t, :n] *= dh
            to_new[t, n:] = 0
            dh *= keep[t, :n]
            dh += from_state[t, :n] @ weight_hh
        from_input = from_state.copy()
        self.blocks(from_input)[2][...] = to_new
        return self.gradients_of_all(from_input, from_state, self.hidden, flow)
