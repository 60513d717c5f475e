"""Figures in one style, with a text alternative. Importing this sets the style of matplotlib.

fig, ax = plt.subplots()
...
plots.show(fig, alt="The loss falls from 2.3 to 0.1 in ten epochs.")
"""

from matplotlib import style

from dlcourse.plots.figure import show
from dlcourse.plots.images import show_images
from dlcourse.plots.style import COLOURS, STYLE

__all__ = ["COLOURS", "STYLE", "show", "show_images"]

style.use(STYLE)
