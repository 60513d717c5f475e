"""The playground's runs are the engine's; what it sends is small and the same each time."""

import json
import re

import numpy as np
import pytest

from dlcourse import functional as F
from dlcourse import manual_seed, nn, optim
from dlcourse.steppers.playground import BRIDGE, CONNECTED, playground
from dlcourse.steppers.small_net import CHOICES, FINE, SHADES, TRAIN, Settings, SmallNet
from dlcourse.tensor import Tensor


def payload(view):
    html = view._repr_html_()
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def test_a_recorded_run_is_what_a_training_loop_of_ones_own_gives():
    view = playground(epochs=4, data="circles", layers=1, width=3, lr=0.1, batch=120)
    points, classes = view.net.points, view.net.classes
    manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    optimiser = optim.Adam(model.parameters(), lr=0.1)
    targets = classes.astype(float)[:, None]
    for frame in view.frames:
        scores = model(Tensor(points))
        for part, sent in zip((slice(0, TRAIN), slice(TRAIN, None)), frame["loss"], strict=True):
            loss = F.binary_cross_entropy_with_logits(scores[part], targets[part])
            assert sent == pytest.approx(float(loss), rel=1e-4)
        assert frame["right"] == ((scores.data[TRAIN:, 0] > 0) == classes[TRAIN:]).sum()
        optimiser.zero_grad()
        F.binary_cross_entropy_with_logits(
            model(Tensor(points[:TRAIN])), targets[:TRAIN]
        ).backward()
        optimiser.step()


def test_the_map_is_what_the_net_says_of_each_place():
    net = SmallNet(Settings(data="xor", lr=0.1))
    net.train(60)
    shades = np.array([SHADES.index(letter) for letter in net.frame()["map"]]) / 63
    assert shades.shape == (FINE * FINE,)
    step = 2 * 2.2 / FINE
    for row, column in [(0, 0), (3, 20), (23, 1), (12, 12)]:
        place = np.array([[-2.2 + step * (column + 0.5), 2.2 - step * (row + 0.5)]])
        expected = 1 / (1 + np.exp(-float(net.model(Tensor(place)).data[0, 0])))
        assert shades[row * FINE + column] == pytest.approx(expected, abs=1 / 63)


def test_every_batch_of_an_epoch_is_another_and_all_points_take_part():
    net = SmallNet(Settings(batch=20))
    seen = []
    for _ in range(TRAIN // 20):
        net.train(1)
        members = int(net.frame()["batch"], 16)
        seen += [i for i in range(TRAIN) if members >> i & 1]
    assert sorted(seen) == list(range(TRAIN))
    assert net.epoch == 1


@pytest.mark.parametrize("data", CHOICES["data"])
def test_every_data_set_can_be_learned(data):
    net = SmallNet(Settings(data=data, layers=2, width=8, lr=0.03, noise=0.0))
    before = net.frame()
    net.train(1800)
    after = net.frame()
    assert after["loss"][0] < 0.3 * before["loss"][0]
    assert after["right"] >= 68


def test_a_run_that_leaves_the_numbers_stops_and_says_where():
    net = SmallNet(Settings(activation="relu", layers=3, width=8, optimiser="Momentum", lr=3.0))
    net.model[0].weight.data = np.full((8, 2), 1e300)
    net.train(5)
    assert net.stopped == "loss is not finite: nan"
    assert net.steps < 5
    json.dumps(net.frame(), allow_nan=False)


def test_the_view_is_answered():
    view = playground(epochs=1)
    steps = view.net.steps
    frame = view.answer({"do": "train", "epoch": False})["frame"]
    assert frame["step"] == steps + 1
    assert view.answer({"do": "train", "epoch": True})["frame"]["step"] == steps + 7
    opened = view.answer({"do": "open"})["stepper"]
    assert 'data-dlcourse="stepper"' in opened
    assert "\n" not in opened
    anew = view.answer({"do": "reset", "settings": payload(view)["settings"] | {"data": "xor"}})
    assert anew["frame"]["step"] == 0
    assert anew["settings"]["data"] == view.settings.data == "xor"


def test_the_opened_pass_is_that_of_the_batch_at_the_present_weights():
    view = playground(epochs=2, batch=5)
    sent = payload_of_stepper(view.answer({"do": "open"})["stepper"])
    loss = view.net.loss(view.net.batch)
    loss_node = sent["trace"]["nodes"][-1]
    assert sent["trace"]["arrays"][loss_node["value"]]["data"][0] == pytest.approx(float(loss))


def payload_of_stepper(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


def test_the_output_is_one_line_and_the_same_each_time():
    first, second = (playground()._repr_html_() for _ in range(2))
    assert first == second
    assert "\n" not in first
    assert len(first) < 80_000


def test_without_scripts_every_epoch_is_told():
    view = playground(epochs=3)
    text = re.search(r"<details>.*</details>", view._repr_html_())[0]
    assert text.count("<li>") == 4
    assert f"training loss {view.frames[3]['loss'][0]:.4f}" in text


def test_it_is_shown_as_two_outputs_that_are_the_same_in_every_run(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw=False: shown.append(data))
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    playground(epochs=1)._ipython_display_()
    html, live = shown
    assert set(html) == {"text/plain", "text/html"}
    assert live == {"text/plain": CONNECTED}


def test_the_bridge_asks_nothing_of_another_host():
    assert "http" not in BRIDGE


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"data": "stars"}, "data='stars' is not offered; choose one of moons, circles"),
        ({"lr": -1}, "lr=-1 is not offered"),
        ({"epochs": 0}, "1 to 60 epochs"),
    ],
)
def test_what_is_not_offered_is_refused_with_what_is(settings, said):
    with pytest.raises(ValueError, match=said):
        playground(**settings)
