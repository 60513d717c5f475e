"""LaTeX to MathML, which browsers draw without a script or a font of ours."""

import re
from functools import cache

_BAR = re.compile(
    r"<mover>(?P<letter>.*?)<mo[^>]*>(?:&#x000AF;|&#x00AF;|¯|‾|&#x0203E;)</mo></mover>"
)


@cache
def mathml(latex: str) -> str:
    """One formula as a ``<math>`` element whose ``alttext`` is the LaTeX.

    A bar over a letter becomes ``<mrow class="bar">``, for the style sheet to draw with air
    between the two.
    """
    from latex2mathml.converter import convert

    markup = _BAR.sub(r'<mrow class="bar">\g<letter></mrow>', convert(latex))
    return markup.replace("<math ", f'<math alttext="{_escaped(latex)}" ', 1)


def _escaped(text):
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
