"""Optimisers and schedules, used wrongly."""

from dlcourse import optim
from dlcourse.optim import lr_scheduler

MISTAKES = [
    (lambda w: optim.Adam([]), ValueError, "got no parameters"),
    (lambda w: optim.Adam(w), TypeError, r"\[w\], or model.parameters\(\)"),
    (lambda w: optim.Adam([w, w]), ValueError, "given twice"),
    (lambda w: optim.Adam([{"params": [w]}, {"params": [w]}]), ValueError, "given twice"),
    (lambda w: optim.Adam([w * 2]), ValueError, "is the result of mul"),
    (lambda w: optim.Adam([w.data]), TypeError, "moves tensors, not ndarray"),
    (lambda w: optim.Adam([w], lr=0), ValueError, "above 0, not 0"),
    (lambda w: optim.Adam([{"params": [w], "lr": -1}]), ValueError, "above 0, not -1"),
    (lambda w: optim.Adam([w], betas=(0.9, 1.0)), ValueError, "betas must be at least 0 and"),
    (lambda w: optim.Adam([w], eps=-1), ValueError, "eps must be at least 0"),
    (lambda w: optim.RMSprop([w], alpha=1.5), ValueError, "alpha must be at least 0 and"),
    (lambda w: optim.SGD([w], weight_decay=-1), ValueError, "weight_decay must be at least 0"),
    (lambda w: optim.SGD([w], nesterov=True), ValueError, "momentum above 0"),
    (lambda w: lr_scheduler.OneCycleLR(optim.SGD([w]), 1.0), ValueError, "total_steps, or"),
    (
        lambda w: lr_scheduler.OneCycleLR(optim.Adagrad([w]), 1.0, 5),
        ValueError,
        "Adagrad has no momentum.*cycle_momentum=False",
    ),
    (
        lambda w: lr_scheduler.OneCycleLR(optim.SGD([w]), 1.0, 5, anneal_strategy="sin"),
        ValueError,
        "'cos' or 'linear', not 'sin'",
    ),
    (lambda w: lr_scheduler.LinearLR(optim.SGD([w]), 0), ValueError, "above 0 and at most 1"),
    (
        lambda w: lr_scheduler.ReduceLROnPlateau(optim.SGD([w]), factor=2),
        ValueError,
        "factor must be below 1",
    ),
    (
        lambda w: lr_scheduler.ReduceLROnPlateau(optim.SGD([w]), mode="low"),
        ValueError,
        "'min' or 'max'",
    ),
    (lambda w: lr_scheduler.SequentialLR(optim.SGD([w]), [], [3]), ValueError, "milestones"),
]
