"""From a result's graph to its trace."""

import numpy as np

from dlcourse.function import Function
from dlcourse.graph import backpropagate, topological_order
from dlcourse.nn.module import Call
from dlcourse.tensor import Tensor
from dlcourse.trace.arrays import ArrayPool, chosen_cell, scale
from dlcourse.trace.names import Names, assigned_name, operand_texts
from dlcourse.trace.places import Places

VERSION = 1
MAX_OPERATIONS = 400


def trace(result: Tensor, scope: dict | None = None) -> dict:
    """The graph that led to ``result``, as plain data: nodes, steps, numbers, source lines.

    ``scope``: the learner's variables by name, such as ``globals()``; what is found there is called
    by its name. Changes nothing, runs none of the learner's code.

    Raises TypeError for something that is not a Tensor, RuntimeError for one without a graph.
    """
    if not isinstance(result, Tensor):
        raise TypeError(
            f"A trace needs a Tensor, the result of a computation, not {type(result).__name__}."
        )
    if result.grad_fn is None:
        raise RuntimeError(
            "There is no graph behind this tensor: no operation on a tensor with "
            "requires_grad=True made it, or it was computed under no_grad(), or it is detached."
        )
    operations = topological_order(result.grad_fn)
    scope = scope or {}
    if len(operations) > MAX_OPERATIONS:
        return overview(result, operations, scope)
    with np.errstate(all="ignore"):  # NaN and infinity are part of the picture
        return Recorder(result, operations, scope).as_json()


