"""A trace as text: what is shown, and read aloud, where no script runs."""

from html import escape

import numpy as np


def as_text(trace: dict) -> str:
    """HTML of escaped text only: a ``<details>`` with every step and its numbers."""
    if not trace["nodes"]:
        return _overview(trace)
    steps = trace["steps"]
    items = "".join(f"<li>{escape(_line(trace, step))}</li>" for step in steps)
    return (
        f"<details><summary>{escape(trace['title'])}: all {len(steps) - 1} steps as text (run the "
        f"cell to step through them)</summary><ol start=0>{items}</ol></details>"
    )


def _overview(trace):
    seen = trace["overview"]
    rows = "".join(f"<li>{escape(str(name))}: {count}</li>" for name, count in seen["rows"])
    return (
        f"<details open><summary>{escape(trace['title'])}: {seen['operations']} operations, too "
        f"many to step through (at most {seen['limit']}). Step through a part of it, such as one "
        f"layer's result or fewer time steps.</summary><ul>{rows}</ul></details>"
    )


def _line(trace, step):
    nodes = trace["nodes"]
    if step["kind"] == "given":
        given = [n for n in nodes if n["kind"] in ("input", "parameter")]
        return "Given: " + "; ".join(f"{_name(n)} = {_numbers(trace, n['value'])}" for n in given)
    node = nodes[step["node"]]
    if step["kind"] == "forward":
        phase = "Loss" if step["phase"] == "loss" else "Forward"
        return f"{phase}: {_called(node)} = {_numbers(trace, node['value'])}"
    if step["kind"] == "seed":
        return f"Backward starts: ∂L/∂L = {_numbers(trace, node['grad'])}"
    if step["kind"] == "sum":
        return (
            f"Backward: {len(step['parts'])} paths meet at {_name(node)} and add: "
            f"∂L/∂({_name(node)}) = {_numbers(trace, node['grad'])}"
        )
    target = nodes[step["to"]]
    return (
        f"Backward: {node['title']} sends to {_name(target)}: "
        f"{_numbers(trace, step['contribution'])}"
    )


def _called(node):
    expression = node["expression"] or node["title"]
    return f"{node['name']}, {expression}" if node["name"] else expression


def _name(node):
    return node["name"] or node["expression"] or node["label"]


def _numbers(trace, index):
    array = trace["arrays"][index]
    shape = [len(axis) for axis in array["shown"]] if "shown" in array else array["shape"]
    numbers = np.array([float(x) for x in array["data"]]).reshape(shape) + 0.0  # no −0
    text = np.array2string(numbers, precision=4, separator=", ", threshold=12, edgeitems=1)
    text = " ".join(text.split()).replace("[ ", "[")
    cut = f" (part of shape {tuple(array['shape'])})" if "shown" in array else ""
    return text.replace("-", "−") + cut
