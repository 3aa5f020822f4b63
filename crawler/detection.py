"""Which family reads a page? Every family is asked for its sign; whatever does not decide is said, never guessed. Pure."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.blindness import Expected, recognise
from crawler.fetching import Page
from crawler.looked import Candidate, Column, Looked, Row
from crawler.options import mistakes_in
from crawler.shells import filled_from, shell_target
from crawler.spiders.base import Sign
from crawler.walks import Whole, wrong_whole
from store.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scrapy.http import HtmlResponse, TextResponse

    from crawler.blindness import Blindness
    from crawler.looked import Ask, Value
    from crawler.paging import Paging
    from crawler.spiders.base import FamilySpider
    from store.model import Link

CATEGORY = "category"  # an option: which part of a platform's tree the list is
PLAIN = "static"  # a list with no mark of any CMS: only where no other family shows a sign
UNPROVED = frozenset({"truncated", "structure_changed", "count_collapsed"})
PRINTABLE = re.compile(
    r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]{0,500}"
)


@functools.cache
def spiders() -> Mapping[str, type[FamilySpider]]:
    """Every family's class by its name."""
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    return {name: cast("type[FamilySpider]", loader.load(name)) for name in sorted(loader.list())}


def source_of(ask: Ask, family: str = "unsupported", options: Mapping[str, Value] | None = None) -> Source:
    """The source that an ask would be in the watchlist."""
    hosts = tuple(dict.fromkeys((urlsplit(ask.url).hostname or "", *ask.hosts)))
    named = {}
    if ask.fragment and family in spiders() and CATEGORY in spiders()[family].own_options:
        named = {CATEGORY: ask.fragment}
    return Source(
        ask.key, ask.url, family, hosts, "looked", options={**(options or {}), **named, **ask.options},
        min_interval=ask.min_interval, render=ask.render,
    )  # fmt: skip


def candidates(response: TextResponse) -> tuple[Candidate, ...]:
    """Every family that finds a sign of itself in the page, the sure ones first."""
    found = []
    for name, spider in spiders().items():
        sign = spider.sign(response) or (_plain(response) if name == PLAIN else None)
        if sign is not None:
            found.append(Candidate(name, sign.why, sign.sure, dict(sign.options)))
    return tuple(sorted(found, key=lambda one: (not one.sure, one.family == PLAIN)))


def _plain(response: TextResponse) -> Sign | None:
    """Rows of reports, or folders of years, in the page itself: it counts only where no family shows a sign."""
    plain = spiders()[PLAIN]()
    rows = sum(link.kind != "other" for link in plain.links(response))
    folders = len(plain.children(response, 0))
    if not rows and not folders:
        return None
    seen = f"{rows} rows look like reports" if rows else f"{folders} folders of years are linked"
    return Sign(f"{seen} in the page itself, and nothing shows whose CMS it is", sure=False)


def first_folder(response: TextResponse) -> str | None:
    """A folder of the list to look into where the column's own page shows no family's sign; None where there is none."""
    below = (child for child in spiders()[PLAIN]().children(response, 0) if isinstance(child, str))
    return next(below, None)


def choose(found: Sequence[Candidate]) -> tuple[Candidate | None, str]:
    """The one family that the signs speak for; or None, and why nothing is decided."""
    for group in (
        [one for one in found if one.sure],
        [one for one in found if not one.sure and one.family != PLAIN],
        [one for one in found if one.family == PLAIN],
    ):
        if len(group) > 1:
            names = " and ".join(one.family for one in group)
            return None, f"the page shows signs of several families: {names}"
        if group:
            return group[0], ""
    return None, "the page shows no sign of any family that this version knows"


def wrong_options(source: Source) -> str:
    """What is wrong with the options that a page asks for: it may be hostile, and they are written into a file."""
    values = (value for value in source.options.values() if isinstance(value, str))
    if not all(PRINTABLE.fullmatch(value) for value in values):
        return "an option that the page asks for holds characters that do not belong there"
    return "; ".join(mistakes_in(source, spiders()[source.family].own_options))


def rows_of(links: Iterable[Link]) -> tuple[Row, ...]:
    """Entries as a look tells them."""
    return tuple(Row(link.url, link.title, link.published, link.kind) for link in links)


def look_at_saved(ask: Ask, body: bytes) -> Looked:
    """A page that a person saved. Its end is proved only where the page itself proves it; nothing is fetched."""
    page = Page(ask.url, ask.url, 200, {}, body, b"")
    plain = Looked(ask.key, ask.url, "unsure", ask.url, pages=1)
    if blind := _blind(page):
        return replace(plain, state="blind", kind=blind.kind, reason=blind.reason)
    if target := shell_target(page.url, page.text):
        return replace(plain, reason=f"the page holds nothing and leads to {target}: save that page")
    found = candidates(page.markup(source_of(ask)))
    chosen, why = decide(ask, found)
    plain = replace(plain, candidates=found, reason=why)
    if chosen is None:
        return plain
    source = source_of(ask, chosen.family, chosen.options)
    plain = replace(plain, family=source.family, options=source.options)
    if wrong := wrong_options(source):
        return replace(plain, reason=wrong)
    return _read_saved(plain, page, page.markup(source))


def decide(ask: Ask, found: Sequence[Candidate]) -> tuple[Candidate | None, str]:
    """The person's family where there is one, else what the signs speak for; or None and why."""
    if ask.family is None:
        return choose(found)
    shown = next((one for one in found if one.family == ask.family), None)
    return shown or Candidate(
        ask.family, "chosen by a person, and the page shows no sign of it", sure=False
    ), ""


def _read_saved(plain: Looked, page: Page, response: HtmlResponse) -> Looked:
    spider = spiders()[response.meta["source"].family]()
    children = [*spider.children(response, 0), *spider.asides(response)]
    links = list(spider.links(response))
    paging = spider.paging(response, 1)
    seen = replace(plain, rows=rows_of(links))
    if blind := _blind(page, None if children or paging.leads else len(links), paging.total):
        return replace(seen, state="unproved", kind=blind.kind, reason=blind.reason)
    elsewhere = None if spider.asks_interfaces else filled_from(response)
    if elsewhere:
        return replace(seen, state="unproved", kind=elsewhere[0], reason=elsewhere[1])
    if why := _goes_on(paging, len(children)):
        return replace(seen, state="unproved", kind="truncated", reason=why)
    if why_not := wrong_whole(links, [], 0, spider.options(response), Whole(empty=False), page.url):
        return replace(seen, state="unproved", kind=why_not.kind, reason=why_not.reason)
    return replace(seen, state="good", columns=(Column(page.url, 1, paging.proof),), reason="")


def _goes_on(paging: Paging, children: int) -> str:
    if children:
        return (
            f"parts of the list are elsewhere, and were not read (columns, frames or interfaces: {children})"
        )
    if paging.next is not None:
        return "the list goes on where the saved page ends"
    return "" if paging.proof else f"the end of the list is not proved: {paging.doubt or 'nothing says so'}"


def _blind(page: Page, entries: int | None = None, total: int | None = None) -> Blindness | None:
    expected = Expected(url=page.asked, final_url=page.url, entries=entries, total=total)
    return recognise(page.status, page.headers, page.body, expected)
