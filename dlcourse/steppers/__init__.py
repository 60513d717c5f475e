"""Steppers: views of a trace that go forward and backward number by number."""

from dlcourse.steppers.stepper import Stepper, step_through
from dlcourse.steppers.timeline import timeline

__all__ = ["Stepper", "step_through", "timeline"]
