"""Steppers: how long one takes to open, how large it is, how fast a step is drawn."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dlcourse import functional as F
from dlcourse import manual_seed, nn, step_through

REDRAW = """() => {
    const stepper = document.querySelector('[data-dlcourse]').dlcourse;
    const times = [];
    for (let i = 0; i < 60; i++) {
        const start = performance.now();
        stepper.dispatch({type: i % 24 === 23 ? 'FIRST' : 'NEXT'});
        document.body.offsetHeight;
        times.push(performance.now() - start);
    }
    return times;
}"""


def mlp():
    """A three-layer network on a mini-batch of 32."""
    manual_seed(0)
    layers = nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 3)
    inputs = np.random.default_rng(0).normal(size=(32, 8))
    return F.cross_entropy(nn.Sequential(*layers)(inputs), np.arange(32) % 3)


def rows() -> Iterator[str]:
    loss = mlp()
    step_through(loss)._repr_html_()  # loads what is loaded once
    start = time.perf_counter()
    html = step_through(loss)._repr_html_()
    seconds = time.perf_counter() - start
    yield f"stepper, 3 layers, batch 32: made in {seconds:.3f} s (target 0.3)"
    yield f"stepper, 3 layers, batch 32: {len(html.encode()) / 1000:.1f} KB (target 60)"
    yield redraw(html)


def redraw(html):
    """The time to compute and lay out a step, in Chromium."""
    from playwright.sync_api import sync_playwright

    from tools.chromium import FLAGS, find

    path = find()
    if path is None:
        return "stepper: Chromium is not there, the redraw was not measured"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "page.html"
        file.write_text(f"<!doctype html><meta charset=utf-8>{html}", encoding="utf-8")
        page = playwright.chromium.launch(executable_path=path, args=FLAGS).new_page()
        page.goto(file.as_uri())
        page.wait_for_function("document.querySelector('[data-dlcourse]').dlcourse !== undefined")
        times = page.evaluate(REDRAW)
    return (
        f"stepper, a step drawn: median {np.median(times):.1f} ms (target 16), "
        f"worst {max(times):.1f} ms (target 50)"
    )
