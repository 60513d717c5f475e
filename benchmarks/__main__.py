"""Run all measurements with one thread and print a table."""

import os

for _name in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"

from benchmarks import engine, sequence, steppers  # noqa: E402 - the threads must be set before NumPy loads

for group in (engine, sequence, steppers):
    for line in group.rows():
        print(line, flush=True)
