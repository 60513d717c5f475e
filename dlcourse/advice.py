"""What to write instead where a habit from PyTorch does not work here."""

NO_DEVICE = "There is no device to choose: everything runs on the processor. Leave it out."
IN_PLACE = "Operations do not change tensors in place: write w.data -= ... to update a parameter."
INSTEAD = {
    "cpu": NO_DEVICE,
    "cuda": NO_DEVICE,
    "device": NO_DEVICE,
    "dim": "Write .ndim, without brackets.",
    "requires_grad_": "Write Tensor(data, requires_grad=True).",
    "size": "Write .shape, or .shape[0] for one length.",
    "view": "Write .reshape(...).",
    "zero_": "Write optimiser.zero_grad(), or w.grad = None.",
}
"""For each name of PyTorch's that is not ours, what is."""


def missing_attribute(self, name: str):
    """Raise AttributeError for a name that an object has not, with what to write instead."""
    ends_in_place = name.endswith("_") and not name.startswith("_")
    advice = INSTEAD.get(name, IN_PLACE if ends_in_place else "")
    message = f"{type(self).__name__!r} object has no attribute {name!r}. {advice}".rstrip()
    raise AttributeError(message, name=name, obj=self)


def refuse_assignment(self, index, value):
    """Raise TypeError for ``x[index] = value``, which no gradient could follow."""
    raise TypeError(
        f"x[{index!r:.40}] = ... would change {self._called()} in place, and gradients could not "
        "follow. F.where(mask, new, x) gives a new tensor; x.data[...] = ... changes the numbers "
        "of a tensor that is not in a graph yet."
    )


def in_place(symbol: str):
    """The method for ``w -= ...`` and its like: a parameter would be lost, a result is not."""

    def method(self, other):
        if self.requires_grad and self.is_leaf:
            raise RuntimeError(
                f"{self._called()} {symbol} ... would not update the parameter: it makes a new "
                f"tensor, which is the result of an operation. Write w.data {symbol} ... instead."
            )
        return NotImplemented

    return method
