"""Write chapters/sources/formulas.md: every operation of the engine with its formulas."""

import inspect

from dlcourse import ops
from dlcourse.function import Function
from tools import notebooks

PAGE = notebooks.ROOT / "chapters" / "sources" / "formulas.md"
HEAD = """\
---
kernelspec:
  display_name: Python 3 (ipykernel)
  language: python
  name: python3
---

# Which formula belongs to which operation?

Every operation that the engine knows: what it computes, and what it sends back to each input. A
bar is the gradient of the loss: $\\bar{x} = \\partial L / \\partial x$. The formulas are those of
the steppers, taken from the classes in `dlcourse/ops/`; central differences and PyTorch confirm
each of them in the tests.
"""


def page() -> str:
    """The whole page, a family of operations a part."""
    parts = [HEAD]
    for family in ops.__all__:
        module = f"dlcourse.ops.{family}"
        operations = [o for o in Function.registry.values() if o.__module__ == module]
        if operations:
            about = inspect.getmodule(operations[0]).__doc__.partition("\n")[0]
            parts.append(f"\n+++\n\n## {about.rstrip('.')}\n")
        parts += [entry(operation) for operation in operations]
    return "".join(parts)


def entry(operation: type[Function]) -> str:
    """One operation: its name, its formula, the gradient of each input."""
    about = inspect.getdoc(operation).partition("\n\n")[0]
    lines = [f"\n+++\n\n### `{operation.name}`\n", f"{about}\n", f"$${operation.formula}$$\n"]
    lines += [f"$${gradient}$$\n" for gradient in operation.gradients if gradient]
    return "\n".join(lines)
