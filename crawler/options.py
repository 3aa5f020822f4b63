"""The options of a source: what a person says about its list that the family cannot know."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from cssselect import GenericTranslator, SelectorError

from crawler.links import clean_url, iso_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import TextResponse

    from store.model import Source

SELECTORS = ("container", "link", "next")


@dataclass(frozen=True, slots=True)
class Options:
    """All options, with what holds where nothing is said. docs/adding-a-site.md explains each."""

    container: str = ""  # CSS: the part of the page that is the list
    link: str = ""  # CSS, within it: the anchors of the entries
    next: str = ""  # CSS: the anchor to the next page
    children: str = (
        ""  # regular expression: the titles of child columns (year folders) that are part of the list
    )
    moves_to: str = ""  # path to which the list is known to redirect
    pager: str = ""  # "none": a person has seen that this list has no pager, so its one page is all of it
    min_entries: int = 0  # fewer entries than this are a collapsed count; 0: half of the last good visit
    max_pages: int = 200
    ignore_total: bool = False  # the number of entries that the page declares is known to be wrong
    same_list_since: str = (
        ""  # ISO day: a person has seen that it is the right list since then, whatever it was
    )
    may_be_empty: bool = (
        False  # a person has seen that the list has no entries, or that a folder of it has none
    )
    unclosed: bool = False  # the site's pages never end in </html>
    old_tls: bool = False  # the server speaks TLS 1.0 or 1.1, or weak ciphers only
    script_hosts: str = ""  # with `render`: further hosts, blanks between, that the page's scripts may ask
    does_without: str = ""  # with `render`: hosts that the page asks and whose answer its list does not need

    @classmethod
    def of(cls, source: Source) -> Options:
        """The options of a source that all families have; a family's own are left to it (`mistakes_in` checks all)."""
        shared = {name: value for name, value in source.options.items() if name in DEFAULTS}
        return cls(**shared)  # type: ignore[arg-type]  # checked by `mistakes_in` before the first visit

    def children_in(self, response: TextResponse) -> list[str]:
        """The child columns that a page leads to."""
        if not self.children:
            return []
        wanted = re.compile(self.children)
        found = []
        for anchor in response.css("a[href]"):
            title = " ".join("".join(anchor.css("::text").getall()).split()) or anchor.attrib.get("title", "")
            url = clean_url(response.urljoin(""), anchor.attrib["href"])
            if url and url != response.url and wanted.search(title):
                found.append(url)
        return found


DEFAULTS = {field.name: field.default for field in fields(Options)}
NOTHING: dict[str, object] = {}


def mistakes_in(source: Source, own: Mapping[str, object] = NOTHING) -> list[str]:
    """What is wrong with the options of a source, each with the source's id. `own` are the family's, with defaults."""
    wrong = []
    known = {**DEFAULTS, **own}
    for name, value in source.options.items():
        if name not in known:
            wrong.append(f"{source.id}: unknown option {name!r}; known are {', '.join(sorted(known))}")
        elif type(value) is not type(known[name]):
            wrong.append(f"{source.id}: option {name} must be of type {type(known[name]).__name__}")
        elif why := _ill_formed(name, value):
            wrong.append(f"{source.id}: option {name}: {why}")
    return wrong


def _ill_formed(name: str, value: object) -> str | None:
    try:
        if name in SELECTORS:
            GenericTranslator().css_to_xpath(str(value))
        elif name == "children":
            re.compile(str(value))
        elif name == "same_list_since" and value and iso_day(str(value)) != value:
            return "a day is written YYYY-MM-DD"
    except (SelectorError, re.error) as error:
        return f"{value!r} cannot be understood: {error}"
    return 'only "none" is allowed' if name == "pager" and value not in ("", "none") else None
