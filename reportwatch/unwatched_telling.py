"""What is not watched, for people: counts, then each state with what it means and who is in it. Fits narrow terminals."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from monitor import moments
from reportwatch import printing
from reportwatch.unwatched import BODY_STATES, LIST_STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from reportwatch.unwatched import Body, ListPage

MEANING = {
    "never visited": "no visit has ended yet: run reportwatch crawl",
    "never seen well": "nobody who publishes there can be judged",
    "no report ever": "read well, but it never showed a report of anybody on the watchlist: is it the right list?",
    "blind": "read well before, but not at the last visit",
    "unsupported": "no spider reads this kind of page yet",
    "not monitored by policy": "robots.txt forbids our visits, and they are not made",
    "good": "read to its end at the last visit",
    "no source": "no list page is known: the status is unknown until somebody finds one",
    "no source seen well": "none of its list pages was ever read well: the status is unknown",
    "no report in any year": "its lists were read well, and no report of it was ever found there",
    "watched": "",
}


def tell(pages: Sequence[ListPage], bodies: Sequence[Body], *, everything: bool) -> None:
    """Prints it; what is watched well only with `everything`."""
    out = printing.console()
    out.print(
        Text(
            f"{_many(len(pages), 'list page')}: {_counted(LIST_STATES, [page.state for page in pages])}",
            "bold",
        )
    )
    out.print(
        Text(
            f"{_many(len(bodies), 'publisher')}: {_counted(BODY_STATES, [body.state for body in bodies])}",
            "bold",
        )
    )
    for state in LIST_STATES:
        shown = [page for page in pages if page.state == state and (everything or state != "good")]
        if shown:
            _head(out, "list pages", state)
        for page in shown:
            _page(out, page)
    for body_state in BODY_STATES:
        found = [
            body for body in bodies if body.state == body_state and (everything or body_state != "watched")
        ]
        if found:
            _head(out, "publishers", body_state)
        for body in found:
            _body(out, body)


def _counted(states: Sequence[str], found: Sequence[str]) -> str:
    counts = Counter(found)
    return " · ".join(f"{counts[state]} {state}" for state in states if counts[state]) or "none"


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _head(out: Console, what: str, state: str) -> None:
    out.print()
    meaning = f": {MEANING[state]}" if MEANING[state] else ""
    out.print(Text.assemble((f"{what}, {state}", "bold"), meaning))


def _page(out: Console, page: ListPage) -> None:
    good = f"last good visit {moments.shanghai_minute(page.last_good)}" if page.last_good else "no good visit"
    served = _many(page.publishers, "publisher")
    said = [page.source, served, good] if page.state != "unsupported" else [page.source, served]
    out.print(Padding(Text(" · ".join(said)), (0, 0, 0, 2), expand=False))
    out.print(Text(f"    {page.url}"), soft_wrap=True)  # an address that is cut in two cannot be clicked
    if page.why:
        out.print(Padding(Text(page.why), (0, 0, 0, 4), expand=False))


def _body(out: Console, body: Body) -> None:
    said = [body.name, body.publisher, body.region, *([", ".join(body.sources)] if body.sources else [])]
    out.print(Padding(Text(" · ".join(said)), (0, 0, 0, 2), expand=False))
    if body.why:
        out.print(Padding(Text(body.why), (0, 0, 0, 4), expand=False))
