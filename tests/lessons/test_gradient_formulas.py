"""Every displayed formula of a gradient in chapter 3 is right: checked by central differences.

A formula is known by its LaTeX: one that is new or changed, and has no check here, is a failure.
"""

import re

import numpy as np
import pytest
from lesson_files import lessons

from dlcourse.gradcheck import check_gradients, relative_error

rng = np.random.default_rng(0)
N, D, H, K = 3, 4, 5, 2
arrays = {
    "X": rng.normal(size=(N, D)),
    "T": rng.normal(size=(N, 1)),
    "W1": rng.normal(size=(H, D)),
    "b1": rng.normal(size=H),
    "W2": rng.normal(size=(1, H)),
    "b2": rng.normal(size=1),
    "W": rng.normal(size=(K, D)),
    "b": rng.normal(size=K),
    "z": rng.normal(size=K + 2),
    "x": rng.normal(size=6),
    "beta": np.array(1.3),
    "scalars": np.array([2.0, 3.0, -1.0]),
}
upstream = {"S": rng.normal(size=(N, K)), "z": rng.normal(size=6)}


def network(stage):
    """The loss of the two-layer network, from the arrays or from a stage that is nudged."""
    v = arrays
    Z = stage.get("Z", v["X"] @ v["W1"].T + v["b1"])
    hidden = stage.get("H", np.maximum(Z, 0))
    Y = stage.get("Y", hidden @ v["W2"].T + v["b2"])
    return np.mean((Y - v["T"]) ** 2)


def stages():
    v = arrays
    Z = v["X"] @ v["W1"].T + v["b1"]
    hidden = np.maximum(Z, 0)
    Y = hidden @ v["W2"].T + v["b2"]
    Y_bar = 2 / N * (Y - v["T"])
    H_bar = Y_bar @ v["W2"]
    return {"Z": Z, "H": hidden, "Y": Y, "Y_bar": Y_bar, "H_bar": H_bar, "Z_bar": H_bar * (Z > 0)}


def of_stage(name, formula):
    """A check of the gradient of an intermediate result."""

    def check():
        found = stages()
        array = found[name].copy()
        gradient = {name: formula(found)}
        return check_gradients(lambda: network({name: array}), {name: array}, gradient)

    return check


def of_parameter(name, formula):
    def check():
        return check_gradients(
            lambda: network({}), {name: arrays[name]}, {name: formula(stages(), arrays)}
        )

    return check


def of_layer(name, formula):
    """A check on S = X Wᵀ + b, with a given gradient of S."""

    def loss():
        return ((arrays["X"] @ arrays["W"].T + arrays["b"]) * upstream["S"]).sum()

    def check():
        gradient = formula(upstream["S"], arrays)
        return check_gradients(loss, {name: arrays[name]}, {name: gradient})

    return check


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def of_softmax(formula, right=1):
    def check():
        z = arrays["z"]
        return check_gradients(
            lambda: -np.log(softmax(z)[right]), {"z": z}, {"z": formula(softmax(z), right)}
        )

    return check


def softmax_jacobian():
    p, rows = softmax(arrays["z"]), []
    for i in range(len(p)):
        row = p[i] * (np.eye(len(p))[i] - p)
        loss = lambda i=i: softmax(arrays["z"])[i]  # noqa: E731
        rows.append(check_gradients(loss, {"z": arrays["z"]}, {"z": row}))
    return all(rows)


def of_first_graph(position, formula):
    """A check on L = (a b + c) a at 2, 3, −1."""

    def check():
        v = arrays["scalars"]
        claimed = np.zeros(3)
        claimed[position] = formula(*v)
        one = v[position : position + 1]
        loss = lambda: (v[0] * v[1] + v[2]) * v[0]  # noqa: E731
        return check_gradients(loss, {"x": one}, {"x": claimed[position : position + 1]})

    return check


def several_paths():
    """x̄ = Σ z̄ᵢ ∂zᵢ/∂x, for z = (x², sin x, 3x) and L = z₁ z₂ + z₃."""
    x = np.array([0.7])
    z_bar = np.array([np.sin(x[0]), x[0] ** 2, 1.0])
    slopes = np.array([2 * x[0], np.cos(x[0]), 3.0])
    loss = lambda: x[0] ** 2 * np.sin(x[0]) + 3 * x[0]  # noqa: E731
    return check_gradients(loss, {"x": x}, {"x": np.array([z_bar @ slopes])})


def jacobian_products():
    """x̄ = Jᵀ z̄ and ż = J ẋ for z = tanh(W x)."""
    W, x = arrays["W1"], arrays["X"][0].copy()
    J = (1 - np.tanh(W @ x) ** 2)[:, None] * W
    z_bar, x_dot, h = rng.normal(size=H), rng.normal(size=D), 1e-6
    moved = (np.tanh(W @ (x + h * x_dot)) - np.tanh(W @ (x - h * x_dot))) / (2 * h)
    forward = relative_error(J @ x_dot, moved).max() < 1e-6
    return forward and check_gradients(lambda: z_bar @ np.tanh(W @ x), {"x": x}, {"x": J.T @ z_bar})


