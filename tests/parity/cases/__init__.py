"""What each operation is tried on, a file a family: inputs with options, and PyTorch's spelling.

``CASES[name]`` is a list of (arrays, options); an operation without an entry is tried on matrices
of normal numbers. ``TORCH[name]`` is PyTorch's way to compute it, where the name or the arguments
differ.
"""

import importlib
import pkgutil

CASES, TORCH = {}, {}
for _found in pkgutil.iter_modules(__path__):
    _family = importlib.import_module(f"{__name__}.{_found.name}")
    CASES |= _family.CASES
    TORCH |= getattr(_family, "TORCH", {})
