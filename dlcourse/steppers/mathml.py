"""LaTeX to MathML, which browsers draw without a script or a font of ours."""

import re
from functools import cache

_BAR = re.compile(
    r"<mover>(?P<letter>.*?)<mo[^>]*>(?:&#x000AF;|&#x00AF;|¯|‾|&#x0203E;)</mo></mover>"
)

_START = re.compile(r"<math[^>]*>")
_ENTITY = re.compile(r"&#x0*((?!26;|3C;|3E;)[0-9A-F]+);")


@cache
def mathml(latex: str) -> str:
    """One formula as a ``<math>`` element whose ``alttext`` is the LaTeX.

    A bar over a letter becomes ``<mrow class="bar">``, for the style sheet to draw with air
    between the two.
    """
    from latex2mathml.converter import convert

    markup = convert(latex)
    markup = _BAR.sub(r'<mrow class="bar">\g<letter></mrow>', markup)
    markup = _ENTITY.sub(lambda found: chr(int(found[1], 16)), markup)
    return f'<math alttext="{_escaped(latex)}">{_START.sub("", markup, count=1)}'


def _escaped(text):
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
