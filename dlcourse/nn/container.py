"""Modules made of modules."""

from collections.abc import Iterator

from dlcourse.nn.module import Module


class Sequential(Module):
    """Modules one after the other: each gets what the one before returned. Named 0, 1, 2, ..."""

    def __init__(self, *modules: Module):
        super().__init__()
        for position, module in enumerate(modules):
            setattr(self, str(position), module)

    def forward(self, x):
        for module in self:
            x = module(x)
        return x

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __len__(self):
        return len(self._modules)

    def __getitem__(self, position: int) -> Module:
        return list(self)[position]
