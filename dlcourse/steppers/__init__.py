"""Steppers: views of a trace that go forward and backward number by number."""

from dlcourse.steppers.descent import Rule, descent
from dlcourse.steppers.playground import playground
from dlcourse.steppers.stepper import Stepper, step_through
from dlcourse.steppers.timeline import timeline

__all__ = ["Rule", "Stepper", "descent", "playground", "step_through", "timeline"]
