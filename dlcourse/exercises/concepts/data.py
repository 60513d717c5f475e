"""Exercises and quiz: learning from data."""

import numpy as np

from dlcourse.exercises.exercise import Exercise, WrongAnswer
from dlcourse.quiz import Question, Quiz

_RNG = np.random.default_rng(21)

_ACCURACY = "def accuracy(predictions, targets):\n    return {}\n"


def _labels(count, classes=10):
    return _RNG.integers(0, classes, count)


def _nearly(labels):
    """A quarter of the labels replaced."""
    return np.where(_RNG.random(len(labels)) < 0.25, _labels(len(labels)), labels)


_MANY, _FEW = _labels(60), _labels(12)

accuracy = Exercise(
    name="accuracy",
    stub="def accuracy(predictions, targets):\n    ...  # your code: return a number",
    solution_code=_ACCURACY.format("np.mean(predictions.reshape(-1) == targets.reshape(-1))"),
    hints=(
        "`predictions == targets` is an array of True and False; its mean is the share of True.",
        "A column (N, 1) against (N,) is broadcast to a table (N, N).",
        "Bring both to the shape (N,) first: .reshape(-1).",
    ),
    right="the share agrees for labels in a row and in a column.",
    cases=((_nearly(_MANY), _MANY), (_nearly(_FEW)[:, None], _FEW), (_FEW, _FEW[:, None])),
    wrong=(
        WrongAnswer(
            _ACCURACY.format("np.mean(predictions == targets)"),
            "a column (12, 1) against (12,) compares each with each: that is a mean of 144.",
        ),
        WrongAnswer(
            _ACCURACY.format("np.sum(predictions.reshape(-1) == targets.reshape(-1))"),
            "that is a count. A share lies between 0 and 1.",
        ),
        WrongAnswer(
            _ACCURACY.format("np.mean(predictions.reshape(-1) != targets.reshape(-1))"),
            "that is the error rate: the share of wrong ones.",
        ),
        WrongAnswer(
            _ACCURACY.format(
                "np.sum(predictions.reshape(-1) == targets.reshape(-1)) // len(targets)"
            ),
            "// rounds down to a whole number: a share needs /.",
        ),
    ),
)

_SPLIT = """
def stratified(y, share, seed):
    rng, train, test = np.random.default_rng(seed), [], []
    for label in np.unique(y):
        members = {members}
        count = round(share * len(members))
        test.append(members[:count])
        train.append(members[{rest}:])
    return {result}
"""
_SHUFFLED = "rng.permutation(np.flatnonzero(y == label))"
_BOTH = "np.concatenate(train), np.concatenate(test)"


def _verify_split(stratified):
    y = np.repeat([0, 1, 2], [70, 20, 10])
    parts = [stratified(y, 0.2, seed) for seed in (0, 1)]
    if any(len(pair) != 2 for pair in parts):
        return "return two arrays: the indices of train, and those of test."
    train, test = map(np.asarray, parts[0])
    if shared := len(np.intersect1d(train, test)):
        return f"{shared} examples are in train and in test."
    if (together := len(train) + len(test)) != len(y):
        return f"the two parts hold {together} examples; there are {len(y)}."
    found = np.bincount(y[test], minlength=3)
    if list(found) != [14, 4, 2]:
        return f"the test holds {found.tolist()} of classes with 70, 20 and 10; a fifth is wanted."
    if set(test) == set(parts[1][1]):
        return "another seed gives the same examples: shuffle before you cut."
    if set(test) != set(stratified(y, 0.2, 0)[1]):
        return "the same seed gives other examples each time: draw from default_rng(seed)."
    return None


stratified = Exercise(
    name="stratified",
    stub="def stratified(y, share, seed):\n    ...  # your code: return two arrays of indices",
    solution_code=_SPLIT.format(members=_SHUFFLED, rest="count", result=_BOTH),
    hints=(
        "Go through the classes, np.unique(y), one by one.",
        "np.flatnonzero(y == label) are the places of a class; rng.permutation shuffles them.",
        "The first round(share · size) go to the test, the others to train.",
    ),
    right="disjoint, complete, shuffled, and every class in its share.",
    cases=((np.repeat([0, 1, 2], [70, 20, 10]), 0.2, 0),),
    verify=_verify_split,
    wrong=(
        WrongAnswer(
            _SPLIT.format(members="np.flatnonzero(y == label)", rest="count", result=_BOTH),
            "another seed gives the same examples",
        ),
        WrongAnswer(
            _SPLIT.format(members=_SHUFFLED, rest="count - 1", result=_BOTH),
            "3 examples are in train and in test.",
        ),
        WrongAnswer(
            """
def stratified(y, share, seed):
    order = np.random.default_rng(seed).permutation(len(y))
    count = round(share * len(y))
    return order[count:], order[:count]
""",
            "of classes with 70, 20 and 10; a fifth is wanted.",
        ),
        WrongAnswer(
            _SPLIT.format(members=_SHUFFLED, rest="count + 1", result=_BOTH),
            "the two parts hold 97 examples",
        ),
    ),
)

