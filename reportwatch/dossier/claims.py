"""What is claimed of a report, in one sentence each, and nothing beyond: the status, and findings that stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportwatch.dossier.words import say
from reportwatch.exits import USAGE, CommandError
from reportwatch.sentences import when
from reportwatch.sentences import words as sentences
from store.faults import FAULT_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

    from reportwatch.dossier.model import ClaimKind, Row, Visits
    from reportwatch.options import Lang

MOMENTS = ("first_seen", "lacked_at", "last_good", "unknown_since", "page_gone_since")
# The same as the incidents `invalid` and `doubtful` count: nobody dismissed them, and no correction settles them.
_COUNTS = f"""
SELECT incident, count(*) AS count FROM (
  SELECT {FAULT_KIND} AS incident FROM open_findings f WHERE f.publisher = ? AND f.year = ?
) WHERE incident IS NOT NULL GROUP BY incident
"""  # noqa: S608 - our own text
_GRAVE = f"""
SELECT EXISTS (SELECT 1 FROM open_findings f
  WHERE f.publisher = ? AND f.year = ? AND {FAULT_KIND} = 'doubtful' AND f.level = 'error')
"""  # noqa: S608 - our own text
_BYTES_SEEN = f"""
SELECT min(d.first_seen) FROM open_findings f JOIN documents d ON d.sha256 = f.sha256
WHERE f.publisher = ? AND f.year = ? AND {FAULT_KIND} = ?
"""  # noqa: S608 - our own text
_LAST_SHOWN = "SELECT max(last_seen) FROM links WHERE report = ?"


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its kind, the sentence, and since when it is so, in words ("" where nothing says it)."""

    kind: ClaimKind
    sentence: str
    since: str = ""


def claims_of(
    db: Database, row: Row, visits: Visits, kinds: Sequence[ClaimKind], lang: Lang
) -> tuple[Claim, ...]:
    """The claims that hold of a row of report_status. `kinds`: these and no others; empty: all but `doubtful`.

    CommandError (usage) for a kind that is asked for and does not hold: nobody is accused of it.
    """
    found: dict[ClaimKind, Claim] = {}
    status = row["status"]
    if status in ("missing", "late", "withdrawn"):
        found[status] = _of_status(db, row, visits, lang)
    counts = _counts(db, row)
    for kind in ("invalid", "doubtful"):
        if counts[kind]:
            found[kind] = _of_findings(db, row, kind, counts[kind], lang)
    if absent := [kind for kind in kinds if kind not in found]:
        holds = ", ".join(found) or "nothing"
        raise CommandError(
            USAGE,
            f"{row['publisher_name']} {row['year']} is {status}, and what holds is: {holds}. A dossier about "
            f"{', '.join(absent)} would claim what nobody has seen; leave --kind out",
        )
    return tuple(
        claim
        for kind, claim in found.items()
        if kind in (kinds or ("missing", "late", "withdrawn", "invalid"))
    )


def nothing_claimed(row: Row, as_of: str, lang: Lang) -> str:
    """The sentence where nothing is claimed: that nothing can be, or that all is well."""
    name = (
        row["status"] if row["status"] in ("unknown", "not found", "published, timing unproved") else "other"
    )
    status = sentences(lang)["status"][row["status"]]
    return say(lang, "no_claims", name, **{**_shown(row), "status": status, "as_of": when(as_of)})


def _shown(row: Row) -> dict[str, object]:
    moments = {name: when(row[name]) for name in MOMENTS}
    return {**row, **moments, "name": row["publisher_name"]}


def _counts(db: Database, row: Row) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for one in db.query(_COUNTS, [row["publisher"], row["year"]]):
        counts[one["incident"]] += one["count"]
    return counts


def _of_status(db: Database, row: Row, visits: Visits, lang: Lang) -> Claim:
    kind: ClaimKind = row["status"]
    name: str = (
        kind if kind != "late" else ("late_page" if row["why"] == "page_date_after_due" else "late_visit")
    )
    if row["why"] == "page_gone":
        name = "withdrawn_page"
    without = [one for one in visits.listed if "without" in one.roles]
    after = [one for one in visits.listed if one.outcome == "good" and one.after_due and not one.elsewhere]
    shown = {
        **_shown(row), "count": len(after),
        "last_shown": when(db.execute(_LAST_SHOWN, [row["report"]]).fetchone()[0]),
        "without": when(without[0].started_at if without else None),
    }  # fmt: skip
    return Claim(kind, say(lang, "status_claims", name, **shown), say(lang, "since", name, **shown))


def _of_findings(db: Database, row: Row, kind: ClaimKind, count: int, lang: Lang) -> Claim:
    seen = db.execute(_BYTES_SEEN, [row["publisher"], row["year"], kind]).fetchone()[0]
    grave = kind == "doubtful" and db.execute(_GRAVE, [row["publisher"], row["year"]]).fetchone()[0]
    name = (f"{kind}_grave" if grave else kind) + ("_one" if count == 1 else "")
    sentence = say(lang, "status_claims", name, **{**_shown(row), "count": count})
    return Claim(kind, sentence, say(lang, "since", kind, first_seen=when(seen)) if seen else "")
