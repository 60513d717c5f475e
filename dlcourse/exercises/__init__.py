"""Exercises and quizzes, one module a chapter."""

from dlcourse.exercises.exercise import Exercise, WrongAnswer

__all__ = ["Exercise", "WrongAnswer"]
