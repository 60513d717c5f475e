"""Larger data sets, fetched when a learner asks for them: checked, resumed, kept for next time.

No lesson needs them. They are kept in ``~/.cache/dlcourse``, or where ``DLCOURSE_DATA`` says.
"""

import gzip
import hashlib
import os
import struct
import tarfile
import urllib.error
import urllib.request
from http.client import IncompleteRead
from pathlib import Path

import numpy as np

from dlcourse.data.dataset import Dataset

BLOCK = 1 << 18
TIMEOUT = 20
MNIST = "https://ossci-datasets.s3.amazonaws.com/mnist/"
FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
CIFAR = "https://www.cs.toronto.edu/~kriz/"
PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
MD5 = {
    "mnist": (
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
    ),
    "fashion_mnist": (
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
    ),
    "cifar10": ("c32a1d4ab5d03f1284b67883e8d87530",),
}
CLOTHES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
THINGS = (
    *("aeroplane", "car", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "lorry"),
)


def load_mnist(source: str = MNIST) -> tuple[Dataset, Dataset]:
    """Handwritten digits, 12 MB: 60,000 to train on and 10,000 to test with.

    Inputs are (N, 28, 28) of integers, ink from 0 to 255; targets 0 to 9. By LeCun, Cortes and
    Burges, http://yann.lecun.com/exdb/mnist/. Raises ConnectionError where it cannot be had.

    >>> from dlcourse import data
    >>> training, test = data.load_mnist()  # doctest: +SKIP
    >>> training.inputs.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    cited = "LeCun, Cortes and Burges (1998), http://yann.lecun.com/exdb/mnist/"
    return _idx_dataset("mnist", source, tuple("0123456789"), cited)


def load_fashion_mnist(source: str = FASHION) -> tuple[Dataset, Dataset]:
    """Pictures of clothes, 31 MB, in the form of MNIST: 60,000 and 10,000. MIT licence.

    Inputs are (N, 28, 28) of integers from 0 to 255; targets 0 to 9. By Xiao, Rasul and Vollgraf,
    https://arxiv.org/abs/1708.07747. Raises ConnectionError where it cannot be had.

    >>> from dlcourse import data
    >>> training, test = data.load_fashion_mnist()  # doctest: +SKIP
    >>> training.inputs.shape  # doctest: +SKIP
    (60000, 28, 28)
    """
    cited = "Xiao, Rasul and Vollgraf (2017), https://arxiv.org/abs/1708.07747"
    return _idx_dataset("fashion_mnist", source, CLOTHES, cited)


def load_cifar10(source: str = CIFAR) -> tuple[Dataset, Dataset]:
    """Small colour photographs, 170 MB: 50,000 to train on and 10,000 to test with.

    Inputs are (N, 3, 32, 32) of integers from 0 to 255; targets 0 to 9. By Krizhevsky,
    https://www.cs.toronto.edu/~kriz/cifar.html. Raises ConnectionError where it cannot be had.

    >>> from dlcourse import data
    >>> training, test = data.load_cifar10()  # doctest: +SKIP
    >>> training.inputs.shape  # doctest: +SKIP
    (50000, 3, 32, 32)
    """
    name = "cifar-10-binary.tar.gz"
    path = fetch(source + name, MD5["cifar10"][0], folder() / "cifar10")
    with tarfile.open(path) as archive:
        members = {Path(member.name).name: member for member in archive.getmembers()}
        batches = [f"data_batch_{number}.bin" for number in range(1, 6)]
        read = {n: archive.extractfile(members[n]).read() for n in (*batches, "test_batch.bin")}
    cited = "Krizhevsky (2009), https://www.cs.toronto.edu/~kriz/cifar.html"
    training = _cifar_dataset(b"".join(read[batch] for batch in batches), cited)
    return training, _cifar_dataset(read["test_batch.bin"], cited)


def folder() -> Path:
    """Where downloaded files are kept."""
    return Path(os.environ.get("DLCOURSE_DATA") or Path.home() / ".cache" / "dlcourse")


def fetch(url: str, md5: str, into: Path) -> Path:
    """The path of the file at ``url``, downloaded unless a good copy is there already.

    A download that stops is kept and resumed by the next call. Raises ConnectionError if the file
    cannot be had now, or arrived damaged twice.
    """
    path = into / url.rpartition("/")[2]
    if path.exists() and _md5(path) == md5:
        return path
    into.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    for _ in range(2):  # a resumed file may have begun as another version
        print(f"Downloading {path.name} ...", flush=True)
        _download(url, part)
        if _md5(part) == md5:
            part.replace(path)
            return path
        part.unlink()
    raise ConnectionError(
        f"{path.name} arrived damaged twice (its MD5 sum is not {md5}). Nothing was kept. A proxy "
        "that answers with a page of its own is a usual cause."
    )


def _download(url, part):
    """Append what is missing to ``part``."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            resumed = response.status == 206
            have = have if resumed else 0
            length = response.headers.get("Content-Length")
            with part.open("ab" if resumed else "wb") as file:
                while block := response.read(BLOCK):
                    file.write(block)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # nothing is missing
            return
        raise _unreachable(url, part, error) from None
    except (OSError, IncompleteRead) as error:
        raise _unreachable(url, part, error) from None
    if length is not None and part.stat().st_size < have + int(length):
        raise _unreachable(url, part, "the connection ended early") from None


def _unreachable(url, part, reason):
    kept = f"{part.stat().st_size:,} bytes are kept: call again to go on. " if part.exists() else ""
    return ConnectionError(
        f"{url} cannot be downloaded now ({reason}). {kept}Without a network, load_digits() and "
        f"load_breast_cancer() need none; or put the file into {part.parent} yourself."
    )


def _md5(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _idx_dataset(name, source, target_names, cited):
    files = [f"{part}-ubyte.gz" for part in PARTS]
    paths = [
        fetch(source + file, md5, folder() / name)
        for file, md5 in zip(files, MD5[name], strict=True)
    ]
    X_train, y_train, X_test, y_test = map(_idx, paths)
    labels = ("ink, 0 to 255",), target_names, cited
    return Dataset(X_train, y_train.astype(int), *labels), Dataset(
        X_test, y_test.astype(int), *labels
    )


def _idx(path):
    """The array in a file of MNIST's format: 0, 0, type 8, axes, then each length, then bytes."""
    with gzip.open(path) as file:
        content = file.read()
    axes = content[3]
    shape = struct.unpack_from(f">{axes}I", content, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def _cifar_dataset(content, cited):
    """Records of one byte for the class and 3 · 32 · 32 for the picture."""
    records = np.frombuffer(content, np.uint8).reshape(-1, 1 + 3 * 32 * 32)
    pictures = records[:, 1:].reshape(-1, 3, 32, 32)
    return Dataset(pictures, records[:, 0].astype(int), ("0 to 255",), THINGS, cited)
