"""The file format safetensors: named arrays, and nothing that could run when it is read.

A file is the length of its header (8 bytes, little-endian), the header in JSON, and the arrays'
numbers one after the other, little-endian, rows first. The header gives each array's type, shape
and place: ``{"weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}``, counted from
the header's end. Under ``__metadata__`` it may hold texts.
"""

import json
import math
from pathlib import Path
from typing import BinaryIO

import numpy as np

DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BOOL": "|b1",
    "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "|u1",
}  # fmt: skip
"""The format's name of each type: NumPy's."""
NAMES = {np.dtype(numpy_name): name for name, numpy_name in DTYPES.items()}


def write(stream: BinaryIO, arrays: dict[str, np.ndarray], metadata: dict[str, str] | None = None):
    """Write named arrays. Raises TypeError for a type that the format does not know."""
    header, end = {"__metadata__": metadata} if metadata else {}, 0
    for name, array in arrays.items():
        dtype = array.dtype.newbyteorder("<")
        if dtype not in NAMES:
            raise TypeError(f"{name} has the type {array.dtype}, which safetensors does not know.")
        start, end = end, end + array.nbytes
        header[name] = {
            "dtype": NAMES[dtype],
            "shape": list(array.shape),
            "data_offsets": [start, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the numbers begin at a multiple of 8
    stream.write(len(text).to_bytes(8, "little"))
    stream.write(text)
    for array in arrays.values():
        stream.write(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())


def read(path: str | Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays of a file, and its texts. Raises ValueError if the file is not whole."""
    content = memoryview(Path(path).read_bytes())
    try:
        length = int.from_bytes(content[:8], "little")
        if len(content) < 8 + length:
            raise ValueError(f"it ends after {len(content)} bytes, within its header")
        header = json.loads(bytes(content[8 : 8 + length]))
        metadata = header.pop("__metadata__", {})
        return _arrays(header, content[8 + length :]), metadata
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no whole safetensors file: {error}.") from None


def _arrays(header, numbers):
    arrays, end = {}, 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        if entry["dtype"] not in DTYPES:
            raise ValueError(f"{name} has the type {entry['dtype']}, which NumPy does not have")
        dtype, shape = np.dtype(DTYPES[entry["dtype"]]), tuple(entry["shape"])
        start, stop = entry["data_offsets"]
        if start != end or stop - start != math.prod(shape) * dtype.itemsize:
            raise ValueError(
                f"{name} {shape} lies at {start} to {stop}, but the numbers before it end at {end} "
                f"and it has {math.prod(shape) * dtype.itemsize} bytes"
            )
        end = stop
        if end <= len(numbers):
            arrays[name] = np.frombuffer(numbers[start:stop], dtype).reshape(shape).copy()
    if end != len(numbers):
        raise ValueError(f"its header tells of {end} bytes, but {len(numbers)} follow")
    return arrays
