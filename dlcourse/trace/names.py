"""What the learner calls things: variables, parameter paths, module calls."""

import ast

import numpy as np

from dlcourse.nn.module import Call, Module
from dlcourse.source import span_of, variable_assigned
from dlcourse.tensor import Tensor
from dlcourse.trace.places import is_own


class Names:
    """Looks up names in the learner's variables and in the modules that were called."""

    def __init__(self, scope: dict, calls: list[Call]):
        self._by_id = {}
        for name, value in scope.items():
            if isinstance(value, Tensor | np.ndarray) and not name.startswith("_"):
                self._by_id.setdefault(id(value), name)
        self.paths: dict[Module, str] = {}
        variables = {id(v): k for k, v in scope.items() if isinstance(v, Module)}
        for call in calls:
            if call.module not in self.paths:
                self._name_module(call.module, variables.get(id(call.module)))

    def _name_module(self, module, variable):
        """Name an outermost module by its variable, and what is in it by dotted paths."""
        own_name = variable or type(module).__name__.lower()
        prefix = "" if module._modules else own_name
        for path, part in module.named_modules():
            self.paths.setdefault(part, path or own_name)
        for path, parameter in module.named_parameters():
            self._by_id[id(parameter)] = f"{prefix}.{path}" if prefix else path

    def of(self, tensor: Tensor) -> str | None:
        """The tensor's name: its own, a parameter's path, or the variable that holds it."""
        return tensor.name or self._by_id.get(id(tensor)) or self._by_id.get(id(tensor._data))


def assigned_name(place) -> str | None:
    """The variable that the expression at this place of the learner's code was assigned to."""
    span = span_of(*place)
    return variable_assigned(span) if span and is_own(span.file) else None


def operand_texts(expression: str, count: int) -> list[str] | None:
    """The pieces of an expression that are its inputs: ``["X", "W.T"]`` of ``X @ W.T``."""
    try:
        node = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return None
    if isinstance(node, ast.BinOp):
        operands = [node.left, node.right]
    elif isinstance(node, ast.UnaryOp):
        operands = [node.operand]
    elif isinstance(node, ast.Call):
        method_of = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        operands = (method_of if len(node.args) < count else []) + node.args
    else:
        return None
    return (
        [ast.unparse(operand) for operand in operands[:count]] if len(operands) >= count else None
    )
