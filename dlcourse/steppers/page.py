"""A piece of a page: one line of HTML that is readable without scripts and alive with them.

The output holds readable text, the data as JSON, and the whole front end, so that it works in
JupyterLab, in a reopened notebook without a kernel, in the static book and from a file.
"""

import base64
import hashlib
import json
import re
import zlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
KINDS = ("stepper", "quiz", "timeline", "descent", "playground")
FAMILIES = tuple(sorted(file.stem.removeprefix("family_") for file in STATIC.glob("family_*.js")))
_IMPORT = re.compile(
    r"^import\s*\{[^}]*\}\s*from\s*['\"]\./(?P<name>[\w.]+)['\"];?\n", re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(async )?(function|const|class)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(/\*\*.*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^\s+", re.MULTILINE)

BOOT = (
    "const hash=%s,fronts=globalThis.dlcourseFronts??=new Map();"
    "if(!fronts.has(hash)){"
    "const text=document.querySelector(`script[data-front-end='${hash}']`).textContent;"
    "const bytes=Uint8Array.from(atob(text),c=>c.charCodeAt(0));"
    "const source=new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));"
    "fronts.set(hash,new Response(source).blob().then(blob=>import(URL.createObjectURL("
    "new Blob([blob],{type:'text/javascript'})))));}"
    "(await fronts.get(hash)).mountAll(document,hash);"
)


def output(kind: str, payload: dict, text: str, families: tuple[str, ...] = ()) -> str:
    """One line of HTML for a view of one of the ``KINDS``.

    ``payload`` is what the front end gets, JSON-ready; ``text`` is the HTML that is shown where no
    script runs, made of escaped text only; ``families`` are those of the operations in it.
    """
    digest, packed = front_end(kind, families)
    joined = " ".join(families)
    line = (
        f'<div class="dlcourse" data-dlcourse="{kind}" data-families="{joined}" '
        f'data-front-end="{digest}" '
        f'data-lm-suppress-shortcuts="true">{text}'
        f'<script type="application/json">{script_json(payload)}</script>'
        f'<script type="text/plain" data-front-end="{digest}">{packed}</script>'
        f'<script type="module">{BOOT % json.dumps(digest)}</script></div>'
    )
    return line.replace("\n", " ")


def script_json(payload) -> str:
    """Compact JSON in which nothing can end the script element that holds it."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = text.replace("</", "<\\/").replace("<!", "<\\u0021")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def front_end(kind: str, families: tuple[str, ...] = ()) -> tuple[str, str]:
    """A view's front end: its hash and its deflated source in base64."""
    source = joined_source(kind, families).encode()
    digest = hashlib.sha256(source).hexdigest()[:16]
    return digest, base64.b64encode(zlib.compress(source, 9)).decode()


def joined_source(kind: str, families: tuple[str, ...] = ()) -> str:
    """The modules of a view as one, each after those it imports, with their styles and words.

    A view of the kind ``stepper`` is what ``mountStepper`` in ``stepper.js`` builds.
    """
    parts, done = [], set()

    def add(name):
        if name in done:
            return
        done.add(name)
        module = (STATIC / name).read_text(encoding="utf-8")
        for needed in _IMPORT.finditer(module):
            add(needed["name"])
        code = _EXPORT.sub("", _IMPORT.sub("", module))
        parts.append(_INDENT.sub("", _COMMENT.sub("", code)))

    for name in ("mount", kind, *(f"family_{family}" for family in families)):
        add(f"{name}.js")
    sheets = [STATIC / "style.css"]
    sheets += [STATIC / f"style_{name.removesuffix('.js')}.css" for name in sorted(done)]
    style = "".join(path.read_text(encoding="utf-8") for path in sheets if path.exists())
    style = re.sub(r"\s+", " ", style)
    words = json.loads((STATIC / "sentences.en.json").read_text(encoding="utf-8"))
    words = {name: said for name, said in words.items() if name == kind or name not in KINDS}
    return (
        f"const STYLE = {json.dumps(style)};\n"
        f"const CATALOGUE = {json.dumps(words, ensure_ascii=False)};\n"
        + "".join(parts)
        + f"const start = (page, hash) => mountAll(page, hash, mount{kind.capitalize()});\n"
        "export { start as mountAll };\n"
    )
