"""Exercises and quiz: the convolution layer forward."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(42)


def _whole(*shape):
    return _RNG.integers(-3, 4, shape).astype(float)


_SIZE = "def output_size(n, k, stride, padding, dilation):\n    return {}\n"

size = Exercise(
    name="output_size",
    stub="def output_size(n, k, stride, padding, dilation):\n    ...  # your code: a whole number",
    solution_code=_SIZE.format("(n + 2 * padding - dilation * (k - 1) - 1) // stride + 1"),
    hints=(
        "How long is the row with its frame? How long a piece does the kernel span, if dilation "
        "leaves gaps?",
        "With stride 1 there are (length − span + 1) places; the span is dilation · (k − 1) + 1.",
        "With a stride s, count every s-th place, the first included: rounded down.",
    ),
    right="the size agrees for eleven layers.",
    cases=(
        (28, 3, 1, 0, 1),
        (28, 3, 1, 1, 1),
        (28, 5, 1, 2, 1),
        (28, 3, 2, 1, 1),
        (7, 3, 2, 0, 1),
        (8, 3, 2, 0, 1),
        (8, 3, 2, 1, 1),
        (224, 7, 2, 3, 1),
        (10, 3, 1, 0, 2),
        (10, 3, 1, 2, 2),
        (5, 2, 3, 0, 1),
    ),
    wrong=(
        WrongAnswer(
            _SIZE.format("-(-(n + 2 * padding - dilation * (k - 1) - 1) // stride) + 1"),
            "you round up. A window that does not fit is dropped: 8 pixels, stride 2, give 3.",
        ),
        WrongAnswer(
            _SIZE.format("(n + 2 * padding - dilation * (k - 1) - 1) // stride"),
            "the + 1 is missing: the first place counts too (28 pixels and k = 3 give 26).",
        ),
        WrongAnswer(
            _SIZE.format("(n + padding - dilation * (k - 1) - 1) // stride + 1"),
            "the frame has two sides: 2 · padding.",
        ),
        WrongAnswer(
            _SIZE.format("(n + 2 * padding - k) // stride + 1"),
            "you leave out the dilation: a kernel with gaps spans dilation · (k − 1) + 1 pixels.",
        ),
    ),
)

_COUNT = "def count(C_in, C_out, k, H, W):\n    return {}, {}\n"
_PARAMETERS, _WORK = "C_out * (C_in * k * k + 1)", "C_out * H * W * C_in * k * k"

counting = Exercise(
    name="count",
    stub="def count(C_in, C_out, k, H, W):\n"
    "    ...  # your code: return parameters, multiplications",
    solution_code=_COUNT.format(_PARAMETERS, _WORK),
    hints=(
        "One kernel is as deep as the input: C_in · k · k weights. Then a bias for each kernel.",
        "Each number of the output takes as many multiplications as a kernel has weights.",
    ),
    right="both counts agree for four layers.",
    cases=((3, 32, 3, 26, 26), (1, 32, 3, 26, 26), (32, 64, 3, 11, 11), (64, 16, 1, 8, 8)),
    wrong=(
        WrongAnswer(
            _COUNT.format("C_out * (k * k + 1)", _WORK),
            "a kernel has a slice for each channel of the input: 864 weights, not 288.",
        ),
        WrongAnswer(
            _COUNT.format("C_out * C_in * (k * k + 1)", _WORK),
            "a kernel has one bias, not one for each channel of the input.",
        ),
        WrongAnswer(
            _COUNT.format(f"{_PARAMETERS} * H * W", _WORK),
            "the weights are shared by all places: the picture's size does not enter.",
        ),
        WrongAnswer(
            _COUNT.format(_PARAMETERS, "C_out * C_in * k * k"),
            "the multiplications are done anew at each of the H · W places.",
        ),
        WrongAnswer(
            _COUNT.format("C_out * C_in * k * k", _WORK), "the biases are missing: one a kernel."
        ),
    ),
)

_CONV = """
def conv2d(X, W, b, stride, padding):
    N, C, height, width = X.shape
    O, _, kh, kw = W.shape
    X = np.pad(X, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2){mode})
    H = (height + 2 * padding - kh) // stride + 1
    Q = (width + 2 * padding - kw) // stride + 1
    Y = np.zeros((N, O, H, Q)) + {bias}
    for u in range(kh):
        for v in range(kw):
            piece = X[:, :, u : u + stride * H : stride, v : v + stride * Q : stride]
            Y += np.einsum("nchw,oc->nohw", piece, W[:, :, u, v])
    return Y
