"""Our own style and script inside a page that must come with one request."""

import functools
from pathlib import Path

from markupsafe import Markup

_STATIC = Path(__file__).parent / "static"


@functools.cache
def inlined(name: str) -> Markup:
    """The content of one of our static files, as it is.

    Raises:
        ValueError: The file would end the element that it stands in.
    """
    content = (_STATIC / name).read_text(encoding="utf-8")
    if "</" in content:
        raise ValueError(f"{name} cannot stand inside a page")
    return Markup(content)  # noqa: S704 - a file of ours, which nobody's words are in
