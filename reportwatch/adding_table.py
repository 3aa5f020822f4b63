"""Many list pages at once: the table that people fill, and the table of what became of each row."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from reportwatch.adding_names import spans
from reportwatch.exactjson import dumps
from reportwatch.exits import CONFIG, DATA, CommandError
from reportwatch.shape import safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reportwatch.adding import Verdict, Wish

COLUMNS = ("url", "region", "publishers", "family", "note")
RESULTS = (
    "url", "state", "why", "family", "source", "region", "entries", "pages", "reports", "years", "publishers",
    "not watched", "blind", "files",
)  # fmt: skip
_BETWEEN = re.compile(r"[;；]")


def wishes_in(path: Path, common: Wish) -> tuple[Wish, ...]:
    """The rows of a table. CommandError where it is no such table; a bad row is told when its turn comes."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = [
            row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, row))
        ]
    except OSError as error:
        raise CommandError(DATA, f"{path}: cannot be opened: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(CONFIG, f"{path}: not UTF-8; in the spreadsheet, save it as “CSV UTF-8”") from None
    except csv.Error as error:
        raise CommandError(CONFIG, f"{path}: not a valid CSV file ({error})") from None
    head = [name.strip() for name in rows[0]] if rows else []
    if "url" not in head or set(head) - set(COLUMNS) or len(set(head)) < len(head):
        raise CommandError(
            CONFIG, f"{path}: the first line names the columns: {', '.join(COLUMNS)} (url is needed)"
        )
    return tuple(_wish(dict(zip(head, map(str.strip, row), strict=False)), common) for row in rows[1:])


def _wish(row: dict[str, str], common: Wish) -> Wish:
    return replace(
        common,
        url=row["url"].partition("#")[0],
        fragment=row["url"].partition("#")[2],
        region=row.get("region") or common.region,
        publishers=tuple(name.strip() for name in _BETWEEN.split(row.get("publishers", "")) if name.strip()),
        family=row.get("family") or common.family,
        note=row.get("note") or common.note,
    )


def save_results(path: Path, verdicts: Sequence[Verdict]) -> None:
    """The results as a file: JSON lines where its name ends in .json or .jsonl, else CSV."""
    if path.suffix in (".json", ".jsonl"):
        text = "".join(dumps(facts(verdict)) + "\n" for verdict in verdicts)
    else:
        made = io.StringIO(newline="")
        sheet = csv.writer(made, lineterminator="\r\n")
        sheet.writerow(RESULTS)
        sheet.writerows([safe(str(cell)) for cell in _cells(verdict)] for verdict in verdicts)
        text = "\ufeff" + made.getvalue()
    path.write_bytes(text.encode("utf-8", "replace"))


def facts(verdict: Verdict) -> dict[str, object]:
    """A verdict for programs."""
    looked, names, source = verdict.looked, verdict.names, verdict.source
    return {
        "url": verdict.wish.url,
        "state": verdict.state,
        "why": verdict.says,
        "family": looked.family if looked else source.family if source else None,
        "candidates": [_pairs(one) for one in looked.candidates] if looked else [],
        "source": source.id if source else None,
        "region": source.region if source else None,
        "answered": looked.answered if looked else "",
        "entries": len(looked.rows) if looked else 0,
        "pages": looked.pages if looked else 0,
        "columns": [_pairs(one) for one in looked.columns] if looked else [],
        "blind": looked.kind if looked else None,
        "reports": names.reports,
        "maybe": names.maybe,
        "years": list(names.years),
        "publishers": [_pairs(one) for one in names.known],
        "not_watched": [_pairs(one) for one in names.strangers],
        "unclear": [{"title": title, "why": why} for title, why in names.unclear],
        "rows": list(verdict.rows),
        "hosts": list(source.hosts) if source else [],
        "other_hosts": list(verdict.other_hosts),
        "evidence": list(looked.evidence) if looked else [],
        "block": verdict.block if verdict.state != "watched" else "",
        "files": list(verdict.files),
    }


def _pairs(one: object) -> dict[str, object]:
    fields: tuple[str, ...] = getattr(type(one), "__slots__", ())
    return {name: getattr(one, name) for name in fields}


def _cells(verdict: Verdict) -> tuple[object, ...]:
    looked, names, source = verdict.looked, verdict.names, verdict.source
    return (
        verdict.wish.url, verdict.state, verdict.says, looked.family if looked else "", source.id if source else "",
        source.region if source else verdict.wish.region or "", len(looked.rows) if looked else "",
        looked.pages if looked else "", names.reports, spans(names.years), "; ".join(one.id for one in names.known),
        "; ".join(one.name for one in names.strangers), (looked and looked.kind) or "", "; ".join(verdict.files),
    )  # fmt: skip
