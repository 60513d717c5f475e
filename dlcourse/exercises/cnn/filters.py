"""Exercises and quiz: images and filters."""

import numpy as np

from dlcourse.exercises.cnn.pictures import photograph
from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(41)


def _whole(*shape):
    return _RNG.integers(-4, 5, shape).astype(float)


_AT = "def respond_at(X, K, i, j):\n    kh, kw = K.shape\n    return {}\n"

at_one_cell = Exercise(
    name="respond_at",
    stub="def respond_at(X, K, i, j):\n    ...  # your code: return a number",
    solution_code=_AT.format("(X[i : i + kh, j : j + kw] * K).sum()"),
    hints=(
        "Cut a window of the kernel's size out of X, with its upper left corner at [i, j].",
        "Multiply window and kernel number by number, and add.",
    ),
    right="the response agrees at four cells of pictures of different sizes.",
    cases=(
        (np.arange(1.0, 10).reshape(3, 3), np.array([[1.0, 2], [3, 4]]), 0, 0),
        (_whole(7, 8), _whole(3, 3), 2, 3),
        (_whole(6, 5), _whole(2, 2), 3, 1),
        (_whole(7, 7), _whole(3, 3), 1, 4),
    ),
    wrong=(
        WrongAnswer(
            _AT.format("(X[i : i + kh, j : j + kw] * K[::-1, ::-1]).sum()"),
            "you turned the kernel: that is mathematics' convolution (23 in place of 37).",
        ),
        WrongAnswer(
            _AT.format("(X[i : i + kh, j : j + kw] * K.T).sum()"),
            "rows and columns of the kernel are exchanged (35 in place of 37).",
        ),
        WrongAnswer(
            _AT.format("(X[i : i + kh, j : j + kw] * K).mean()"),
            "you averaged (9.25 in place of 37). A filter adds up.",
        ),
        WrongAnswer(
            _AT.format("(X[j : j + kw, i : i + kh] * K).sum()"),
            "i counts rows, from the top, and j columns: yours are exchanged.",
        ),
    ),
)

_CORRELATE = """
def correlate(X, K):
    kh, kw = K.shape
    H, W = {size}
    Y = np.zeros((H, W))
    for u in range(kh):
        for v in range(kw):
            Y += K[u, v] * {shifted}
    return Y
"""
_SIZE, _SHIFTED = "X.shape[0] - kh + 1, X.shape[1] - kw + 1", "X[u : u + H, v : v + W]"

whole_picture = Exercise(
    name="correlate",
    stub="def correlate(X, K):\n    ...  # your code: return an array (H', W')",
    solution_code=_CORRELATE.format(size=_SIZE, shifted=_SHIFTED),
    hints=(
        "How many places are there in a row of W pixels for a window of k_w? W − k_w + 1.",
        "Either two loops over the cells, or two over the kernel: each weight K[u, v] multiplies a "
        "shifted piece of the picture.",
        "The piece for K[u, v] is X[u : u + H', v : v + W'].",
    ),
    right="all cells agree for four pictures, one of them with an oblong kernel.",
    cases=(
        (np.arange(1.0, 10).reshape(3, 3), np.array([[1.0, 2], [3, 4]])),
        (_whole(5, 7), _whole(3, 3)),
        (_whole(6, 6), _whole(2, 4)),
        (_whole(4, 4), _whole(4, 4)),
    ),
    wrong=(
        WrongAnswer(
            _CORRELATE.format(size="X.shape[0] + kh - 1, X.shape[1] + kw - 1",
                              shifted="np.pad(X, ((kh - 1,) * 2, (kw - 1,) * 2))"
                              "[u : u + H, v : v + W]"),
            "you let the kernel hang over the border: stay inside the picture.",
        ),
        WrongAnswer(
            _CORRELATE.format(size="X.shape",
                              shifted="np.pad(X, ((0, kh), (0, kw)))[u : u + H, v : v + W]"),
            "your response is as large as the picture, which takes padding: H' is H − k_h + 1.",
        ),
        WrongAnswer(
            _CORRELATE.format(size="X.shape", shifted="np.roll(X, (u, v), (0, 1))"),
            "your window wraps round the border: cell [0, 0] uses the last row.",
        ),
        WrongAnswer(
            _CORRELATE.format(size=_SIZE, shifted=_SHIFTED).replace("K[u, v] *", "K[-1-u, -1-v] *"),
            "you turned the kernel by 180°: that is mathematics' convolution.",
        ),
    ),
)  # fmt: skip


