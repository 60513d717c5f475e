"""Exercises and quizzes: a folder a chapter, a module a lesson."""

from dlcourse.exercises.exercise import Exercise, WrongAnswer

__all__ = ["Exercise", "WrongAnswer"]