class Recorder:
    """Builds the trace of one result.

    A node is a leaf tensor or an operation. The transpose of a matrix is no node of its own: it is
    drawn on the edge, so that ``X @ W.T`` is one step and its gradient is that of ``W``.
    """

    def __init__(self, result: Tensor, operations: list[Function], scope: dict):
        self.result = result
        self.operations = operations
        self.calls = list({id(c): c for node in operations for c in node.calls}.values())
        self.names = Names(scope, self.calls)
        self.places = Places()
        self.pool = ArrayPool()
        self.nodes: list[dict] = []
        self.values: list[np.ndarray] = []
        self.gradients: dict[int, np.ndarray] = {}
        self.steps: list[dict] = [{"kind": "given", "phase": "start"}]
        self.formulas: list[str] = []
        self._node_of: dict[object, int] = {}  # operation or leaf tensor -> node id

        drawn = [op for op in operations if op is result.grad_fn or not _is_matrix_transpose(op)]
        self.outputs = self._outputs(operations)
        self.modules = self._modules(drawn)
        for operation in drawn:
            self._add_operation(operation)
        for operation in drawn:
            last = operation is result.grad_fn
            node = self._node_of[operation]
            self._step("forward", "loss" if last else "forward", self.values[node], node=node)
        self._walk_backward(drawn)

    def _outputs(self, operations):
        """The result of each operation, and the Tensor that held it, as its consumers saw them."""
        outputs = {self.result.grad_fn: (self.result, self.result._data)}
        for operation in operations:
            for tensor, array in zip(operation.inputs, operation.arrays, strict=True):
                if tensor.grad_fn is not None:
                    outputs.setdefault(tensor.grad_fn, (tensor, array))
        return outputs

    def _modules(self, operations):
        """The module calls that deserve a box: not a single operation, not the whole network."""
        inside = {id(c): [op for op in operations if c in op.calls] for c in self.calls}
        boxed = [
            call
            for call in self.calls
            if call.module._parameters
            or (self._outer(call, inside[id(call)]) and len(inside[id(call)]) > 1)
        ]
        self._box_of = {id(call): number for number, call in enumerate(boxed)}
        return [
            {
                "path": self.names.paths[call.module],
                "label": f"{self.names.paths[call.module]}: {_one_line(call.module)}",
                "parent": self._box(self._outer(call, inside[id(call)])),
            }
            for call in boxed
        ]

    @staticmethod
    def _outer(call, operations):
        """The calls around a call."""
        calls = operations[0].calls if operations else ()
        position = next((i for i, c in enumerate(calls) if c is call), 0)
        return calls[:position]

    def _box(self, calls: tuple[Call, ...]) -> int | None:
        boxes = [self._box_of[id(call)] for call in calls if id(call) in self._box_of]
        return boxes[-1] if boxes else None

    def _add_operation(self, operation):
        kind = type(operation)
        expression = self.places.text(operation.place)
        texts = operand_texts(expression, len(operation.inputs)) or [None] * len(operation.inputs)
        inputs = []
        for position, (name, tensor) in enumerate(
            zip(operation.input_names, operation.inputs, strict=False)
        ):
            tensor, transposed = _behind_transposes(tensor)
            node = self._node_of.get(tensor.grad_fn or tensor)
            if node is None:
                array = operation.arrays[position]
                array = array.T if transposed else array
                text = (
                    texts[position].removesuffix(".T")
                    if transposed and texts[position]
                    else texts[position]
                )
                node = self._add_leaf(tensor, array, text, self._box(operation.calls))
            inputs.append({"node": node, "name": name, "transposed": transposed})
        tensor, value = self.outputs[operation]
        self._node_of[operation] = self._append(
            value,
            kind="operation",
            name=self._result_name(operation, tensor),
            label=self._label(kind, inputs, operation.options),
            expression=expression,
            op=kind.name,
            title=kind.title,
            notation=kind.notation,
            structure=operation.structure,
            options={
                k: list(v) if isinstance(v, tuple) else v
                for k, v in operation.options.items()
                if isinstance(v, int | float | str | tuple)
            },
            module=self._box(operation.calls),
            requires_grad=True,
            inputs=inputs,
            formula=self._formula(kind.formula),
            gradients=[self._formula(g) for g in operation.gradients],
            span=self.places.add(operation.place),
            caller=self._caller(operation),
            terms=self.pool.add(getattr(operation, "terms", None)),
            share=getattr(operation, "share", None),
            details={name: self.pool.add(getattr(operation, name)) for name in kind.details},
        )

    def _caller(self, operation):
        """Where the learner's own code called the library that ran this operation."""
        if self.places.is_own(operation.place):
            return None
        own = [call.place for call in operation.calls if self.places.is_own(call.place)]
        return self.places.add(own[-1]) if own else None

    def _add_leaf(self, tensor, array, text, module):
        name = self.names.of(tensor) or (text if _is_short_name(text) else None)
        is_constant = name is None and array.ndim == 0 and not tensor.requires_grad
        kind = "parameter" if tensor.requires_grad else "constant" if is_constant else "input"
        self._node_of[tensor] = self._append(
            array,
            kind=kind,
            name=name,
            label=f"{array:.4g}" if is_constant else name or "data",
            module=module if tensor.requires_grad else None,
            requires_grad=tensor.requires_grad,
        )
        return self._node_of[tensor]

    def _append(self, value, **entry):
        number = len(self.nodes)
        blank = dict.fromkeys(
            ("expression", "op", "title", "notation", "structure", "formula", "span", "caller",
             "terms", "share", "earlier_grad")
        )  # fmt: skip
        lists = {"options": {}, "details": {}, "inputs": [], "gradients": []}
        shape = {"shape": list(value.shape), "dtype": str(value.dtype)}
        self.nodes.append({"id": number, **blank, **lists, **shape, **entry})
        self.nodes[-1]["value"] = self.pool.add(value)
        self.values.append(value)
        return number

    def _result_name(self, operation, tensor):
        """The variable that holds the result, or that the call which made it was assigned to."""
        if tensor.name:
            return tensor.name
        ended = [c for c in operation.calls if operation is self._last_of(c)]
        places = [ended[0].place] if ended else [operation.place]
        return assigned_name(places[0]) or self.names.of(tensor)

    def _last_of(self, call):
        return [op for op in self.operations if any(c is call for c in op.calls)][-1]

    def _label(self, kind, inputs, options):
        """A few signs for the operation's box: ``X W1ᵀ``, ``+ b1``, ``relu``."""
        names = [self._short(i) for i in inputs]
        if kind.structure == "contraction":
            return " ".join(name or kind.symbol for name in names) if any(names) else kind.symbol
        if kind.name == "pow":
            return f"{names[0] or '( )'}{_raised(options['exponent'])}"
        if len(names) == 2 and kind.structure == "elementwise":
            if all(names):
                return f"{names[0]} {kind.symbol} {names[1]}"
            if names[1]:
                return f"{kind.symbol} {names[1]}"
            return f"{names[0]} {kind.symbol}" if names[0] else kind.symbol
        return kind.symbol

    def _short(self, edge):
        node = self.nodes[edge["node"]]
        name = node["name"] if node["kind"] == "operation" else node["label"].rpartition(".")[2]
        return f"{name}ᵀ" if name and edge["transposed"] else name

    def _formula(self, latex):
        if latex is None:
            return None
        if latex not in self.formulas:
            self.formulas.append(latex)
        return self.formulas.index(latex)

    def _walk_backward(self, drawn):
        last = len(self.nodes) - 1
        self.gradients[last] = np.ones_like(self.values[last])
        self.steps.append({"kind": "seed", "phase": "backward", "node": last})
        awaited = self._count_contributions(drawn)
        parts: dict[int, list[int]] = {}
        for operation, upstream, contributions in backpropagate(
            topological_order(self.result.grad_fn), {self.result.grad_fn: self.gradients[last]}
        ):
            if operation not in self._node_of:
                continue
            locals_ = self._local_derivatives(operation, upstream)
            edges = self.nodes[self._node_of[operation]]["inputs"]
            for position, (edge, sent) in enumerate(zip(edges, contributions, strict=True)):
                if sent is None:
                    continue
                target = edge["node"]
                self._contribution(operation, position, target, upstream, locals_[position],
                                   sent.T if edge["transposed"] else sent)  # fmt: skip
                parts.setdefault(target, []).append(len(self.steps) - 1)
                if len(parts[target]) == awaited[target] > 1:
                    self._step("sum", "backward", self.gradients[target], node=target,
                               parts=parts[target])  # fmt: skip
        for node in self.nodes:
            node["grad"] = self.pool.add(self.gradients.get(node["id"]))
        for tensor, number in self._node_of.items():
            if isinstance(tensor, Tensor) and tensor.grad is not None and not self._walked():
                self.nodes[number]["earlier_grad"] = self.pool.add(tensor.grad._data)

    def _walked(self):
        return self.result.grad_fn.released

    def _count_contributions(self, drawn):
        """How many contributions each node waits for."""
        awaited = dict.fromkeys(range(len(self.nodes)), 0)
        for operation in drawn:
            edges = self.nodes[self._node_of[operation]]["inputs"]
            gradients = operation.gradients
            for edge, wanted, formula in zip(edges, operation.needs_grad, gradients, strict=False):
                awaited[edge["node"]] += wanted and formula is not None
        return awaited

    def _local_derivatives(self, operation, upstream):
        """∂result/∂input for each input, where it is an array of numbers; else None."""
        if operation.structure not in ("elementwise", "loss", "reduction"):
            return [None] * len(operation.inputs)
        gradients = operation.backward(np.ones_like(upstream))
        return gradients if isinstance(gradients, tuple) else (gradients,)

    def _contribution(self, operation, position, target, upstream, local, sent):
        earlier = self.gradients.get(target)
        self.gradients[target] = sent if earlier is None else earlier + sent
        node = self._node_of[operation]
        was_summed = operation.structure == "elementwise" and local.shape != sent.shape
        if operation.structure == "elementwise":
            local = np.broadcast_to(local, upstream.shape)
        self._step(
            "contribution", "backward", sent,
            node=node, input=position, to=target,
            local=self.pool.add(local),
            contribution=self.pool.add(sent),
            passed=self.pool.add(upstream * local) if was_summed else None,
        )  # fmt: skip

    def _step(self, kind, phase, result, **details):
        cell = chosen_cell(result)
        self.steps.append({"kind": kind, "phase": phase, **details, "cell": cell})

    def as_json(self) -> dict:
        arrays, notes = self.pool.as_json()
        return {
            "version": VERSION,
            "title": self.nodes[-1]["name"] or self.nodes[-1]["title"],
            "nodes": self.nodes,
            "modules": self.modules,
            "steps": self.steps,
            "arrays": arrays,
            "sources": self.places.as_json(),
            "formulas": self.formulas,
            "scales": {
                "value": scale(self.values),
                "gradient": scale(list(self.gradients.values())),
            },
            "notes": notes,
        }