"""
_CONV_RIGHT = {"mode": "", "bias": "b[:, None, None]"}


def _conv(**parts):
    return _CONV.format(**(_CONV_RIGHT | parts))


forward = Exercise(
    name="conv2d",
    stub="def conv2d(X, W, b, stride, padding):\n    ...  # your code: an array (N, O, H', W')",
    solution_code=_conv(),
    hints=(
        "np.pad with one pair of numbers an axis makes the frame: (0, 0) for N and for C.",
        "The pixels under an offset [u, v] are X[:, :, u::stride, v::stride], cut to H' × W'.",
        "Each offset adds W[o, c, u, v] times those pixels, summed over c: np.einsum("
        '"nchw,oc->nohw", piece, W[:, :, u, v]).',
    ),
    right="the maps agree for four layers, with and without stride and frame.",
    cases=(
        (_whole(1, 2, 3, 3), _whole(2, 2, 2, 2), _whole(2), 1, 0),
        (_whole(2, 3, 6, 5), _whole(4, 3, 3, 3), _whole(4), 1, 1),
        (_whole(2, 2, 8, 8), _whole(3, 2, 3, 3), _whole(3), 2, 1),
        (_whole(3, 1, 7, 9), _whole(2, 1, 3, 2), _whole(2), 2, 0),
    ),
    wrong=(
        WrongAnswer(
            _conv(bias="W.shape[1] * b[:, None, None]"),
            "you add the bias once for each channel of the input; it is added once.",
        ),
        WrongAnswer(
            _conv(mode=', mode="edge"'), "your frame repeats the border's pixels; it is zeros."
        ),
        WrongAnswer(
            _conv().replace("piece, W", "piece[:, :1], W[:, :1]"),
            "you use the first channel only. Each kernel spans all of them: add them up.",
        ),
        WrongAnswer(
            _conv().replace("W[:, :, u, v]", "W[:, :, -1 - u, -1 - v]"),
            "you turned the kernels by 180°. Here they slide as they stand.",
        ),
    ),
)


def _verify_stack(layers):
    shape, parameters = (1, 28, 28), 0
    for number, layer in enumerate(layers, 1):
        if np.shape(layer) != (3,):
            return f"layer {number} is {layer!r}; wanted is (out_channels, stride, padding)."
        channels, stride, padding = layer
        parameters += channels * (9 * shape[0] + 1)
        side = (shape[1] + 2 * padding - 3) // stride + 1
        if stride > 3:
            return f"layer {number} leaves pixels out that no window sees: its stride is above 3."
        if side < 1:
            return f"layer {number} has no window left: its input is {shape}."
        shape = (channels, side, side)
    if shape != (32, 3, 3):
        return f"the last output is {shape}; wanted is (32, 3, 3)."
    if parameters > 20_000:
        return f"{parameters:,} parameters; at most 20,000 are allowed."
    return None


_STACK = "layers = {}\n"

stack = Exercise(
    name="layers",
    stub="layers = ...  # your list of (out_channels, stride, padding)",
    solution_code=_STACK.format("[(8, 2, 1), (16, 2, 1), (32, 2, 0)]"),
    hints=(
        "With stride 2 and padding 1 each layer halves: 28, 14, 7.",
        "From 7 to 3: padding 1 gives 4, so the last layer has none.",
        "Few channels while the maps are large, more as they shrink.",
    ),
    right="the shapes lead to (32, 3, 3), within the budget.",
    verify=_verify_stack,
    wrong=(
        WrongAnswer(_STACK.format("[(8, 2, 1), (16, 2, 1), (32, 2, 1)]"), "is (32, 4, 4)"),
        WrongAnswer(_STACK.format("[(64, 2, 1), (64, 2, 1), (32, 2, 0)]"), "56,032 parameters"),
        WrongAnswer(_STACK.format("[8, 16, 32]"), "wanted is (out_channels, stride, padding)"),
        WrongAnswer(_STACK.format("[(32, 9, 0)]"), "leaves pixels out that no window sees"),
    ),
)

quiz = Quiz(
    (
        Question(
            "A layer takes 16 channels and gives 32, with kernels 5 × 5. The shape of its weight?",
            right="(32, 16, 5, 5)",
            why="Kernels first, then the channels that each of them spans.",
            wrong={
                "(16, 32, 5, 5)": "The outputs come first, as in a dense layer's (D_out, D_in).",
                "(32, 5, 5)": "Each kernel spans all 16 channels of the input.",
                "(5, 5, 16, 32)": "The same numbers in another library's order.",
            },
        ),
        Question(
            "What does a 1 × 1 convolution do?",
            right="It mixes the channels of each pixel, the same way everywhere",
            why="A dense layer across channels, applied at every place: grey from colour is one.",
            wrong={
                "Nothing: its window is one pixel": "One pixel, but all of its channels.",
                "It makes the picture smaller": "With stride 1 every pixel gets an answer.",
            },
        ),
        Question(
            "Somebody compares 'a CNN with a DNN'. What is wrong with the names?",
            right="A CNN is a deep network too; the other one is an MLP",
            why="DNN says deep, and nothing about which layers. Dense layers make an MLP.",
            wrong={
                "Nothing": "A DNN is any deep network, so the CNN is one.",
                "A DNN is never used for pictures": "It can be; the name is the matter here.",
            },
        ),
        Question(
            "Why does a convolution share its weights between places?",
            right="What helps to see in one place helps in another, so it is learned once for all",
            why="Fewer weights come with it. The assumption can be wrong, as in tables.",
            wrong={
                "Only to save memory": "It also means that one example teaches all places.",
                "To compute fewer products": "Sharing saves weights; each place still does its "
                "products.",
            },
        ),
        Question(
            "A picture of twice the height and width goes into the same layer. What changes?",
            right="About four times the multiplications, and the same weights",
            why="Weights know nothing of the picture's size; each place is computed.",
            wrong={
                "Four times the weights": "That holds for a dense layer.",
                "Nothing": "There are four times as many places to compute.",
            },
        ),
        Question(
            "For which of these does a convolution along one axis fit best?",
            right="The readings of a sensor, second by second",
            why="Neighbours in time belong together, and a pattern may come at any time.",
            wrong={
                "Age, income and shoe size of a person": "The order of the columns means nothing, "
                "so neighbours mean nothing.",
                "A bag of words without order": "Without order there are no neighbours.",
            },
        ),
    )
)
