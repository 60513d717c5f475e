"""The course's look: readable from the last row, and without telling colours apart."""

from cycler import cycler

GROUND = "#ffffff"
INK = "#18202e"
FAINT = "#d7dee8"
COLOURS = ("#0a5fc0", "#c85000", "#1f9e89", "#8a2f7d", "#18202e")
"""Blue, orange, green, purple, ink: the order in which lines and bars get them."""

STYLE = {
    "figure.figsize": (8, 4.5),
    "figure.facecolor": GROUND,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.12,
    "figure.constrained_layout.h_pad": 0.12,
    "savefig.dpi": 120,
    "axes.facecolor": GROUND,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.prop_cycle": cycler(color=COLOURS)
    + cycler(linestyle=["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))])
    + cycler(marker=["o", "s", "^", "D", "v"]),
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 16,
    "axes.titleweight": "bold",
    "axes.titlepad": 12,
    "axes.labelsize": 14,
    "grid.color": FAINT,
    "font.family": "DejaVu Sans",
    "font.size": 13,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 2.5,
    "lines.markersize": 7,
    "legend.frameon": False,
    "image.cmap": "gray_r",
}
