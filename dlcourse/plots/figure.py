"""Showing a figure to everyone, also to those who hear it."""

import base64
import io
from html import escape

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure

IMAGE = '<img src="data:image/png;base64,{png}" alt="{alt}" width="{width}" style="{style}">'
CARD = "max-width:100%;height:auto;border-radius:6px"


def show(figure: Figure, alt: str) -> None:
    """Display ``figure`` with ``alt``, which says in words what is to be seen in it.

    The output is an ``<img>``: JupyterLab and the book give a bare PNG no text alternative.

    Raises ValueError for a blank ``alt``, where a plot lacks its title or the name of an axis, and
    where a title is too long for the figure.
    """
    if not alt.strip():
        raise ValueError("alt is blank. Say in one sentence what one sees in the figure.")
    for axes in figure.axes:
        _check_named(axes)
    _check_fit(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    plt.close(figure)  # or the notebook shows it a second time
    html = IMAGE.format(
        png=base64.b64encode(buffer.getvalue()).decode(),
        alt=escape(alt),
        width=round(figure.get_figwidth() * 96),
        style=CARD,
    )
    display({"text/html": html, "text/plain": alt}, raw=True)


def _check_named(axes):
    """Raise unless a plot that has axes to read says what it and they show."""
    if not axes.axison:
        return
    named = {
        "a title (ax.set_title)": axes.get_title(loc="left") or axes.get_title(),
        "a name for its x axis (ax.set_xlabel)": axes.get_xlabel(),
        "a name for its y axis (ax.set_ylabel)": axes.get_ylabel(),
    }
    missing = [part for part, text in named.items() if not text]
    if missing:
        raise ValueError(f"The plot lacks {' and '.join(missing)}.")


def _check_fit(figure):
    """Raise if a title ends outside the figure, where it would be cut."""
    figure.draw_without_rendering()
    titles = [title for axes in figure.axes for title in (axes.title, axes._left_title)]
    if figure._suptitle:
        titles.append(figure._suptitle)
    for title in titles:
        if title.get_window_extent().x1 > figure.bbox.x1:
            raise ValueError(f"The title {title.get_text()!r} is too long for this figure.")
