"""Incidents for people: the table of what is open, and what `explain` says of those of one report."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from monitor.cleaning import clean, clean_host
from monitor.moments import shanghai_minute
from monitor.standing import Standing, standing
from reportwatch import printing
from reportwatch.exactjson import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlite_utils import Database

    from reportwatch.scope import Scope

Row = dict[str, Any]
NOTE_SIGNS = 200
OF_REPORT = """
SELECT i.*, e.short_id FROM incidents i LEFT JOIN events e ON e.incident = i.id AND e.kind = 'opened'
WHERE i.publisher = ? AND i.year = ? ORDER BY i.id
"""
SAID = "SELECT * FROM acknowledgements WHERE incident = ? ORDER BY id"


def show_open(database: Database, wanted: Scope, *, as_json: bool, everything: bool) -> None:
    """Prints the open incidents in the scope; hosts, platforms and our own only where no publisher is asked for.

    What is wrong in reports of past seasons was told to nobody and waits for whoever asks: `everything`, or a year.
    """
    found = [
        one
        for one in standing(database)
        if (one.publisher is None and wanted.publishers is None and not wanted.years)
        or (one.publisher is not None and wanted.holds(one.publisher, one.year))
    ]
    shown = [one for one in found if everything or wanted.years or one.suppressed != "backfill"]
    past = f"; {len(found) - len(shown)} about past seasons with --all" if len(found) > len(shown) else ""
    if as_json:
        for one in shown:
            click.echo(dumps(asdict(one)))
        return
    printing.table(
        f"{len(shown)} open incidents{past}; `reportwatch ack ID --by NAME --note TEXT` takes one on"
        if shown
        else f"no incident is open{past}",
        ("id", "number", "kind", "where", "year", "since", "told to", "taken on", "cannot be told now"),
        [
            (
                f"#{one.short_id}",
                one.id,
                one.kind,
                clean_host(one.where),
                one.year,
                shanghai_minute(one.opened_at),
                _told(one),
                _answer(one.answer),
                one.held,
            )
            for one in shown
        ],
    )


def _told(one: Standing) -> str:
    if not one.told:
        return f"nobody ({one.suppressed or 'no channel wants it'})"
    return ", ".join(
        f"{channel} {shanghai_minute(sent_at) if sent_at else state}" for channel, state, sent_at in one.told
    )


def _answer(answer: Mapping[str, Any] | None) -> str | None:
    if answer is None:
        return None
    until = f" until {answer['until']}" if answer["until"] else ""
    return f"{clean(answer['by'])}{until}: {clean(answer['note'], NOTE_SIGNS)}"


def lines_of(database: Database, row: Row, words: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """The incidents of a report with what people said of each; `words` are those of sentences.toml."""
    lines = words["lines"]
    for incident in list(database.query(OF_REPORT, [row["publisher"], row["year"]])):
        name = "incident_over" if incident["resolved_at"] else "incident"
        shown = {
            **incident,
            "opened_at": shanghai_minute(incident["opened_at"]),
            "resolved_at": shanghai_minute(incident["resolved_at"]) if incident["resolved_at"] else "",
        }
        yield lines[name].format_map(shown)
        if incident["held"] and not incident["resolved_at"]:
            yield lines["held"].format(why=words["held"].get(incident["held"], incident["held"]))
        for said in database.query(SAID, [incident["id"]]):
            texts = {"by": clean(said["by"]), "note": clean(said["note"], NOTE_SIGNS), "until": said["until"]}
            yield lines[f"said_{said['action']}"].format(at=shanghai_minute(said["at"]), **texts)
