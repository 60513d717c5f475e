"""Exercises and quiz: the gradients of a convolution layer."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(43)


def _whole(*shape):
    return _RNG.integers(-3, 4, shape).astype(float)


_X = np.array([[1.0, 2, 0], [0, 1, 3], [2, 0, 1]])
_K = np.array([[1.0, -1], [2, 0]])
_G = np.array([[1.0, 0], [2, -1]])

_CELL = "def kernel_gradient(X, G, u, v):\n    H, W = G.shape\n    return {}\n"

one_weight = Exercise(
    name="kernel_gradient",
    stub="def kernel_gradient(X, G, u, v):\n    ...  # your code: return a number",
    solution_code=_CELL.format("(G * X[u : u + H, v : v + W]).sum()"),
    hints=(
        "In the window of the cell [i, j] this weight multiplied the pixel X[i + u, j + v].",
        "All these pixels together are a piece of X of the shape of G, from row u and column v on.",
    ),
    right="the gradient of a weight agrees in five cases.",
    cases=(
        (_X, _G, 1, 0),
        (_X, _G, 0, 1),
        (_whole(6, 6), _whole(4, 4), 2, 1),
        (_whole(5, 5), _whole(3, 3), 0, 2),
        (_whole(7, 7), _whole(5, 5), 1, 1),
    ),
    wrong=(
        WrongAnswer(
            _CELL.format("(G * X[u : u + H, v : v + W]).mean()"),
            "you averaged. Each window is a path of its own, and paths add.",
        ),
        WrongAnswer(
            _CELL.format("G[0, 0] * X[u, v]"),
            "that is one window. A shared weight collects from all of them.",
        ),
        WrongAnswer(
            _CELL.format("(G[::-1, ::-1] * X[u : u + H, v : v + W]).sum()"),
            "you turned what arrives. For the kernel nothing is turned.",
        ),
        WrongAnswer(
            _CELL.format("(G * X[v : v + H, u : u + W]).sum()"),
            "u counts rows and v columns: yours are exchanged.",
        ),
    ),
)

_INPUT = """
def input_gradient(G, K, shape):
    H, W = G.shape
    X_bar = np.zeros(shape)
    for u in range(K.shape[0]):
        for v in range(K.shape[1]):
            X_bar[u : u + H, v : v + W] {step}
    return X_bar
"""

of_the_picture = Exercise(
    name="input_gradient",
    stub="def input_gradient(G, K, shape):\n    ...  # your code: return an array of this shape",
    solution_code=_INPUT.format(step="+= G * K[u, v]"),
    hints=(
        "Forward, the weight K[u, v] multiplied the piece X[u : u + H', v : v + W'].",
        "Backward it sends what arrived, times the weight, to the same piece.",
        "Start with zeros and add: pieces overlap.",
    ),
    right="the gradient agrees for three pictures.",
    cases=(
        (_G, _K, (3, 3)),
        (_whole(4, 3), _whole(3, 3), (6, 5)),
        (_whole(3, 3), _whole(2, 3), (4, 5)),
    ),
    wrong=(
        WrongAnswer(
            _INPUT.format(step="+= G * K[-1 - u, -1 - v]"),
            "the kernel is turned the wrong way: the pixel at [i + u, j + v] was met by K[u, v].",
        ),
        WrongAnswer(
            _INPUT.format(step="= G * K[u, v]"),
            "where windows overlap their gradients add; yours overwrite one another.",
        ),
        WrongAnswer(
            _INPUT.format(step="+= K[u, v]"), "these are the weights. Multiply by what arrived."
        ),
        WrongAnswer(
            _INPUT.format(step="+= G * K[u, v] / K.size"),
            "you divide by the number of weights; paths add, nothing is averaged.",
        ),
    ),
)

_STRIDED = """
def strided_gradient(G, K, shape, stride, padding):
    H, W = G.shape
    frame = np.zeros((shape[0] + 2 * padding, shape[1] + 2 * padding))
    for u in range(K.shape[0]):
        for v in range(K.shape[1]):
            frame[u : u + {s} * H : {s}, v : v + {s} * W : {s}] += G * K[u, v]
    return {crop}
