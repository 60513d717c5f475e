"""The environment in which notebooks run, so that they print the same numbers everywhere."""

import platform

ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
if platform.machine() in ("x86_64", "AMD64"):
    # One set of kernels for all CPUs: the last digits of a matrix product depend on it.
    ENVIRONMENT["OPENBLAS_CORETYPE"] = "Haswell"
