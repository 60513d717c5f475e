"""Print the payloads of a few descents as JSON, for the front end's tests under Node."""

import json
import re
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2])]

from dlcourse import optim  # noqa: E402
from dlcourse.steppers import Rule, descent  # noqa: E402

ADAPTIVE = [
    Rule(optim.RMSprop, lr=[0.01, 0.1]),
    Rule(optim.Adagrad, lr=0.5),
    Rule(optim.SGD, "Nesterov", lr=[0.02, 0.05], momentum=[0.5, 0.9], nesterov=True),
]
WILD = [Rule(optim.SGD, lr=[0.1, 1.0]), Rule(optim.AdamW, lr=0.1, weight_decay=0.1)]
made = {
    "ravine": descent("ravine"),
    "network": descent("network", optimisers=ADAPTIVE),
    "wild": descent("rosenbrock", optimisers=WILD),
}


def payload(view):
    return json.loads(
        re.search(r'<script type="application/json">(.*?)</script>', view._repr_html_())[1]
    )


print(
    json.dumps(
        {
            name: {
                "data": payload(view),
                "settings": [rule.settings() for rule in view.rules],
            }
            for name, view in made.items()
        }
    )
)
