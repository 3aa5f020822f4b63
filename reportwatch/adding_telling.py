"""What `add` prints for people: one look in full, or many as a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from reportwatch import printing
from reportwatch.adding_names import spans
from reportwatch.adding_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.looked import Looked
    from reportwatch.adding import Verdict
    from reportwatch.adding_names import Names

MARKS = {
    "added": "[green]added[/green]", "changed": "[green]changed[/green]", "proposed": "[green]would be written[/green]",
    "watched": "watched already", "unsure": "[yellow]unsure[/yellow]", "blind": "[yellow]blind[/yellow]",
    "refused": "[red]not written[/red]",
}  # fmt: skip
MOST = 12  # names of one kind that are listed in full
_LEADS = re.compile(r"leads to (https?://[^\s,]+?)(?:[:,]?\s|$)")
_NOT_AROUND = "we do not get around that; save the page in a browser: reportwatch add FILE.html --url URL"
_BY_KIND = {
    **dict.fromkeys(("refused", "captcha", "firewall", "robots"), _NOT_AROUND),
    "js_shell": "a script fills it: --render looks with a browser; --unsupported keeps it, unknown",
}
_BY_STATE = {
    "unsure": "look at the page, then name it with --family; --unsupported keeps it, unknown",
    "unproved": "--family NAME writes it all the same (its visits stay blind until the end is proved); --unsupported keeps it",
}


def tell(verdict: Verdict) -> None:
    """One look in full."""
    out = printing.console()
    out.print(f"[bold]{escape(plain(verdict.wish.url))}[/bold]", soft_wrap=True)
    lines = Table.grid(padding=(0, 2))
    lines.add_column(style="dim", no_wrap=True)
    lines.add_column(overflow="fold")
    for name, text in _lines(verdict):
        lines.add_row(name, text)
    out.print(lines)
    if verdict.block and verdict.state != "watched":
        out.print(escape(verdict.block.rstrip()), style="dim", soft_wrap=True)


def tell_many(verdicts: Sequence[Verdict]) -> None:
    """Two lines or three for each, in the order of the table."""
    lines = Table.grid(padding=(0, 2))
    lines.add_column(no_wrap=True)
    lines.add_column(overflow="fold")
    for verdict in verdicts:
        lines.add_row(MARKS[verdict.state], f"[bold]{escape(plain(verdict.wish.url))}[/bold]")
        lines.add_row("", escape(": ".join(part for part in (_short(verdict), plain(verdict.says)) if part)))
        for hint in hints(verdict):
            lines.add_row("", escape(hint))
    printing.console().print(lines)


def _short(verdict: Verdict) -> str:
    """Family, number of entries, and the source's id, as far as there are any."""
    looked, source = verdict.looked, verdict.source
    read = f"{looked.family}, {len(looked.rows)} entries" if looked and looked.family else ""
    return " → ".join(
        part for part in (read, source.id if source and verdict.state != "watched" else "") if part
    )


def hints(verdict: Verdict) -> tuple[str, ...]:
    """What a person can do where nothing was written."""
    looked = verdict.looked
    if looked is None or verdict.state not in ("unsure", "blind"):
        return ()
    if found := _LEADS.search(looked.reason):
        return (f"look there: reportwatch add {plain(found[1])}",)
    if looked.asks:
        return (f"if that host is theirs: --host {plain(looked.asks[0])}",)
    if looked.state == "good":
        return ()
    by_kind = _BY_KIND.get(looked.kind or "")
    return (by_kind or _BY_STATE.get(looked.state, ""),)


def _lines(verdict: Verdict) -> Iterator[tuple[str, str]]:
    yield "verdict", f"{MARKS[verdict.state]}: {escape(plain(verdict.says, 600))}"
    yield from (("", escape(hint)) for hint in hints(verdict) if hint)
    if verdict.looked is not None:
        yield from _seen(verdict, verdict.looked)
    yield from _names(verdict)
    if verdict.other_hosts:
        hosts = ", ".join(map(plain, verdict.other_hosts))
        yield (
            "other hosts",
            escape(f"{hosts}: not of this site by their name; give --host if they are theirs"),
        )
    if verdict.files:
        yield "would be in" if verdict.state == "proposed" else "written to", escape(", ".join(verdict.files))


def _seen(verdict: Verdict, looked: Looked) -> Iterator[tuple[str, str]]:
    for one in looked.candidates:
        chosen = "[bold]" if one.family == looked.family else "[dim]"
        sure = "" if one.sure else " (a weak sign)"
        yield "family", f"{chosen}{one.family}[/]: {escape(plain(one.why))}{sure}"
    if looked.family and all(one.family != looked.family for one in looked.candidates):
        yield "family", f"[bold]{looked.family}[/]: chosen by a person"
    if looked.rows or looked.columns:
        yield "list", _list(looked, verdict.names)
    for column in looked.columns[:MOST]:
        yield (
            "end",
            escape(plain(f"{column.proof} ({column.url})" if len(looked.columns) > 1 else column.proof)),
        )
    if further := looked.columns[MOST:]:
        yield "", f"and {len(further)} more columns, each to its end"


def _list(looked: Looked, names: Names) -> str:
    maybe = f", {names.maybe} that may be one" if names.maybe else ""
    years = f" ({spans(names.years)})" if names.years else ""
    pages = f"{looked.pages} page{'s' * (looked.pages != 1)}"
    return f"{len(looked.rows)} entries on {pages}: {_reports(names.reports)}{years}{maybe}"


def _names(verdict: Verdict) -> Iterator[tuple[str, str]]:
    names = verdict.names
    for one in names.known[:MOST]:
        text = f"{one.name} ({one.id}): {_reports(one.reports)}, {spans(one.years) or 'no year'}"
        left_out = verdict.source is not None and one.id not in verdict.source.publishers
        yield (
            "publisher",
            escape(f"{text}: not tied to this list, which has nothing newer" if left_out else text),
        )
    if left := names.known[MOST:]:
        yield "", f"and {len(left)} more publishers of the watchlist"
    written = {row["name"]: row["id"] for row in verdict.rows}
    for stranger in names.strangers[:MOST]:
        kind = (
            f"proposal: {stranger.kind}"
            if stranger.kind
            else "its name does not say what it is: add it by hand"
        )
        as_id = f", written as {written[stranger.name]}" if stranger.name in written else ""
        text = f"{stranger.name}: {_reports(stranger.reports)}, {spans(stranger.years)} ({kind}{as_id})"
        yield "not watched", escape(plain(text))
    if further := names.strangers[MOST:]:
        yield "", f"and {len(further)} more names"
    if names.strangers and not verdict.rows:
        yield "", "--publishers adds the proposals to publishers.csv"
    for title, why in names.unclear[:3]:
        yield "unclear", escape(f"{plain(title, 80)} ({why})")
    if hidden := names.unclear[3:]:
        yield "", f"and {len(hidden)} more titles that name nobody, or not one alone"


def _reports(number: int) -> str:
    return f"{number} report{'s' * (number != 1)}"
