"""Which classes are compared with PyTorch's, and by which tests."""

from collections import defaultdict

COMPARED = defaultdict(list)
"""For each class the tests that compare it with PyTorch's class of the same name."""
COMPOSED = defaultdict(list)
"""The same for what PyTorch has not: there it is put together of what it has."""


def compares(*names: str, registry=COMPARED):
    """Note that a test compares these classes; all its cases count as one."""

    def noted(test):
        for name in names:
            registry[name].append(test)
        return test

    return noted


def composes(*names: str):
    """Note that a test compares these classes with a composition or a formula."""
    return compares(*names, registry=COMPOSED)
