"""Modules made of modules."""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView

from dlcourse.nn.module import Module


class _Container(Module):
    """Members, registered by name in their order."""

    def _add(self, name, module):
        if not isinstance(module, Module):
            raise TypeError(
                f"{type(self).__name__} holds modules, but {name!r} is {module!r:.60}. A function "
                "is called in forward(), or has a module: nn.ReLU() for F.relu. A class is made "
                "an object by calling it. Sequential(*layers) takes a list."
            )
        setattr(self, name, module)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules.values())

    def __len__(self):
        return len(self._modules)


class _Ordered(_Container):
    """Members named 0, 1, 2, ..."""

    def append(self, module: Module) -> "_Ordered":
        """Add a member at the end."""
        self._add(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> "_Ordered":
        """Add members at the end."""
        for module in modules:
            self.append(module)
        return self

    def __getitem__(self, position: int | slice) -> Module:
        found = list(self)[position]
        return type(self)().extend(found) if isinstance(position, slice) else found


class Sequential(_Ordered):
    """Modules one after the other: each gets what the one before returned. Named 0, 1, 2, ...

    Raises TypeError for what is not a module.

    >>> from dlcourse import nn
    >>> model = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    >>> model([[1.0, 2.0]]).shape
    (1, 3)
    >>> model[0]
    Linear(2, 3)
    """

    def __init__(self, *modules: Module):
        super().__init__()
        self.extend(modules)

    def forward(self, x):
        for module in self:
            if isinstance(x, tuple):
                raise TypeError(
                    f"Sequential: the layer before {type(module).__name__} returned {len(x)} "
                    "results, and the next takes one. Recurrent layers and attention return a "
                    "pair: write a module with a forward() that takes the first."
                )
            x = module(x)
        return x


class ModuleList(_Ordered):
    """A list whose modules belong to the module that holds it; in a plain list they do not.

    It has no forward(): call its members. Raises TypeError for what is not a module.

    >>> from dlcourse import nn
    >>> layers = ModuleList(nn.Linear(2, 2) for _ in range(3))
    >>> len(layers), len(list(layers.parameters()))
    (3, 6)
    """

    def __init__(self, modules: Iterable[Module] = ()):
        super().__init__()
        self.extend(modules)


class ModuleDict(_Container):
    """A dict of modules that belong to the module that holds it; walking through it gives names.

    It has no forward(): call its members. Raises TypeError for what is not a module.

    >>> from dlcourse import nn
    >>> heads = ModuleDict({"digit": nn.Linear(2, 10), "style": nn.Linear(2, 3)})
    >>> list(heads)
    ['digit', 'style']
    >>> heads["style"]
    Linear(2, 3)
    """

    def __init__(self, modules: dict[str, Module] | Iterable[tuple[str, Module]] = ()):
        super().__init__()
        for name, module in dict(modules).items():
            self[name] = module

    def __setitem__(self, name: str, module: Module):
        if "." in name or (hasattr(self, name) and name not in self):
            raise KeyError(f"{name!r} cannot be a member's name: it has a dot or is a method's.")
        self._add(name, module)

    def __getitem__(self, name: str) -> Module:
        return self._modules[name]

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._modules.keys()

    def values(self) -> ValuesView[Module]:
        """The modules."""
        return self._modules.values()

    def items(self) -> ItemsView[str, Module]:
        """Names and modules."""
        return self._modules.items()
