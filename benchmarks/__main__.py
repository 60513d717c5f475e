"""Run all measurements with one thread and print them: ``python -m benchmarks [row ...]``.

Without names all rows are measured, and the import and the steppers too.
"""

import os
import sys

for _name in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"

# The threads must be set before NumPy loads.
from benchmarks import imports, steppers, table  # noqa: E402

names = sys.argv[1:]
groups = [table.lines(names)] if names else [table.lines([]), imports.rows(), steppers.rows()]
for group in groups:
    for line in group:
        print(line, flush=True)
