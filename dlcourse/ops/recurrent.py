"""Whole recurrent layers, one operation each: a loop over time forward, and one back through it.

Each takes the options ``reverse``, to walk from the last step to the first, and ``lengths`` (N,),
how many steps each sequence has: beyond them its state stays and its outputs are 0.
"""

import numpy as np

from dlcourse.ops.recurrence import Recurrence, activate


def of_all(*of_states, from_state="a"):
    """The gradients of all inputs: those of x Wᵀ + b are called a, those of h Wᵀ + b likewise."""
    return (
        r"\bar{x}_t = W_{ih}^\top \bar{a}_t",
        *of_states,
        r"\bar{W}_{ih} = \sum_t \bar{a}_t x_t^\top",
        rf"\bar{{W}}_{{hh}} = \sum_t \bar{{{from_state}}}_t h_{{t-1}}^\top",
        r"\bar{b}_{ih} = \sum_t \bar{a}_t",
        rf"\bar{{b}}_{{hh}} = \sum_t \bar{{{from_state}}}_t",
    )


class RNN(Recurrence):
    """A recurrent layer: each hidden state is the bent sum of the input and the state before.

    Shapes: ``input`` (T, N, in), ``hx`` (N, H), ``weight_ih`` (H, in), ``weight_hh`` (H, H), biases
    (H,). The result (T + 1, N, H) holds the T hidden states and again the last one.
    ``nonlinearity`` is "tanh" or "relu". Raises ValueError for other shapes.

    >>> from dlcourse import functional as F
    >>> weights = [[1.0]], [[1.0]], [0.0], [0.0]
    >>> F.rnn([[[1.0]], [[2.0]]], [[0.0]], *weights, nonlinearity="relu").tolist()
    [[[1.0]], [[3.0]], [[3.0]]]
    """

    title = "recurrent layer"
    formula = r"h_t = \tanh(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh})"
    gradients = of_all(
        r"\bar{h}_0 = W_{hh}^\top \bar{a}_1,\quad \bar{a}_t = \bar{h}_t \odot (1 - h_t^2)"
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
    (4H, H), biases (4H,), in blocks i, f, g, o → the T hidden states, again the last one, the last
    cell state (T + 2, N, H). Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> weights = [[1.0]] * 4, [[1.0]] * 4, [0.0] * 4, [0.0] * 4
    >>> F.lstm([[[0.0]]], [[0.0]], [[2.0]], *weights).tolist()[-1]  # half of 2 is forgotten
    [[1.0]]
    """

    title = "LSTM layer"
    scales = (0.5, 0.5, 1, 0.5)
    formula = (
        r"h_t = o_t \odot \tanh c_t,\quad c_t = f_t \odot c_{t-1} + i_t \odot g_t,\quad "
        r"i, f, o = \sigma(a),\ g = \tanh(a),\quad "
        r"a_t = W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}"
    )
    gradients = of_all(r"\bar{h}_0 = W_{hh}^\top \bar{a}_1", r"\bar{c}_{t-1} = \bar{c}_t \odot f_t")

    def forward(self, input, hx, cx, weight_ih, weight_hh, bias_ih, bias_hh, *,
                reverse=False, lengths=None):  # fmt: skip
        gates, hidden, cell = self.prepared(reverse, lengths, bias_ih, bias_hh)
        bent = np.zeros_like(cell[1:])
        for now, i, f, g, o, h, c, new_h, new_c, tanh_c in self.walk(
            gates, *self.blocks(gates), hidden[:-1], cell[:-1], hidden[1:], cell[1:], bent
        ):
            now += h @ self.recurrent
            activate(now, self.scale)
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
        slopes = self.blocks(sums)
        np.multiply(i * (1 - i), g, out=slopes[0])
        np.multiply(f * (1 - f), self.cell[:-1], out=slopes[1])
        np.multiply(1 - g**2, i, out=slopes[2])
        np.multiply(o * (1 - o), self.bent, out=slopes[3])
        for now, arrived, show, forget in self.walk_back(sums, arriving, shown, f):
            dh, dc = to_hidden[: len(now)], to_cell[: len(now)]
            dh += arrived
            dc += dh * show
            now *= np.concatenate([dc, dc, dc, dh], axis=1)
            np.matmul(now, weight_hh, out=dh)
            dc *= forget
        return self.gradients_of_all(sums, sums, self.hidden, to_hidden, to_cell)


class GRU(Recurrence):
    """Gated recurrent unit: a gate mixes the old state with a new one made of it.

    Shapes: those of ``lstm`` without ``cx``, with three blocks r, z, n in weights and biases → the
    T hidden states and again the last one (T + 1, N, H). Raises ValueError for others.

    >>> from dlcourse import functional as F
    >>> F.gru([[[0.0]]], [[2.0]], *[[[0.0]] * 3] * 2, *[[0.0] * 3] * 2).tolist()[-1]
    [[1.0]]
    """

    title = "GRU layer"
    scales = (0.5, 0.5, 1)
    formula = (
        r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1},\quad "
        r"r_t, z_t = \sigma(W_{ih} x_t + b_{ih} + W_{hh} h_{t-1} + b_{hh}),\quad "
        r"n_t = \tanh(W_{in} x_t + b_{in} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))"
    )
    gradients = of_all(r"\bar{h}_0 = W_{hh}^\top \bar{u}_1 + \bar{h}_1 \odot z_1", from_state="u")

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
            activate(both, 0.5)
            new += reset * recall
            np.tanh(new, out=new)
            np.add(keep * (before - new), new, out=after)
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
        for now, proposal, arrived, kept in self.walk_back(from_state, to_new, arriving, keep):
            dh = flow[: len(now)]
            dh += arrived
            now *= np.concatenate([dh, dh, dh], axis=1)
            proposal *= dh
            dh *= kept
            dh += now @ weight_hh
        from_input = np.concatenate([*blocks[:2], to_new], axis=-1)
        return self.gradients_of_all(from_input, from_state, self.hidden, flow)
