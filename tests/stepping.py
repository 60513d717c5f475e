"""Stepping through a view in a browser, and comparing each number with the engine's."""

import itertools
import math

HOST = "document.querySelector('[data-dlcourse]')"
RESULT = f"""() => [...{HOST}.shadowRoot.querySelectorAll('table[data-role=result] td.cell')]
    .map(cell => [cell.dataset.index, cell.dataset.text])"""
MOST = 12
"""Rows and columns of a table; larger arrays are shown in part."""


def state(page):
    return page.evaluate(f"{HOST}.dlcourse.state")


def result_numbers(page):
    """The numbers of the table with the step's result, as they are shown."""
    return [text for _, text in page.evaluate(RESULT)]


def number(text):
    plain = text.replace("−", "-").replace("·10", "e")
    return float(plain.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")))


def engine_numbers(recorded, step):
    """What the engine computed for the result of a step, by index; None for the first step."""
    if step["kind"] == "given":
        return None
    node = recorded["nodes"][step["node"]]
    chosen = {"forward": node["value"], "contribution": step.get("contribution")}
    array = recorded["arrays"][chosen.get(step["kind"], node["grad"])]
    axes = array.get("shown") or [range(length) for length in array["shape"]]
    return dict(zip(itertools.product(*axes), map(float, array["data"]), strict=True))


def differences(page, recorded, advance):
    """The steps at which the page shows another number than the engine computed."""
    wrong = []
    for position, step in enumerate(recorded["steps"]):
        if state(page)["step"] != position:
            return [*wrong, f"step {position} was not reached"]
        engine = engine_numbers(recorded, step)
        if engine is not None:
            wrong += [f"step {position}: {w}" for w in wrong_cells(page.evaluate(RESULT), engine)]
        advance()
    return wrong


def wrong_cells(cells, engine):
    shown = {tuple(map(int, filter(None, i.split(",")))): number(text) for i, text in cells}
    room = [min(MOST, len(set(axis))) for axis in zip(*engine, strict=True)][-2:]
    if len(shown) != math.prod(room):
        yield f"{len(shown)} numbers are shown, of {len(engine)}"
    for index, value in shown.items():
        if not math.isclose(value, engine[index], rel_tol=0.005, abs_tol=6e-4):
            yield f"{value} for {engine[index]} at {index}"
