"""The end of a page that stands in its middle: an included fragment brings a `</body></html>` of its own."""

from __future__ import annotations

import re

_END = re.compile(r"</(?:body|html)(?:\s[^<>]{0,100})?>", re.IGNORECASE)


def without_early_ends(markup: str) -> str:
    """Markup without its end tags of body and html, where anything follows the first of them.

    A browser ignores them there; libxml2 puts what follows outside the root, where nothing is looked for.
    Linear, and no copy of a page that ends where it says so.
    """
    first = _END.search(markup)
    if first is None:
        return markup
    rest = _END.sub("", markup[first.start() :])
    return markup[: first.start()] + rest if rest.strip() else markup
