"""A small net on points of the plane, trained batch by batch, and a picture of each moment."""

from dataclasses import asdict, dataclass

import numpy as np

from dlcourse import functional as F
from dlcourse import manual_seed, nn, optim
from dlcourse.data import make_moons
from dlcourse.graph import no_grad
from dlcourse.steppers.surfaces import level_lines
from dlcourse.tensor import Tensor

TRAIN, TEST = 120, 80
REACH = 2.2
"""The pictures show −REACH to REACH in both directions."""
FINE, COARSE = 24, 12
"""Cells of a side: of the boundary's picture, and of each neuron's."""
SHADES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""A cell's value from lowest to highest, as one letter."""


def _moons(count, rng):
    return make_moons(count, noise=0.0, seed=int(rng.integers(1 << 30)))


def _circles(count, rng):
    ring = np.arange(count) % 2
    radius = np.where(ring == 1, 0.6, 1.6)
    angle = rng.uniform(0, 2 * np.pi, count)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), ring


def _spiral(count, rng):
    arm = np.arange(count) % 2
    along = np.sqrt(rng.uniform(0.02, 1, count))
    angle = 1.25 * 2 * np.pi * along + np.pi * arm
    return 1.9 * np.stack([along * np.cos(angle), along * np.sin(angle)], axis=1), arm


def _xor(count, rng):
    points = rng.uniform(0.15, 1.8, (count, 2)) * rng.choice([-1, 1], (count, 2))
    return points, (points[:, 0] * points[:, 1] > 0).astype(int)


DATA = {"moons": _moons, "circles": _circles, "spiral": _spiral, "xor": _xor}
CHOICES = {
    "data": list(DATA),
    "noise": [0.0, 0.1, 0.2, 0.4],
    "layers": [0, 1, 2, 3],
    "width": [1, 2, 3, 4, 6, 8],
    "activation": ["tanh", "relu", "sigmoid"],
    "optimiser": ["SGD", "Momentum", "Adam"],
    "lr": [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0],
    "weight_decay": [0.0, 0.001, 0.01, 0.1],
    "batch": [1, 5, 20, 60, 120],
    "seed": [0, 1, 2, 3, 4],
}
"""What the controls offer; ``layers`` counts the hidden ones."""


@dataclass(frozen=True)
class Settings:
    """All that decides a run. Equal settings give equal runs.

    Raises ValueError for what the playground does not offer.
    """

    data: str = "moons"
    noise: float = 0.1
    layers: int = 1
    width: int = 4
    activation: str = "tanh"
    optimiser: str = "Adam"
    lr: float = 0.1
    weight_decay: float = 0.0
    batch: int = 20
    seed: int = 0

    def __post_init__(self):
        for name, value in asdict(self).items():
            if value not in CHOICES[name]:
                offered = ", ".join(map(str, CHOICES[name]))
                raise ValueError(f"{name}={value!r} is not offered; choose one of {offered}.")


class SmallNet:
    """A net, its data, and where its training stands."""

    def __init__(self, settings: Settings):
        self.settings = settings
        rng = np.random.default_rng(settings.seed)
        points, classes = DATA[settings.data](TRAIN + TEST, rng)
        points = points - (0.5, 0.25) if settings.data == "moons" else points
        points = points + rng.normal(scale=settings.noise, size=points.shape)
        self.points, self.classes = points, classes
        manual_seed(settings.seed)
        self.model = _net(settings)
        self.optimiser = _optimiser(settings, self.model)
        self.order_rng = rng
        self.order = []
        self.steps = 0
        self.stopped = ""
        """Why training cannot go on: what is no longer finite."""
        self.batch = rng.permutation(TRAIN)[: settings.batch]
        """Which points the last step learned from."""

    @property
    def epoch(self) -> float:
        return self.steps * self.settings.batch / TRAIN

    def loss(self, which) -> Tensor:
        """The mean loss of some points, with its graph."""
        inputs = Tensor(self.points[which], name="X")
        targets = Tensor(self.classes[which].astype(float)[:, None], name="y")
        loss = F.binary_cross_entropy_with_logits(self.model(inputs), targets)
        loss.name = "loss"
        return loss

    def train(self, batches: int) -> None:
        """So many batches more; ends early, unchanged, where the numbers are no longer finite."""
        for _ in range(batches):
            if self.stopped:
                return
            if not len(self.order):
                self.order = self.order_rng.permutation(TRAIN)
            self.batch, self.order = np.split(self.order, [self.settings.batch])
            self.optimiser.zero_grad()
            with np.errstate(all="ignore"):
                try:
                    self.loss(self.batch).backward()
                    self.optimiser.step()
                except FloatingPointError as error:
                    self.stopped = str(error).split(".")[0]
                    return
            self.steps += 1

    def frame(self) -> dict:
        """What the view draws: losses, the boundary, and each neuron's own picture."""
        with no_grad(), np.errstate(all="ignore"):
            losses = [float(self.loss(slice(0, TRAIN))), float(self.loss(slice(TRAIN, None)))]
            scores = self.model(Tensor(self.points[TRAIN:])).data[:, 0]
            fine = self.model(Tensor(_grid(FINE))).data.reshape(FINE, FINE)
            neurons = self._neurons()
        probabilities = 1 / (1 + np.exp(-np.clip(fine, -30, 30)))
        lines = level_lines(fine[::-1], [0.0], 100, 100)
        return {
            "step": self.steps,
            "epoch": round(self.epoch, 3),
            "loss": [float(f"{loss:.5g}") if np.isfinite(loss) else None for loss in losses],
            "right": int(((scores > 0) == self.classes[TRAIN:]).sum()),
            "batch": "" if self.steps == 0 else _members(self.batch),
            "map": _shades(probabilities),
            "line": lines[0]["path"] if lines else "",
            "neurons": neurons,
            "stopped": self.stopped,
        }

    def _neurons(self):
        """Of every hidden layer, each unit's values over the plane, and their largest size."""
        found, values = [], Tensor(_grid(COARSE))
        for module in self.model:
            values = module(values)
            if not isinstance(module, nn.Linear):
                layer = []
                for unit in np.nan_to_num(values.data.T, posinf=1e300, neginf=-1e300):
                    size = float(np.abs(unit).max()) or 1.0
                    layer.append([_shades(0.5 + unit.reshape(COARSE, COARSE) / (2 * size)),
                                  float(f"{size:.3g}")])  # fmt: skip
                found.append(layer)
        return found


def _net(settings):
    activation = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}[settings.activation]
    layers, inputs = [], 2
    for _ in range(settings.layers):
        layers += [nn.Linear(inputs, settings.width), activation()]
        inputs = settings.width
    return nn.Sequential(*layers, nn.Linear(inputs, 1))


def _optimiser(settings, model):
    options = {"lr": settings.lr, "weight_decay": settings.weight_decay}
    if settings.optimiser == "Adam":
        return optim.Adam(model.parameters(), **options)
    momentum = 0.9 if settings.optimiser == "Momentum" else 0.0
    return optim.SGD(model.parameters(), momentum=momentum, **options)


def _grid(cells):
    """The middles of the cells, row by row from the top."""
    middles = REACH * (2 * (np.arange(cells) + 0.5) / cells - 1)
    x, y = np.meshgrid(middles, -middles)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def _shades(values):
    """Numbers from 0 to 1, one letter each."""
    levels = np.clip(np.nan_to_num(values) * 63 + 0.5, 0, 63).astype(int)
    return "".join(SHADES[level] for level in levels.ravel())


def _members(batch):
    """Which of the training points, as a number in base 16."""
    return f"{sum(1 << int(i) for i in batch):x}"
