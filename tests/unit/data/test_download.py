"""Downloads against a server on this machine: whole, cut off, damaged, absent."""

import gzip
import hashlib
import io
import struct
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import download

CONTENT = bytes(range(256)) * 400
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server:
    """Serves ``files``; a request is noted in ``asked``, and answered as ``fault`` says."""

    def __init__(self):
        self.files, self.asked, self.fault = {}, [], None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.answer(self)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler):
        wanted = handler.headers.get("Range")
        self.asked.append(wanted)
        content = self.files.get(handler.path.lstrip("/"))
        if content is None or self.fault == "absent":
            return handler.send_error(404)
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        if self.fault == "no ranges":
            start = 0
        if start and start >= len(content):
            return handler.send_error(416)
        handler.send_response(206 if start else 200)
        handler.send_header("Content-Length", str(len(content) - start))
        handler.end_headers()
        sent = content[start:]
        handler.wfile.write(sent[: len(sent) // 2] if self.fault == "cut" else sent)


@pytest.fixture
def server():
    server = Server()
    server.files["file.gz"] = CONTENT
    yield server
    server.server.shutdown()


@pytest.fixture
def fetched(server, tmp_path):
    return lambda: download.fetch(server.address + "file.gz", MD5, tmp_path / "kept")


def test_a_file_is_downloaded_once(fetched, server):
    assert fetched().read_bytes() == CONTENT
    assert fetched().read_bytes() == CONTENT
    assert server.asked == [None]


def test_what_stopped_is_resumed(fetched, server, tmp_path):
    server.fault = "cut"
    with pytest.raises(ConnectionError, match=r"bytes are kept: call again"):
        fetched()
    half = len(CONTENT) // 2
    assert [file.name for file in (tmp_path / "kept").iterdir()] == ["file.gz.part"]
    server.fault = None
    assert fetched().read_bytes() == CONTENT
    assert server.asked == [None, f"bytes={half}-"]


def test_a_server_without_ranges_begins_again(fetched, server, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file.gz.part").write_bytes(CONTENT[:1000])
    server.fault = "no ranges"
    assert fetched().read_bytes() == CONTENT


def test_a_part_that_is_whole_needs_nothing_more(fetched, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file.gz.part").write_bytes(CONTENT)
    assert fetched().read_bytes() == CONTENT


def test_a_part_of_another_file_is_thrown_away(fetched, tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/file.gz.part").write_bytes(b"other" * 10)
    assert fetched().read_bytes() == CONTENT


def test_a_damaged_copy_is_replaced(fetched, tmp_path):
    fetched().write_bytes(b"damaged")
    assert fetched().read_bytes() == CONTENT


def test_a_damaged_download_is_refused_and_not_kept(fetched, server, tmp_path):
    server.files["file.gz"] = b"a page of a proxy"
    with pytest.raises(ConnectionError, match="arrived damaged twice"):
        fetched()
    assert list((tmp_path / "kept").iterdir()) == []


def test_no_network_and_no_file_are_told_with_what_to_do(fetched, server, tmp_path):
    server.fault = "absent"
    with pytest.raises(ConnectionError, match=r"404.*load_digits\(\)"):
        fetched()
    server.server.shutdown()
    server.server.server_close()
    with pytest.raises(ConnectionError, match="cannot be downloaded now"):
        fetched()


def idx(array):
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return gzip.compress(head + array.tobytes(), mtime=0)


@pytest.mark.parametrize("load", [download.load_mnist, download.load_fashion_mnist])
def test_images_in_the_format_of_mnist(server, tmp_path, monkeypatch, load):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (7, 28, 28), np.uint8), rng.integers(0, 256, (3, 28, 28), "u1")
    labels = rng.integers(0, 10, 7, np.uint8), rng.integers(0, 10, 3, np.uint8)
    contents = [idx(a) for pair in zip(images, labels, strict=True) for a in pair]
    name = load.__name__.removeprefix("load_")
    server.files = dict(zip([f"{p}-ubyte.gz" for p in download.PARTS], contents, strict=True))
    sums = tuple(hashlib.md5(content).hexdigest() for content in contents)
    monkeypatch.setitem(download.MD5, name, sums)
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    training, test = load(server.address)
    np.testing.assert_array_equal(training.inputs, images[0])
    np.testing.assert_array_equal(test.targets, labels[1])
    assert len(training.target_names) == 10


def test_cifar(server, tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    batches = {f"data_batch_{n}.bin": rng.integers(0, 10, (2, 3073), np.uint8) for n in range(1, 6)}
    batches["test_batch.bin"] = rng.integers(0, 10, (4, 3073), np.uint8)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, records in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            member.size = records.nbytes
            archive.addfile(member, io.BytesIO(records.tobytes()))
    content = stream.getvalue()
    server.files["cifar-10-binary.tar.gz"] = content
    monkeypatch.setitem(download.MD5, "cifar10", (hashlib.md5(content).hexdigest(),))
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path))
    training, test = download.load_cifar10(server.address)
    assert training.inputs.shape == (10, 3, 32, 32)
    assert test.targets.tolist() == batches["test_batch.bin"][:, 0].tolist()
    np.testing.assert_array_equal(
        training.inputs[9].ravel(), batches["data_batch_5.bin"][1, 1:].ravel()
    )


def test_the_loaders_are_where_the_others_are():
    assert data.load_mnist is download.load_mnist
    assert {"load_mnist", "load_fashion_mnist", "load_cifar10"} <= set(data.__all__)
