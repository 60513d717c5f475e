"""Stands before the real package on the path of a test's kernel: as if it were not installed."""

raise ModuleNotFoundError("No module named 'torch'", name="torch")
