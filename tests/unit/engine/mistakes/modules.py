"""Layers and models, used wrongly."""

from dlcourse import functional as F
from dlcourse import nn

MISTAKES = [
    (lambda: nn.Sequential(nn.Linear(1, 1), F.relu), TypeError, r"nn.ReLU\(\) for F.relu"),
    (lambda: nn.ModuleList([nn.ReLU]), TypeError, "'0' is <class.*by calling it"),
    (lambda: nn.ModuleDict({"f": 3}), TypeError, "ModuleDict holds modules, but 'f' is 3"),
    (lambda: nn.ModuleDict({"a.b": nn.ReLU()}), KeyError, "dot"),
    (lambda: nn.ModuleDict({"items": nn.ReLU()}), KeyError, "method's"),
    (lambda: nn.ModuleList([nn.ReLU()])(1), NotImplementedError, "ModuleList has no forw"),
]
