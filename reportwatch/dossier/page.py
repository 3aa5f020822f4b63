"""The page of a dossier: one HTML file without scripts, which loads nothing and prints on A4."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.cleaning import clean_url, readable
from parsers.editions import citation
from reportwatch.dossier.documents import gone_answers
from reportwatch.dossier.files import Files, inline
from reportwatch.dossier.told import told
from reportwatch.dossier.visits import DAYS_AFTER, DAYS_BEFORE, headers_of
from reportwatch.dossier.words import LONGEST, blindness, say, words
from reportwatch.reviewing_telling import words as reviewing_words
from reportwatch.sentences import when
from reportwatch.sentences import words as sentences
from reportwatch.shape import digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from reportwatch.dossier.claims import Claim
    from reportwatch.dossier.findings import Found, Shown
    from reportwatch.dossier.model import Row, Seen, Visit, Visits
    from reportwatch.explaining import Trail
    from reportwatch.options import Lang

_YEARS = "SELECT year, due, status, first_seen FROM report_status WHERE publisher = ? ORDER BY year"
_NAMES = "SELECT name FROM publisher_names WHERE publisher = ? ORDER BY name"
_SOURCES = """
SELECT s.id AS name, s.url FROM sources s JOIN publisher_sources x ON x.source = s.id WHERE x.publisher = ? ORDER BY s.id
"""
_DATED = ("date", "last-modified", "etag")  # headers that say something about when


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that the page shows, gathered."""

    row: Row
    as_of: str
    now: str
    trail: Trail
    claims: tuple[Claim, ...]
    nothing: str
    visits: Visits
    documents: Sequence[Seen]
    findings: Found
    unseen: Sequence[str]
    files: Files
    versions: Mapping[str, str]
    file_name: str


def page(db: Database, matter: Matter, stamp_host: str, lang: Lang) -> str:
    """The page. `stamp_host`: who stamped the manifest; empty where nobody did (then `unseen` says why)."""
    row, w = matter.row, words(lang)
    steps: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    steps.update((step.name, step.lines) for step in matter.trail.steps)
    shown: dict[str, Any] = {
        "lang": "zh-CN" if lang == "zh" else "en", "w": w, "row": row, "claims": matter.claims, "nothing": matter.nothing,
        "title": say(lang, "page", "title", name=row["publisher_name"], year=row["year"]),
        "made": say(lang, "page", "made", at=when(matter.now), as_of=when(matter.as_of)),
        "why": matter.trail.sentence, "steps": steps, "titles": sentences(lang)["titles"],
        "status": sentences(lang)["status"][row["status"]], "statuses": sentences(lang)["status"],
        "unseen": matter.unseen, "sources": _by_source(db, matter),
        "visits_intro": say(lang, "page", "visits_intro", before=DAYS_BEFORE, after=DAYS_AFTER),
        "kept_at": _kept_at(matter.visits), "others": _others(matter.visits, lang), "files": matter.files,
        "documents": matter.documents, "gone": _gone(db, matter),
        "findings": [_finding(one, lang) for one in matter.findings.every], "drawn": matter.findings.pages, "no_findings": _no_findings(db, row, lang),
        "told": told(db, row, lang), "names": [one["name"] for one in db.query(_NAMES, [row["publisher"]])],
        "years": list(db.query(_YEARS, [row["publisher"]])), "listed": sorted(matter.files.every, key=lambda one: one.name),
        "stamp_host": stamp_host, "stamp_said": say(lang, "verify", "stamp", host=stamp_host),
        "versions": matter.versions, "file_name": matter.file_name,
        "outcome": lambda visit: _outcome(visit, lang), "asked": lambda capture: _asked(capture, lang),
        "header_line": _header_line, "say": partial(say, lang), "linked": clean_url, "inline": inline,
    }  # fmt: skip
    return _environment().get_template("page.html").render(shown)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["when"] = when
    made.filters["shown"] = lambda text: readable(str(text), LONGEST)
    return made


