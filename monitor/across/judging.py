"""The rules across documents, from the database to its table of findings."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from monitor.across.alike import groups, judge_alike, wanted_pairs
from monitor.across.bodies import judge_bodies
from monitor.across.copies import judge_copies
from monitor.across.memory import compare_texts, measure_texts, read_likenesses
from monitor.across.reading import read_accounts
from monitor.across.years import judge_years
from store.fingerprints import fingerprint_of
from store.readings import stored

if TYPE_CHECKING:
    from sqlite_utils import Database

    from monitor.across.model import AcrossFacts, AcrossFinding

COLUMNS = (
    "report", "rule", "version", "kind", "level", "message", "message_zh", "keys", "left_value", "right_value", "claim",
    "fingerprint",
)  # fmt: skip
STORED = f"SELECT id, {', '.join(COLUMNS)} FROM findings WHERE reading IS NULL ORDER BY id"  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class AcrossSummary:
    """What became of the findings: how many hold by rule, and how many are new, changed or gone."""

    rules: dict[str, int]
    new: int = 0
    changed: int = 0
    gone: int = 0


def prepare_across(db: Database) -> int:
    """Compares the texts that are new, in transactions of its own, so that a check holds the writer's place shortly.

    Returns how many pairs of texts were compared.
    """
    measure_texts(db)
    facts = read_accounts(db)
    return compare_texts(db, wanted_pairs(facts), groups(facts))


def judge_across(db: Database) -> AcrossSummary:
    """Replaces the findings of the rules across documents. What did not change keeps its row; called in a transaction."""
    facts = replace(read_accounts(db), likenesses=read_likenesses(db))
    return write_findings(db, facts, judge(facts))


def judge(facts: AcrossFacts) -> tuple[AcrossFinding, ...]:
    """Every finding of every rule, in an order that the same facts always have."""
    found = chain(judge_years(facts), judge_bodies(facts), judge_copies(facts), judge_alike(facts))
    return tuple(sorted(found, key=lambda one: (one.report, one.rule, one.keys, one.claim)))


def write_findings(db: Database, facts: AcrossFacts, findings: tuple[AcrossFinding, ...]) -> AcrossSummary:
    """Brings the rows of `findings` that belong to no reading to these; each is known by its fingerprint."""
    names = {account.report: key for key, account in facts.accounts.items()}
    known = {row["fingerprint"]: row for row in db.query(STORED)}
    wanted = {}
    for one in findings:
        row = _row(one, fingerprint_of(*names[one.report], one.claim))
        wanted[row["fingerprint"]] = row
    gone = [(row["id"],) for fingerprint, row in known.items() if fingerprint not in wanted]
    new = [row for fingerprint, row in wanted.items() if fingerprint not in known]
    changed = [
        {**row, "id": known[fingerprint]["id"]}
        for fingerprint, row in wanted.items()
        if fingerprint in known and any(row[name] != known[fingerprint][name] for name in COLUMNS)
    ]
    db.conn.executemany("DELETE FROM findings WHERE id = ?", gone)
    db.conn.executemany(
        f"UPDATE findings SET {', '.join(f'{name} = ?' for name in COLUMNS)} WHERE id = ?",  # noqa: S608 - our own names
        [[*(row[name] for name in COLUMNS), row["id"]] for row in changed],
    )
    db.conn.executemany(
        f"INSERT INTO findings ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",  # noqa: S608 - our own names
        [[row[name] for name in COLUMNS] for row in new],
    )
    rules = Counter(one.rule for one in findings)
    return AcrossSummary(dict(sorted(rules.items())), len(new), len(changed), len(gone))


def _row(one: AcrossFinding, fingerprint: str) -> dict[str, object]:
    return {
        "report": one.report, "rule": one.rule, "version": one.version, "kind": one.kind, "level": one.level,
        "message": one.message, "message_zh": one.message_zh, "keys": json.dumps(one.keys),
        "left_value": stored(one.left, None), "right_value": stored(one.right, None), "claim": one.claim,
        "fingerprint": fingerprint,
    }  # fmt: skip