_BASELINE = "def baseline(y_train, y_test):\n    return {}\n"

baseline = Exercise(
    name="baseline",
    stub="def baseline(y_train, y_test):\n    ...  # your code: return a number",
    solution_code=_BASELINE.format("np.mean(y_test == np.bincount(y_train).argmax())"),
    hints=(
        "np.bincount(labels) counts how often each label occurs; .argmax() is the most frequent.",
        "The rule is made from the training labels, its score comes from the test labels.",
    ),
    right="the score of the most frequent training label agrees for three sets of labels.",
    cases=(
        (np.array([0, 0, 0, 1, 2]), np.array([1, 1, 0, 2])),
        (np.array([3, 3, 1, 1, 1, 0]), np.array([3, 3, 3, 1, 0])),
        (np.array([1, 1, 0]), np.array([0, 1, 1, 0, 0])),
    ),
    wrong=(
        WrongAnswer(
            _BASELINE.format("np.mean(y_test == np.bincount(y_test).argmax())"),
            "the label is the most frequent one of the *test*: nobody knows that one beforehand.",
        ),
        WrongAnswer(
            _BASELINE.format("1 / len(np.unique(y_train))"),
            "1/K is guessing among K classes. Saying the most frequent one is often better.",
        ),
        WrongAnswer(
            _BASELINE.format("np.mean(y_train == np.bincount(y_train).argmax())"),
            "the rule is right, but you scored it on the training labels.",
        ),
        WrongAnswer(
            _BASELINE.format("np.mean(y_test == round(np.mean(y_train)))"),
            "labels are names, not amounts: their mean is no label.",
        ),
    ),
)

_SCALED = """
def scaled(X, train):
    mean, deviation = {}
    return (X - mean) / deviation
"""

scaled = Exercise(
    name="scaled",
    stub="def scaled(X, train):\n    ...  # your code: return an array like X",
    solution_code=_SCALED.format("X[train].mean(axis=0), X[train].std(axis=0)"),
    hints=(
        "What is computed from data, such as a mean, is learnt. From which rows may one learn?",
        "Mean and standard deviation come from X[train] alone.",
        "All rows are then scaled with the numbers of the training rows.",
    ),
    right="all rows are scaled by the numbers of the training rows.",
    cases=tuple((_RNG.normal(3, 2, size=(n, d)), np.arange(8)) for n, d in ((12, 3), (20, 2))),
    wrong=(
        WrongAnswer(
            _SCALED.format("X.mean(axis=0), X.std(axis=0)"),
            "mean and deviation still come from all rows.",
        ),
        WrongAnswer(
            _SCALED.format("X[train].mean(), X[train].std()"),
            "one mean for all columns: give each column its own, with axis=0.",
        ),
        WrongAnswer(
            _SCALED.format("X[train].mean(axis=0), X[train].var(axis=0)"),
            "you divided by the variance. Its unit is squared; the deviation is its root.",
        ),
        WrongAnswer(
            _SCALED.format("X[train].mean(axis=1)[0], X[train].std(axis=1)[0]"),
            "axis=1 averages over the columns: one patient's mean. Columns need axis=0.",
        ),
    ),
)

quiz = Quiz(
    (
        Question(
            "Loss and metric: what is true?",
            right="They may differ: one is lowered by training, the other is what you care for",
            why="Accuracy has no useful slope, so training lowers a loss that goes along with it.",
            wrong={
                "They are two words for the same number": "A network is trained on cross-entropy "
                "and judged by accuracy.",
                "The metric trains the network": "Its slope is 0 almost everywhere.",
            },
        ),
        Question(
            "Language processing is ...",
            right="a field: it holds many tasks",
            why="Translating, summarising and answering are tasks in it.",
            wrong={
                "a model": "Models do the tasks: recurrent networks, Transformers.",
                "an algorithm": "An algorithm is a list of steps, such as backpropagation.",
                "a loss": "A loss is a number that training lowers.",
            },
        ),
        Question(
            "A model is right on 100 % of its training data. This means ...",
            right="little: look at new data",
            why="With labels dealt at random the score was 100 % as well.",
            wrong={
                "it has learnt the task": "The machine with dealt labels had learnt nothing.",
                "it surely overfits": "The nearest neighbour has 100 %, and did well on new data.",
                "somebody cheated": "Remembering is allowed. It is not what you want to know.",
            },
        ),
        Question(
            "Backpropagation is ...",
            right="an algorithm",
            why="It is a list of steps that computes gradients.",
            wrong={
                "a model": "The model is the network whose gradients it computes.",
                "an architecture": "The architecture is the shape of the network.",
                "a loss": "It starts from one, and computes its slopes.",
            },
        ),
        Question(
            "Which is machine learning, but not deep learning?",
            right="A decision tree that is fitted to data",
            why="It gets its rules from data, without layers of learnt features.",
            wrong={
                "A chess program with rules that people wrote": "It learns nothing from data.",
                "A network with ten layers": "That is deep learning.",
                "There is none: before, all was linear": "Trees and nearest neighbours bend.",
            },
        ),
    )
)
