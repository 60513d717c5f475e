"""playground: train a small net in the notebook and look inside.

Without a kernel the view replays a recorded run. With one, and with anywidget, a second output
connects the view to Python.
"""

from dataclasses import asdict
from html import escape

from dlcourse.steppers.page import output
from dlcourse.steppers.small_net import CHOICES, FINE, REACH, TRAIN, Settings, SmallNet
from dlcourse.steppers.stepper import step_through

CONNECTED = "The playground is live while its kernel runs and anywidget is installed."
BRIDGE = """
export default {
  render({ model, el }) {
    const around = el.closest(".jp-OutputArea, .output_area, .cell-output") ?? document;
    const kernel = {
      send: (message) => model.send(message),
      listen: (heard) => model.on("msg:custom", heard),
    };
    const connect = () => {
      const host = [...around.querySelectorAll("[data-dlcourse=playground]")].at(-1);
      if (host?.dlcourse) host.dlcourse.connect(kernel);
      else if (el.isConnected) setTimeout(connect, 100);
    };
    setTimeout(connect);
  },
};
"""


class Playground:
    """A view of a training run. Put it last in a cell."""

    def __init__(self, settings: Settings, epochs: int):
        self.settings = settings
        self.net = SmallNet(settings)
        self.frames = [self.net.frame()]
        for _ in range(epochs):
            self.net.train(TRAIN // settings.batch)
            self.frames.append(self.net.frame())
            if self.net.stopped:
                break

    def answer(self, wanted: dict) -> dict:
        """What the view gets for a message: a new frame, or the last batch's backward pass."""
        if wanted["do"] == "reset":
            self.settings = Settings(**wanted["settings"])
            self.net = SmallNet(self.settings)
            return {
                "frame": self.net.frame(),
                "settings": asdict(self.settings),
                **_points(self.net),
            }
        if wanted["do"] == "train":
            batches = TRAIN // self.settings.batch if wanted["epoch"] else 1
            self.net.train(batches)
            return {"frame": self.net.frame()}
        loss = self.net.loss(self.net.batch)
        return {"stepper": step_through(loss, start="backward")._repr_html_()}

    def _ipython_display_(self):
        from IPython.display import display

        display({"text/plain": repr(self), "text/html": self._repr_html_()}, raw=True)
        bridge = _bridge(self)
        display({"text/plain": CONNECTED} if bridge is None else bridge, raw=bridge is None)

    def _repr_html_(self) -> str:
        payload = {
            "settings": asdict(self.settings),
            "choices": CHOICES,
            "reach": REACH,
            "cells": FINE,
            "frames": self.frames,
            **_points(self.net),
        }
        return output("playground", payload, self._as_text())

    def _as_text(self):
        told = ", ".join(f"{name} {value}" for name, value in asdict(self.settings).items())
        items = "".join(f"<li>{escape(_told(frame))}</li>" for frame in self.frames)
        return (
            f"<details><summary>Playground: a recorded run of {len(self.frames) - 1} epochs (run "
            f"the cell to train live)</summary><p>{escape(told)}</p><ol start=0>{items}</ol>"
            f"</details>"
        )

    def __repr__(self):
        s = self.settings
        return f"Playground({s.data}, {s.layers} × {s.width} {s.activation}, {s.optimiser})"


def _points(net):
    points = [[round(float(x), 2), round(float(y), 2)] for x, y in net.points]
    return {"points": points, "classes": "".join(map(str, net.classes)), "train": TRAIN}


def _told(frame):
    if frame["stopped"]:
        return f"Training ended: {frame['stopped']}."
    train, test = frame["loss"]
    right = f"{frame['right']} test points right"
    return f"Epoch {frame['epoch']:g}: training loss {train:.4f}, test loss {test:.4f}; {right}"


def _bridge(playground):
    """The widget through which the view talks to Python; None without anywidget."""
    try:
        import anywidget
    except ImportError:
        return None

    class Bridge(anywidget.AnyWidget):
        _esm = BRIDGE

        def __repr__(self):
            return CONNECTED

    bridge = Bridge()
    bridge.on_msg(lambda widget, wanted, _: widget.send(playground.answer(wanted)))
    return bridge


def playground(epochs: int = 30, **settings) -> Playground:
    """Train a small net on points of the plane, live, and look inside it.

    ``settings``: where to begin, such as ``data="spiral"``, ``width=8``, ``lr=0.1``; see
    ``Settings``. ``epochs``: how many are recorded, to be replayed without a kernel.

    Raises ValueError for a setting that is not offered.
    """
    if not 1 <= epochs <= 60:
        raise ValueError(f"1 to 60 epochs are recorded, not {epochs}.")
    return Playground(Settings(**settings), epochs)
