"""``import dlcourse`` loads the engine and little else."""

import json
import subprocess
import sys

LOADED = """
import json, sys
import numpy
before = set(sys.modules)
import dlcourse
print(json.dumps(sorted(set(sys.modules) - before)))
"""
ENGINE = {
    "advice", "autograd", "function", "functional", "gradcheck", "graph", "memory", "ops", "random",
    "source", "tensor",
}  # fmt: skip
STANDARD = {"threading"}


def output_of(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_what_is_loaded():
    loaded = json.loads(output_of(LOADED))
    inside = {name.split(".")[1] for name in loaded if name.startswith("dlcourse.")}
    outside = {name.split(".")[0] for name in loaded} - {"dlcourse"}
    assert inside == ENGINE
    assert outside <= STANDARD, "importing dlcourse has become slower"


def test_the_rest_is_loaded_when_it_is_asked_for():
    code = "from dlcourse import nn, optim, gradcheck, check_gradients, step_through, Function\n"
    assert output_of(code + "print(gradcheck.__name__, nn.Linear(1, 1))").startswith("gradcheck Li")
