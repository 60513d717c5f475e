"""What ``import dlcourse`` costs beside ``import numpy``: time of the processor and memory."""

import os
import subprocess
import sys
from collections.abc import Iterator

ROUNDS = 9
COST = """
import resource
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def cost(module: str) -> tuple[float, float]:
    """Milliseconds and MiB of a process that imports a module."""
    code = f"import {module}\n{COST}"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}  # as usual
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    seconds, kibibytes = run.stdout.split()
    return 1e3 * float(seconds), int(kibibytes) / 1024


def rows() -> Iterator[str]:
    runs = [(cost("numpy"), cost("dlcourse")) for _ in range(ROUNDS)]
    numpy, ours = (sorted(run[which] for run in runs)[ROUNDS // 2] for which in (0, 1))
    yield f"import dlcourse: {ours[0] / numpy[0]:.2f} times import numpy (target 1.3)"
    yield f"import dlcourse: {ours[1] - numpy[1]:.1f} MiB more than numpy (target 8)"
