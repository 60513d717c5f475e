"""Run all measurements with one thread and print a table."""

import os

for _name in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"

# The threads must be set before NumPy loads.
from benchmarks import engine, sequence, spatial, steppers  # noqa: E402

for group in (engine, spatial, sequence, steppers):
    for line in group.rows():
        print(line, flush=True)