def of_swish(name, formula):
    def gate():
        return 1 / (1 + np.exp(-arrays["beta"] * arrays["x"]))

    def check():
        gradient = formula(upstream["z"], arrays["x"], float(arrays["beta"]), gate())
        loss = lambda: (upstream["z"] * arrays["x"] * gate()).sum()  # noqa: E731
        return check_gradients(loss, {name: arrays[name]}, {name: np.asarray(gradient)})

    return check


def by_index(formula, letters):
    """Einstein's notation, for the formulas with indices."""
    return lambda S_bar, v: np.einsum(letters, S_bar, *formula(v))


CHECKS = {
    r"\bar{b} = \frac{\partial L}{\partial s} \cdot \frac{\partial s}{\partial m} \cdot "
    r"\frac{\partial m}{\partial b} = a \cdot 1 \cdot a = 2 \cdot 1 \cdot 2 = 4": of_first_graph(
        1, lambda a, b, c: a * 1 * a
    ),
    r"\bar{a} = s + a \cdot 1 \cdot b = 5 + 6 = 11": of_first_graph(
        0, lambda a, b, c: (a * b + c) + a * 1 * b
    ),
    r"\bar{x} = \sum_i \bar{z}_i \, \frac{\partial z_i}{\partial x}": several_paths,
    r"\bar{L} = 1": lambda: True,
    r"\bar{Y} = \frac{2}{N}(Y - T)": of_stage("Y", lambda s: 2 / N * (s["Y"] - arrays["T"])),
    r"\bar{W}_2 = \bar{Y}^\top H": of_parameter("W2", lambda s, v: s["Y_bar"].T @ s["H"]),
    r"\bar{b}_2 = \sum_n \bar{Y}_n": of_parameter("b2", lambda s, v: s["Y_bar"].sum(axis=0)),
    r"\bar{H} = \bar{Y} W_2": of_stage("H", lambda s: s["Y_bar"] @ arrays["W2"]),
    r"\bar{Z} = \bar{H} \odot [Z > 0]": of_stage("Z", lambda s: s["H_bar"] * (s["Z"] > 0)),
    r"\bar{W}_1 = \bar{Z}^\top X": of_parameter("W1", lambda s, v: s["Z_bar"].T @ v["X"]),
    r"\bar{b}_1 = \sum_n \bar{Z}_n": of_parameter("b1", lambda s, v: s["Z_bar"].sum(axis=0)),
    r"\bar{w}_{kd} = \sum_n \bar{s}_{nk}\, x_{nd}": of_layer(
        "W", by_index(lambda v: [v["X"]], "nk,nd->kd")
    ),
    r"\bar{b}_k = \sum_n \bar{s}_{nk}": of_layer("b", by_index(lambda v: [], "nk->k")),
    r"\bar{x}_{nd} = \sum_k \bar{s}_{nk}\, w_{kd}": of_layer(
        "X", by_index(lambda v: [v["W"]], "nk,kd->nd")
    ),
    r"\bar{W} = \bar{S}^\top X": of_layer("W", lambda S_bar, v: S_bar.T @ v["X"]),
    r"\bar{b} = \sum_n \bar{S}_n": of_layer("b", lambda S_bar, v: S_bar.sum(axis=0)),
    r"\bar{X} = \bar{S}\, W": of_layer("X", lambda S_bar, v: S_bar @ v["W"]),
    r"\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j)": softmax_jacobian,
    r"\bar{z}_j = -\frac{1}{p_y} \, p_y (\delta_{yj} - p_j) = p_j - \delta_{yj}": of_softmax(
        lambda p, y: p - np.eye(len(p))[y]
    ),
    r"\bar{x} = \sum_i \text{back}_i(\bar{z}_i)": several_paths,
    r"\text{backward: } \bar{x} = J^\top \bar{z}": jacobian_products,
    r"\bar{x} = \bar{z} \odot \left(s + \beta x\, s\,(1 - s)\right)": of_swish(
        "x", lambda z_bar, x, beta, s: z_bar * (s + beta * x * s * (1 - s))
    ),
    r"\bar{\beta} = \sum_i \bar{z}_i\, x_i^2\, s_i\,(1 - s_i)": of_swish(
        "beta", lambda z_bar, x, beta, s: (z_bar * x**2 * s * (1 - s)).sum()
    ),
}


def displayed():
    """The displayed formulas of chapter 3 that give a gradient."""
    for source in lessons():
        if source.parent.parent.name == "03_backprop":
            for block in re.findall(
                r"\$\$(.+?)\$\$", source.read_text(encoding="utf-8"), re.DOTALL
            ):
                for formula in block.split(r"\qquad"):
                    left, _, right = formula.partition("=")
                    if right and (r"\bar" in left or r"\partial" in left):
                        yield pytest.param(formula.strip(), id=f"{source.stem}: {formula.strip()}")


@pytest.mark.parametrize("formula", list(displayed()))
def test_a_displayed_gradient_agrees_with_central_differences(formula):
    assert formula in CHECKS, "no check here for this formula"
    assert CHECKS[formula]()


def test_canary_a_wrong_formula_is_noticed():
    assert not of_layer("W", lambda S_bar, v: 2 * S_bar.T @ v["X"])()
    assert not of_softmax(lambda p, y: p)()