def _verify_diagonal(kernel):
    kernel = np.asarray(kernel, dtype=float)
    if kernel.shape != (3, 3):
        return f"the kernel has shape {kernel.shape}; wanted is (3, 3)."

    def response(patch):
        return float((kernel * patch).sum())

    line = np.eye(3)
    if np.ptp(kernel) < 1e-9:
        return "all weights are equal: that is a blur, which answers to plain brightness only."
    if abs(response(np.ones((3, 3)))) > 1e-9:
        return "the weights do not add up to 0, so it answers to plain brightness."
    if response(line) <= 0:
        other = response(line[::-1]) > 0
        return "it does not answer to the line" + (
            ": it finds the other diagonal. Turn it." if other else "."
        )
    slopes = (np.mgrid[0:3, 0:3][0], np.mgrid[0:3, 0:3][1], np.add(*np.mgrid[0:3, 0:3]))
    if any(abs(response(slope)) > 1e-9 for slope in slopes):
        return "it answers to an even slope of brightness, where there is no line."
    others = (line[::-1], np.diag([1, 1], 1), np.diag([1, 1], -1), np.eye(3)[[1, 1, 1]],
              np.eye(3)[[1, 1, 1]].T)  # fmt: skip
    if any(response(other) >= response(line) for other in others):
        return "another line gets an answer as large as the diagonal through the middle."
    return None


_DIAGONAL = "diagonal = np.array({})\n"

design = Exercise(
    name="diagonal",
    stub="diagonal = ...  # your kernel: an array (3, 3)",
    solution_code=_DIAGONAL.format("[[2.0, -1, -1], [-1, 2, -1], [-1, -1, 2]]"),
    hints=(
        "Positive where the line is, negative elsewhere.",
        "Three weights on the line, six beside it: which numbers make the sum 0?",
        "A slope must give 0 too: the kernel should look the same after turning it by 180°.",
    ),
    right="0 on flat ground and on slopes, and the largest answer on the diagonal line.",
    verify=_verify_diagonal,
    wrong=(
        WrongAnswer(_DIAGONAL.format("np.eye(3)"), "the weights do not add up to 0"),
        WrongAnswer(
            _DIAGONAL.format("[[-1.0, -1, 2], [-1, 2, -1], [2, -1, -1]]"), "the other diagonal"
        ),
        WrongAnswer(_DIAGONAL.format("np.ones((3, 3)) / 9"), "that is a blur"),
        WrongAnswer(
            _DIAGONAL.format("[[2.0, 0, -1], [1, 0, -1], [0, 0, -1]]"), "an even slope of"
        ),
    ),
)  # fmt: skip


def piece_cases(count: int) -> list[tuple[np.ndarray, np.ndarray, tuple[int, int]]]:
    """The photograph at half size, pieces of 24 × 24 pixels, and where each was cut."""
    picture = photograph()[::2, ::2] / 255 @ np.array([0.299, 0.587, 0.114])
    rng = np.random.default_rng(2)
    corners = [(int(rng.integers(277)), int(rng.integers(233))) for _ in range(count)]
    return [(picture, picture[i : i + 24, j : j + 24], (i, j)) for i, j in corners]


