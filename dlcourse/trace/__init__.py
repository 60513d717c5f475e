"""The computation graph as plain data; see ``recorder.trace``."""

from dlcourse.trace.recorder import MAX_OPERATIONS, VERSION, trace

__all__ = ["MAX_OPERATIONS", "VERSION", "trace"]
