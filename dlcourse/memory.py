"""Memory: what arrays leave behind stays with the process, for the arrays that come next.

Training makes arrays of the same sizes again and again. By default the C library of most Linux
systems gives each large one back when it is freed; the system then hands out the next one page by
page, cleared, which can take a third of the time of a training step. Here it is told to keep them.
No number changes. ``DLCOURSE_KEEP_MEMORY=0`` in the environment leaves everything as it was.
"""

import ctypes
import os
import sys

SWITCH = "DLCOURSE_KEEP_MEMORY"
MAPPED_FROM, KEPT = 32 << 20, 256 << 20
"""Bytes: from this size on an array still comes from the system and returns to it, the largest that
glibc allows; and at most so much is kept."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h


def keep_memory() -> bool:
    """Let glibc keep freed memory; do nothing with other C libraries. Returns whether it does."""
    if sys.platform != "linux" or os.environ.get(SWITCH) == "0":
        return False
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return False
    return bool(
        library.mallopt(_M_MMAP_THRESHOLD, MAPPED_FROM) and library.mallopt(_M_TRIM_THRESHOLD, KEPT)
    )