def _verify_finder(find_piece):
    found = [(find_piece(picture, piece), place) for picture, piece, place in piece_cases(10)]
    if any(np.shape(answer) != (2,) for answer, _ in found):
        return "return two numbers: the row and the column of the piece's upper left corner."
    hits = sum(tuple(map(int, answer)) == place for answer, place in found)
    if hits == 10:
        return None
    if sum(tuple(map(int, answer))[::-1] == place for answer, place in found) == 10:
        return "row and column are exchanged."
    if hits == 0:
        return "0 of 10 found. Raw sums grow with brightness: subtract the piece's mean from it."
    return (
        f"{hits} of 10 found. Windows with strong contrast win: divide each response by the spread "
        "of the window that it comes from."
    )


_FIND = """
def find_piece(picture, piece):
    windows = np.lib.stride_tricks.sliding_window_view(picture, piece.shape)
    K = {kernel}
    response = np.einsum("ijuv,uv", windows, K, optimize=True){divided}
    i, j = np.unravel_index(response.argmax(), response.shape)
    return {result}
"""
_FIND_RIGHT = {
    "kernel": "piece - piece.mean()",
    "divided": " / windows.std(axis=(2, 3))",
    "result": "int(i), int(j)",
}


def _find(**parts):
    return _FIND.format(**(_FIND_RIGHT | parts))


find = Exercise(
    name="find_piece",
    stub="def find_piece(picture, piece):\n    ...  # your code: return row and column",
    solution_code=_find(),
    hints=(
        "Use the piece as a kernel; np.lib.stride_tricks.sliding_window_view gives all windows "
        "(H', W', 24, 24).",
        "A bright window gives a large sum whatever it shows: give the kernel the sum 0.",
        "So does a window with strong contrast: divide by windows.std(axis=(2, 3)).",
    ),
    right="10 of 10 pieces found.",
    cases=((_whole(30, 30), _whole(24, 24)),),
    verify=_verify_finder,
    wrong=(
        WrongAnswer(_find(kernel="piece", divided=""), "subtract the piece's mean"),
        WrongAnswer(_find(divided=""), "divide each response by the spread"),
        WrongAnswer(_find(result="int(j), int(i)"), "row and column are exchanged"),
        WrongAnswer(_find(result="int(response.argmax())"), "return two numbers"),
    ),
)

quiz = Quiz(
    (
        Question(
            "The weights of a kernel add up to 0. Its response where all pixels are 0.8?",
            right="0",
            why="0.8 times the sum of the weights.",
            wrong={
                "7.2": "That is 0.8 times nine weights of 1; here the sum of the weights counts.",
                "0.8": "That holds for weights that add up to 1, as in a blur.",
            },
        ),
        Question(
            "Why do deep-learning libraries not turn the kernel?",
            right="The weights are learned: a turned kernel would be learned turned",
            why="Both forms can express the same filters, so the flip buys nothing.",
            wrong={
                "It would give wrong edges": "It would give the same edges, some with another "
                "sign.",
                "It makes the result more accurate": "Both compute the same sums, in another order "
                "of weights.",
            },
        ),
        Question(
            "A filter for change from left to right meets a long horizontal edge. Its response?",
            right="0",
            why="Along a row nothing changes, and that is all it measures.",
            wrong={
                "Large: it finds edges": "It finds vertical edges. An edge is a change, and a "
                "change has a direction.",
                "Large and negative": "The sign says which side is brighter, left or right; here "
                "both are the same.",
            },
        ),
        Question(
            "A picture of 600 × 512 pixels and a 3 × 3 kernel, no padding: the response's size?",
            right="598 × 510",
            why="600 − 3 + 1 and 512 − 3 + 1.",
            wrong={
                "600 × 512": "That takes a frame of zeros, one pixel wide.",
                "597 × 509": "One too few: the first place counts as well.",
            },
        ),
        Question(
            "What does a frame of zeros do to an edge filter?",
            right="It adds edges along the border that the picture does not have",
            why="From a bright pixel to a zero of the frame brightness changes.",
            wrong={
                "Nothing, 0 adds nothing": "0 is black. Beside a bright pixel it is an edge.",
                "It makes the response smaller": "The response keeps the picture's size; without "
                "the frame it is smaller.",
            },
        ),
    )
)
