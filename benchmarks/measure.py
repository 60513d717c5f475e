"""Times and memory.

Times are those of the processor, all threads together: a step does not pay for others' work on a
busy machine. What is left of it, as in the caches, meets all alike where they run in turn: only
ratios mean something.
"""

import time
import tracemalloc
from collections.abc import Callable

import numpy as np

Step = Callable[[], object]
ROUNDS = 15
SAMPLE = 2e-3
"""Seconds that a sample takes at least: short steps are repeated within it."""


def seconds(step: Step, repeats: int) -> float:
    """The mean time of a step over so many repeats."""
    start = time.process_time()
    for _ in range(repeats):
        step()
    return (time.process_time() - start) / repeats


def medians(steps: dict[str, Step]) -> dict[str, float]:
    """Milliseconds of each step, run in turn so that a busy machine treats all alike."""
    repeats = {}
    for name, step in steps.items():
        step()  # what is loaded and reserved once
        repeats[name] = max(1, round(SAMPLE / seconds(step, 1)))
    samples = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, step in steps.items():
            samples[name].append(seconds(step, repeats[name]))
    return {name: 1e3 * float(np.median(taken)) for name, taken in samples.items()}


def peak_memory(step: Step) -> float:
    """The most MB that a step holds at once beyond what was there before it."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    step()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (peak - before) / 1e6