"""
_STRIDED_RIGHT = {
    "s": "stride",
    "crop": "frame[padding : padding + shape[0], padding : padding + shape[1]]",
}


def _strided(**parts):
    return _STRIDED.format(**(_STRIDED_RIGHT | parts))


with_stride = Exercise(
    name="strided_gradient",
    stub="def strided_gradient(G, K, shape, stride, padding):\n"
    "    ...  # your code: return an array of this shape",
    solution_code=_strided(),
    hints=(
        "Work on the picture with its frame, and cut the frame off at the end.",
        "Forward, the piece that met K[u, v] was X[u : u + s H' : s, v : v + s W' : s].",
        "Pixels that no window saw keep their 0.",
    ),
    right="the gradient agrees for five strides and frames, with pixels that nobody saw.",
    cases=(
        (_G, _K, (3, 3), 1, 0),
        (_whole(4, 4), _whole(3, 3), (7, 7), 2, 1),
        (_whole(3, 3), _whole(3, 3), (8, 8), 2, 0),
        (_whole(5, 4), _whole(3, 3), (5, 4), 1, 1),
        (_whole(2, 2), _whole(2, 2), (5, 5), 3, 0),
    ),
    wrong=(
        WrongAnswer(
            _strided(crop="frame[: shape[0], : shape[1]]"),
            "the frame lies on all sides: cut it off at the top and on the left as well.",
        ),
        WrongAnswer(
            _strided(s="1"), "neighbouring windows are a stride apart: spread what arrives."
        ),
        WrongAnswer(_strided(crop="frame"), "wanted is (7, 7)"),
        WrongAnswer(
            _strided().replace("+= G", "= G"),
            "where windows overlap their gradients add; yours overwrite one another.",
        ),
    ),
)

_TRANSPOSED = """
def transposed(X, W, stride):
    (N, _, H, Q), (_, O, kh, kw) = X.shape, W.shape
    Y = np.zeros((N, O, {height}, (Q - 1) * stride + kw))
    for u in range(kh):
        for v in range(kw):
            Y[:, :, u : u + stride * H : stride, v : v + stride * Q : stride] += np.einsum(
                "nchw,co->nohw", X, W[:, :, {at}])
    return Y{scale}
"""
_TRANSPOSED_RIGHT = {"height": "(H - 1) * stride + kh", "at": "u, v", "scale": ""}


def _transposed(**parts):
    return _TRANSPOSED.format(**(_TRANSPOSED_RIGHT | parts))


enlarging = Exercise(
    name="transposed",
    stub="def transposed(X, W, stride):\n    ...  # your code: return an array (N, O, H', W')",
    solution_code=_transposed(),
    hints=(
        "It is a convolution's way back, used forward: X plays the part of what arrives.",
        "The result has (H − 1) · stride + k_h rows: the picture on which H windows fit.",
        "Each weight W[c, o, u, v] adds X[:, c] times itself to every stride-th cell from [u, v].",
    ),
    right="the maps agree for three layers, with windows that overlap and windows that do not.",
    cases=(
        (_whole(1, 1, 2, 2), _whole(1, 1, 2, 2), 2),
        (_whole(2, 3, 4, 3), _whole(3, 2, 3, 3), 2),
        (_whole(1, 2, 3, 3), _whole(2, 1, 3, 2), 1),
    ),
    wrong=(
        WrongAnswer(
            _transposed(at="-1 - u, -1 - v"), "you turned the kernel: it is laid down as it stands."
        ),
        WrongAnswer(
            _transposed(scale=" / np.abs(W).sum()"),
            "nothing is divided: it is the transposed matrix, not the inverse.",
        ),
        WrongAnswer(_transposed().replace("+= np", "= np"), "overlaps add; yours overwrite."),
        WrongAnswer(_transposed(height="H * stride + kh - 1"), "wanted is (2, 2, 9, 7)"),
    ),
)

quiz = Quiz(
    (
        Question(
            "Why does the gradient of a kernel sum over all places?",
            right="One weight is used at every place, and paths add",
            why="Sharing forward is summing backward; for a bias it is the same.",
            wrong={
                "To make it larger": "Its size is a consequence, not the reason.",
                "Because the loss is a sum": "With any loss each use of the weight is a path to "
                "it.",
            },
        ),
        Question(
            "A 3 × 3 kernel slides over 5 × 5 pixels. How many windows saw the corner, how many "
            "the centre?",
            right="1 and 9",
            why="Near the corner few windows fit. The border gets less gradient.",
            wrong={
                "9 and 9": "That would take a frame: at the corner only one window fits.",
                "1 and 4": "4 is right for a 2 × 2 kernel.",
            },
        ),
        Question(
            "Where does the backward pass turn a kernel by 180°?",
            right="In the input's gradient, written as a convolution of what arrives",
            why="The output at i used x[i + u] with w[u], so the pixel r gets w[r − i]: backwards.",
            wrong={
                "In the kernel's gradient": "Pictures and what arrives are correlated as they "
                "stand.",
                "Nowhere": "Scattering hides it, but written as a convolution it is there.",
            },
        ),
        Question(
            "A pixel that no window saw: its gradient?",
            right="0",
            why="It has no path to the loss.",
            wrong={
                "It has none: nan": "It is an input like others; moving it changes nothing.",
                "That of its neighbour": "Each pixel has its own paths, and this one has none.",
            },
        ),
        Question(
            "A network trains to 94 %. Is its backward pass right?",
            right="Not shown: with wrong gradients networks learn as well",
            why="Four broken versions in this lesson learned. A gradient check tells.",
            wrong={
                "Yes, else it would not learn": "Many wrong directions still go downhill.",
                "Yes, if five seeds do it": "The mistake is the same in all of them.",
            },
        ),
    )
)