def overview(result: Tensor, operations: list[Function], scope: dict) -> dict:
    """What to show of a graph with too many operations: how many of which sort, by module."""
    names = Names(scope, [call for node in operations for call in node.calls])
    counts: dict[str, int] = {}
    for node in operations:
        where = names.paths[node.calls[-1].module] if node.calls else node.title
        counts[where] = counts.get(where, 0) + 1
    leaves = {t: None for node in operations for t in node.inputs if t.grad_fn is None}
    numbers = sum(tensor.numel() for tensor in leaves if tensor.requires_grad)
    return {
        "version": VERSION,
        "title": names.of(result) or result.grad_fn.title,
        "nodes": [],
        "overview": {
            "operations": len(operations),
            "limit": MAX_OPERATIONS,
            "parameters": numbers,
            "rows": sorted(counts.items(), key=lambda row: -row[1])[:20],
        },
    }


def _is_matrix_transpose(operation):
    return operation.name == "transpose" and operation.arrays[0].ndim == 2


def _behind_transposes(tensor):
    transposed = False
    while tensor.grad_fn is not None and _is_matrix_transpose(tensor.grad_fn):
        tensor = tensor.grad_fn.inputs[0]
        transposed = not transposed
    return tensor, transposed


def _is_short_name(text):
    """Whether a piece of code is fit to call a thing by: ``X.T``, ``target``, but not ``2.0``."""
    return text is not None and len(text) <= 16 and not text.lstrip("-(")[:1].isdigit()


def _raised(exponent):
    text = f"{exponent:g}"
    return (
        text.translate(str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
        if "." not in text
        else f"^{text}"
    )


def _one_line(module):
    return f"{type(module).__name__}({module.extra_repr()})"
