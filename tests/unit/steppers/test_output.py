"""The stepper's HTML: one line, readable as text, the same in every run, nothing injected."""

import json
import re
from html.parser import HTMLParser

import networks
import numpy as np
import pytest

from dlcourse import Tensor, nn, step_through
from dlcourse import functional as F
from dlcourse.function import Function
from dlcourse.steppers.mathml import mathml
from dlcourse.steppers.page import FAMILIES, KINDS, STATIC, joined_source, script_json


class Elements(HTMLParser):
    """Collects the elements that a browser would make of a text."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)


def payload(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def test_it_finds_the_learners_names_by_itself():
    net = networks.two_layers()
    W1, loss = net.W1, net.loss
    names = [node["name"] for node in step_through(loss).trace["nodes"]]
    assert "W1" in names
    assert "loss" in names
    assert W1.grad is None


def test_the_html_is_one_line_and_the_same_each_time():
    first, second = (step_through(networks.two_layers().loss)._repr_html_() for _ in range(2))
    assert "\n" not in first
    assert first == second


def test_the_text_tells_every_step_with_its_numbers():
    net = networks.two_layers()
    stepper = step_through(net.loss)
    text = re.search(r"<details>.*</details>", stepper._repr_html_())[0]
    assert text.count("<li>") == len(stepper.trace["steps"]) == 17
    assert "[[3. , 2.5], [−1.5, −3. ], [3. , 6. ]]" in text


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<b>W</b>", "\u2028", "权重", "משקל"]
)
def test_a_name_never_becomes_markup(name):
    w = Tensor(2.0, requires_grad=True, name=name)
    html = step_through(F.exp(w))._repr_html_()
    found = Elements()
    found.feed(html)
    assert set(found.tags) == {"div", "details", "summary", "ol", "li", "script"}
    assert found.tags.count("script") == 3
    assert payload(html)["trace"]["nodes"][0]["name"] == name


def test_json_in_a_script_cannot_end_it():
    payload = {"a": "</script><!--<script>\u2029"}
    text = script_json(payload)
    assert "</" not in text
    assert "<!" not in text
    assert "\u2029" not in text
    assert json.loads(text) == payload


def test_a_graph_that_is_too_large_is_told_in_words():
    x = Tensor(1.0, requires_grad=True)
    for _ in range(500):
        x = x + 1.0
    html = step_through(x)._repr_html_()
    assert "500 operations, too many to step through" in html


def test_a_mini_batch_through_three_layers_stays_small():
    model = nn.Sequential(
        nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 3)
    )
    rng = np.random.default_rng(0)
    loss = F.cross_entropy(model(rng.normal(size=(32, 8))), rng.integers(0, 3, 32))
    assert len(step_through(loss)._repr_html_()) < 60_000


@pytest.mark.parametrize("operation", Function.registry.values(), ids=lambda o: o.name)
def test_every_formula_becomes_mathml(operation):
    for latex in (operation.formula, *filter(None, operation.gradients)):
        markup = mathml(latex)
        assert markup.startswith("<math alttext=")
        assert markup.count('class="bar"') == latex.count(r"\bar")
        assert "mover" not in markup


def test_top_level_names_of_the_front_end_are_unique():
    found = re.compile(
        r"^(?:export )?(?:async )?(?:function|const|let|class)\s+(\w+)", re.MULTILINE
    )
    names = [n for path in STATIC.glob("*.js") for n in found.findall(path.read_text("utf-8"))]
    assert len(names) == len(set(names)), sorted({n for n in names if names.count(n) > 1})


def test_the_joined_front_end_has_no_import_left():
    for kind in KINDS:
        assert not re.search(r"^\s*import\b", joined_source(kind, FAMILIES), re.MULTILINE)
