"""Print the payloads of a few steppers as JSON, for the front end's tests under Node."""

import json
import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import networks  # noqa: E402
import numpy as np  # noqa: E402

from dlcourse import functional as F  # noqa: E402
from dlcourse import manual_seed, nn, step_through  # noqa: E402


def classifier():
    manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
    inputs = np.random.default_rng(0).normal(size=(12, 4))
    return step_through(F.cross_entropy(model(inputs), np.arange(12) % 3))


def payload(stepper):
    html = stepper._repr_html_()
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])


steppers = {
    "neuron": step_through(networks.neuron().loss),
    "diamond": step_through(networks.diamond().L),
    "layers": step_through(networks.two_layers().loss),
    "classifier": classifier(),
}
print(json.dumps({name: payload(stepper) for name, stepper in steppers.items()}))
