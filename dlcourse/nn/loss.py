"""Losses as layers: called with predictions and targets."""

from dlcourse import functional as F
from dlcourse.nn.module import Module


class Loss(Module):
    """What all share: ``reduction`` is 'mean', 'sum' or 'none'."""

    def __init__(self, reduction: str = "mean"):
        super().__init__()
        self.reduction = reduction


class ClassLoss(Loss):
    """What losses with class numbers share: what each class counts, a buffer if it is given."""

    def __init__(self, weight=None, reduction: str = "mean"):
        super().__init__(reduction)
        self.weight = None
        if weight is not None:
            self.register_buffer("weight", weight)


class MSELoss(Loss):
    """Mean squared error.

    Shapes: both the same. Raises ValueError for others.

    >>> from dlcourse import nn
    >>> nn.MSELoss()([1.0, 2.0], [1.0, 4.0])
    Tensor(2.)
    """

    def forward(self, input, target):
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """Mean absolute error.

    Shapes: both the same. Raises ValueError for others.

    >>> from dlcourse import nn
    >>> nn.L1Loss()([1.0, 2.0], [1.0, 5.0])
    Tensor(1.5)
    """

    def forward(self, input, target):
        return F.l1_loss(input, target, reduction=self.reduction)


class HuberLoss(Loss):
    """Half the squared error up to ``delta``, from there on in a straight line.

    Shapes: both the same. Raises ValueError for others.

    >>> from dlcourse import nn
    >>> nn.HuberLoss(reduction="none")([1.0, 5.0], [0.0, 0.0])
    Tensor([0.5, 4.5])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0):
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input, target):
        return F.huber_loss(input, target, reduction=self.reduction, delta=self.delta)


class BCELoss(Loss):
    """Binary cross-entropy of probabilities.

    Shapes: both the same. Raises ValueError for others and for what is no probability.

    >>> from dlcourse import nn
    >>> nn.BCELoss()([0.5, 1.0], [1.0, 1.0])
    Tensor(0.3466)
    """

    def forward(self, input, target):
        return F.binary_cross_entropy(input, target, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of scores; what is positive counts ``pos_weight`` times.

    Shapes: both the same, and ``pos_weight`` broadcasts to it. Raises ValueError for others.

    >>> from dlcourse import nn
    >>> nn.BCEWithLogitsLoss(reduction="sum", pos_weight=[3.0])([0.0, 0.0], [1.0, 0.0])
    Tensor(2.7726)
    """

    def __init__(self, reduction: str = "mean", pos_weight=None):
        super().__init__(reduction)
        self.pos_weight = None
        if pos_weight is not None:
            self.register_buffer("pos_weight", pos_weight)

    def forward(self, input, target):
        return F.binary_cross_entropy_with_logits(input, target, self.reduction, self.pos_weight)


class KLDivLoss(Loss):
    """Kullback–Leibler divergence; ``reduction`` also 'batchmean'.

    Shapes: both the same. Raises ValueError for others.

    >>> from dlcourse import Tensor, nn
    >>> nn.KLDivLoss(reduction="batchmean")(Tensor([[0.5, 0.5]]).log(), [[1.0, 0.0]])
    Tensor(0.6931)
    """

    def __init__(self, reduction: str = "mean", log_target: bool = False):
        super().__init__(reduction)
        self.log_target = log_target

    def forward(self, input, target):
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class CTCLoss(Loss):
    """−log of the probability of a label sequence without times; called as ``ctc_loss``.

    Shapes, and what is refused, are those of that function.

    >>> from dlcourse import Tensor, nn
    >>> half = Tensor([[[0.5, 0.5]], [[0.5, 0.5]]]).log()
    >>> (-nn.CTCLoss()(half, [[1]], [2], [1])).exp()
    Tensor(0.75)
    """

    def __init__(self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False):
        super().__init__(reduction)
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(self, log_probs, targets, input_lengths, target_lengths):
        lengths = input_lengths, target_lengths
        return F.ctc_loss(
            log_probs, targets, *lengths, self.blank, self.reduction, self.zero_infinity
        )


class CrossEntropyLoss(ClassLoss):
    """Softmax and cross-entropy of scores.

    Shapes: scores (N, C), class numbers (N,); others, and errors, as in ``cross_entropy``.

    >>> from dlcourse import nn
    >>> nn.CrossEntropyLoss()([[0.0, 0.0]], [1])
    Tensor(0.6931)
    """

    def __init__(
        self,
        weight=None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ):
        super().__init__(weight, reduction)
        self.ignore_index, self.label_smoothing = ignore_index, label_smoothing

    def forward(self, input, target):
        return F.cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


class NLLLoss(ClassLoss):
    """Negative log-likelihood of log-probabilities.

    Shapes: scores (N, C), class numbers (N,); others, and errors, as in ``nll_loss``.

    >>> from dlcourse import nn
    >>> nn.NLLLoss()([[-0.5, -1.0]], [1])
    Tensor(1.)
    """

    def __init__(self, weight=None, ignore_index: int = -100, reduction: str = "mean"):
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, input, target):
        return F.nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class MultiMarginLoss(ClassLoss):
    """The hinge loss of scores.

    Shapes: scores (N, C), class numbers (N,); others, and errors, as in ``multi_margin_loss``.

    >>> from dlcourse import nn
    >>> nn.MultiMarginLoss()([[0.0, 0.0]], [1])
    Tensor(0.5)
    """

    def __init__(self, p: int = 1, margin: float = 1.0, weight=None, reduction: str = "mean"):
        super().__init__(weight, reduction)
        self.p, self.margin = p, margin

    def forward(self, input, target):
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)
