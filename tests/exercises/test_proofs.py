"""Three proofs for every exercise: solved, recognised when wrong, quiet when untouched."""

import importlib
import pkgutil

import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.exercises import Exercise, WrongAnswer
from dlcourse.quiz import Quiz


def found(kind):
    for module in pkgutil.walk_packages(exercises.__path__, "dlcourse.exercises."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, kind):
                lesson = module.name.removeprefix("dlcourse.exercises.")
                yield pytest.param(value, id=f"{lesson}.{name}")


EXERCISES = list(found(Exercise))
QUIZZES = list(found(Quiz))


def unsolved(exercise):
    verdict = exercise.verdict(exercise.defined_by(exercise.solution_code))
    return None if verdict == f"Right: {exercise.right}" else verdict


def unrecognised(exercise):
    """The wrong answers that do not get their own message."""
    verdicts = [(w, exercise.verdict(exercise.defined_by(w.code))) for w in exercise.wrong]
    return [
        (wrong.code, verdict)
        for wrong, verdict in verdicts
        if not verdict.startswith("Not yet: ") or wrong.message not in verdict
    ]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_passes(exercise):
    assert unsolved(exercise) is None


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_wrong_answer_gets_its_own_message(exercise):
    assert len(exercise.wrong) >= 3
    assert len({wrong.message for wrong in exercise.wrong}) == len(exercise.wrong)
    assert unrecognised(exercise) == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_untouched_stub_is_quiet(exercise):
    assert exercise.verdict(exercise.defined_by(exercise.stub)) == "Not attempted yet."


@pytest.mark.parametrize("exercise", EXERCISES)
def test_hints_come_in_order_and_start_again(exercise, capsys):
    for _ in range(len(exercise.hints) + 1):
        exercise.hint()
    told = capsys.readouterr().out.splitlines()
    assert told[0] == told[-1] == f"Hint 1 of {len(exercise.hints)}: {exercise.hints[0]}"


CANARY = Exercise(
    name="double",
    stub="def double(x):\n    ...",
    solution_code="def double(x):\n    return 3 * x",
    hints=("Add x to itself.",),
    right="it doubles.",
    verify=lambda answer: None if answer(1) == 2 else "it does not double.",
    cases=((1,), (2,)),
    wrong=(WrongAnswer("def double(x):\n    return x * 2", "you squared x."),),
)


def test_a_broken_exercise_is_noticed():
    assert unsolved(CANARY) == "Not yet: it does not double."
    assert len(unrecognised(CANARY)) == 1


def test_an_error_in_the_learners_code_is_told_with_its_line():
    def loss_after_step(w, b, x, target, lr):
        return w / 0

    exercise = next(e.values[0] for e in EXERCISES if e.values[0].name == "loss_after_step")
    verdict = exercise.verdict(loss_after_step)
    assert verdict.startswith(
        "Not yet: loss_after_step(0.5, 1.0, 3.0, 1.0, 0.05) stops with ZeroDivisionError"
    )
    assert "return w / 0" in verdict


def test_a_call_in_place_of_the_function_is_told():
    exercise = next(e.values[0] for e in EXERCISES if e.values[0].name == "largest_safe_rate")
    assert "check the function itself" in exercise.verdict(0.1)
    verdict = exercise.verdict(lambda: 0.1)
    assert "largest_safe_rate(3.0) stops with TypeError" in verdict
    assert "exercise.py" not in verdict


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (lambda x: -2 * x, "every number has the right size and the wrong sign"),
        (lambda x: 6 * x, "exactly 3 times too large"),
        (lambda x: 2 * x / len(x), "N times too small"),
        (lambda x: 2 * x * len(x), "N times too large"),
        (lambda x: (2 * x).tolist()[0], r"has shape (2,); wanted is (2, 2)"),
        (lambda x: np.where(x == 1, 3.0, 2 * x), "entry [0, 1] of double(array (2, 2)) is 3"),
        (lambda x: x / np.zeros_like(x), "holds nan or infinity"),
        (lambda x: "two", "double(array (2, 2)) is 'two'; wanted is numbers of shape (2, 2)"),
    ],
)
def test_what_differs_is_named(result, said):
    exercise = Exercise(
        name="double",
        stub="def double(x):\n    ...",
        solution_code="def double(x):\n    return 2 * x",
        hints=("Add x to itself.",),
        right="it doubles.",
        cases=((np.arange(4.0).reshape(2, 2),), (np.arange(3.0)[:, None],)),
        wrong=(),
    )
    assert said in exercise.verdict(result)


def test_a_wrong_shape_is_named():
    exercise = next(e.values[0] for e in EXERCISES if e.values[0].name == "largest_safe_rate")
    assert "shape (1,); wanted is ()" in exercise.verdict(lambda x: [x])


@pytest.mark.parametrize("quiz", QUIZZES)
def test_every_answer_of_a_quiz_is_explained(quiz):
    assert 4 <= len(quiz.questions) <= 6
    for question in quiz.questions:
        options = question.options()
        assert options == question.options()
        assert [right for _, right, _ in options].count(True) == 1
        assert len(options) >= 3
        assert all(len(why) > 15 for _, _, why in options)


def test_a_lesson_goes_on_with_a_right_answer_or_the_solution():
    exercise = next(e.values[0] for e in EXERCISES if e.values[0].name == "gradient_of_square")
    mine = exercise.defined_by("def gradient_of_square(x):\n    return 2 * x")
    assert exercise.or_solution(mine) is mine
    assert exercise.or_solution(lambda x: None)(3.0) == 6
    assert exercise.or_solution(lambda x: x)(3.0) == 6