def _by_source(db: Database, matter: Matter) -> list[dict[str, object]]:
    found = []
    for source in db.query(_SOURCES, [matter.row["publisher"]]):
        visits = [one for one in matter.visits.listed if one.source == source["name"]]
        found.append({**source, "visits": visits})
    return found


def _gone(db: Database, matter: Matter) -> list[Row]:
    """The answers "not there" of entries' pages that no document of ours is from: the others stand beside it."""
    ours = {one.row["url"] for one in matter.documents}
    return [one for one in gone_answers(db, matter.row["report"]) if one["url"] not in ours]


def _kept_at(visits: Visits) -> dict[str | None, list[str]]:
    """When each stored version of a list page was seen, by its hash."""
    found: defaultdict[str | None, list[str]] = defaultdict(list)
    for visit in visits.listed:
        for one in visit.kept:
            found[one.sha256].append(when(one.seen_at))
    return found


def _others(visits: Visits, lang: Lang) -> str:
    if not visits.others:
        return ""
    names = {"good": "good", "unchanged": "unchanged", "blind": "blind"}
    if lang == "zh":
        names = {"good": "有效", "unchanged": "未变化", "blind": "未能看到"}
    counts = ", ".join(f"{count} {names.get(name, name)}" for name, count in sorted(visits.others.items()))
    return say(lang, "page", "others", counts=counts)


def _outcome(visit: Visit, lang: Lang) -> str:
    said = [say(lang, "outcomes", visit.outcome, kind=blindness(lang, visit.blind_kind))]
    if visit.after_due:
        said.append(say(lang, "outcomes", "after_due"))
    if visit.elsewhere:
        said.append(say(lang, "outcomes", "elsewhere"))
    return "; ".join(said) if lang == "en" else "；".join(said)


def _asked(capture: Row, lang: Lang) -> str:
    return say(lang, "asked", capture["kind"], note=capture["note"] or "–")


def _header_line(capture: Row) -> str:
    headers = headers_of(capture["headers"])
    return "; ".join(f"{name}: {headers[name]}" for name in _DATED if name in headers) or "–"


def _finding(shown: Shown, lang: Lang) -> dict[str, object]:
    one = shown.one
    message = one.message_zh if lang == "zh" else one.message
    return {"message": message, "facts": list(_facts(shown, lang)), "cells": shown.cells}


def _facts(shown: Shown, lang: Lang) -> Iterator[str]:
    """What it rests on, how each side was read, and whether it is claimed."""
    one = shown.one
    if ground := citation(one.rule):
        yield say(lang, "findings", "ground", citation=ground[lang == "zh"])
    if one.left is not None or one.right is not None:
        yield reviewing_words(lang, "sides", left=digits(one.left) or "–", right=digits(one.right) or "–")
    yield from (line.strip() for line in shown.said)
    if shown.document is not None:
        yield say(lang, "findings", "document", number=shown.document)
    if one.kind == "printed_error":
        yield say(lang, "findings", "readings")
    yield from _standing(shown, lang)


def _standing(shown: Shown, lang: Lang) -> Iterator[str]:
    one = shown.one
    if one.settled:
        yield say(lang, "findings", "settled")
    elif one.what == "finding" and one.decision in ("accepted", "dismissed"):
        at = when(one.decided_at)
        yield say(lang, "findings", f"decided_{one.decision}", by=one.decided_by, at=at, note=one.note)
    elif one.waits:
        yield say(lang, "findings", "waits")
    if one.kind == "unsure" or one.what == "figure":
        yield say(lang, "findings", "not_claimed", why=say(lang, "findings", "unsure"))
    elif one.level == "warning":
        yield say(lang, "findings", "not_claimed", why=say(lang, "findings", "warning"))


def _no_findings(db: Database, row: Row, lang: Lang) -> str:
    read = db.execute(
        "SELECT count(*) FROM latest_readings WHERE publisher = ? AND year = ?",
        [row["publisher"], row["year"]],
    ).fetchone()[0]
    return say(lang, "findings", "none" if read else "unread")
