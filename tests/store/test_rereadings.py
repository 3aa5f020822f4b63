"""A trial beside what is in force: nothing sees it before it is promoted, and a promotion can be undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.model import Alternative, Figure, Finding, Note, Origin, Parsed, Section
from store.database import open_database
from store.matched import rematch
from store.parsed import Outcome, canonical, digest, in_force, packed, unpacked
from store.readings import read_by_others, save_readings, save_unreadable
from store.rereadings import (
    NoTrialError,
    StaleTrialError,
    Trial,
    begin,
    differing,
    discard,
    finish,
    last_promoted,
    left_to_read,
    pending,
    promote,
    roll_back,
    save_trial,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

    from parsers.model import Value
    from tests.store.world import World

ROOT = Path(__file__).parents[2]
AT, LATER = "2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z"
ISSUED, FEE = "disclosure.regulations.issued", "disclosure.fees.amount"
ORIGIN = Origin("pdf", page=3, box=(1.0, 2.5, 3.0, 4.0))
TABLES = ("readings", "figures", "sections", "alternatives", "notes", "findings")


def figure(key: str, value: Value, text: str) -> Figure:
    return Figure(key, value, text, None, "number" if value is not None else "blank", ORIGIN)


def report(*figures: Figure, title: str = "title") -> Parsed:
    finding = Finding("balance", "printed_error", "error", "no", "否", (ISSUED,), 3, Decimal("3.5"))
    return Parsed(
        "周口市财政局", 2024, title, "2021", figures, (Section("2", "二", "b"), Section("1", "一", "a")), (finding,),
        "html", (Note("dated", "2025年1月20日", "2025-01-20"),),
    )  # fmt: skip


def good(value: int) -> Outcome:
    return Outcome((report(figure(ISSUED, value, str(value))),))


def dump(db: Database, *, without: tuple[str, ...] = ("id", "reading")) -> dict[str, list[dict[str, object]]]:
    """Everything that is in force, without the numbers of its rows."""
    return {
        name: sorted(
            ({key: value for key, value in row.items() if key not in without} for row in db[name].rows),
            key=str,
        )
        for name in TABLES
    }


@pytest.fixture
def archive(world: World) -> World:
    """Three documents, read by version 7: two reports, and one that could not be read."""
    for number, body in enumerate((b"A", b"B", b"C")):
        document = world.keep(f"2025-01-2{number}", body)
        if body == b"C":
            save_unreadable(world.db, document, "7", "encrypted", "a password is needed", AT)
        else:
            save_readings(world.db, document, "7", good(number).reports, AT)
    rematch(world.db, AT)
    return world


def tried(world: World, **outcomes: Outcome) -> Trial:
    """A trial by version 8 in which documents 1 to 3 came out so; the others as they are in force."""
    db = world.db
    trial = begin(db, "8", "", [1, 2, 3], LATER)
    for document in left_to_read(db, trial):
        stands = in_force(db, document.id)
        assert stands is not None
        save_trial(db, trial, document.id, outcomes.get(f"d{document.id}", stands.outcome))
    finish(db, trial, {"documents": 3})
    return trial


def test_a_trial_changes_nothing_that_is_in_force(archive: World) -> None:
    before = dump(archive.db)
    tried(archive, d1=good(99), d3=good(5))
    assert dump(archive.db) == before


def test_a_trial_keeps_only_what_differs(archive: World) -> None:
    trial = tried(archive, d1=good(99))
    rows = archive.db.execute("SELECT result, reading IS NOT NULL FROM reread_documents ORDER BY document")
    assert rows.fetchall() == [("differs", 1), ("same", 0), ("same", 0)]
    (found,) = differing(archive.db, trial)
    assert found.before == canonical(good(0))
    assert found.after == canonical(good(99))


def test_what_is_promoted_is_in_force_by_the_new_version_and_names_its_trial(archive: World) -> None:
    tried(archive, d1=good(99), d3=good(5))
    trial = promote(archive.db, LATER)
    stands = [in_force(archive.db, document) for document in (1, 2, 3)]
    assert [one.outcome for one in stands if one] == [
        canonical(good(99)),
        canonical(good(1)),
        canonical(good(5)),
    ]
    assert {(one.reader_version, one.read_at, one.rereading) for one in stands if one} == {
        ("8", LATER, trial.id)
    }
    assert read_by_others(archive.db, "8") == 0
    assert pending(archive.db) is None


def test_undoing_a_promotion_leaves_what_stood_before_to_the_last_byte(archive: World) -> None:
    before = dump(archive.db)
    tried(archive, d1=good(99), d2=Outcome((), "broken", "it is damaged"), d3=good(5))
    promote(archive.db, LATER)
    assert dump(archive.db) != before
    assert roll_back(archive.db, LATER)[1] == 0
    assert dump(archive.db) == before
    with pytest.raises(NoTrialError):
        roll_back(archive.db, LATER)


def test_a_second_promotion_is_undone_to_the_first(archive: World) -> None:
    tried(archive, d1=good(99))
    first = promote(archive.db, AT)
    after_first = dump(archive.db)
    tried(archive, d1=good(100))
    promote(archive.db, LATER)
    roll_back(archive.db, LATER)
    assert dump(archive.db) == after_first
    assert {row["rereading"] for row in archive.db["readings"].rows} == {first.id}
    assert last_promoted(archive.db) is None


def test_a_discarded_trial_leaves_nothing_but_its_row(archive: World) -> None:
    before = dump(archive.db)
    tried(archive, d1=good(99))
    discard(archive.db, LATER)
    assert (dump(archive.db), archive.db["reread_documents"].count) == (before, 0)
    assert archive.db.execute("SELECT state, decided_at FROM rereadings").fetchall() == [("discarded", LATER)]
    with pytest.raises(NoTrialError):
        promote(archive.db, LATER)


@pytest.mark.parametrize("kind", ["timeout", "memory", "crashed", "unopened"])
def test_trouble_of_the_moment_never_replaces_what_was_read(archive: World, kind: str) -> None:
    trial = tried(archive, d1=Outcome((), kind, "for now"))
    (found,) = differing(archive.db, trial)
    assert (found.result, found.why) == ("kept", f"{kind}: for now")
    assert [one.id for one in left_to_read(archive.db, trial)] == [1]  # it is tried again
    promote(archive.db, LATER)
    stands = in_force(archive.db, 1)
    assert stands is not None
    assert (stands.outcome, stands.reader_version, stands.rereading) == (canonical(good(0)), "7", None)


def test_a_trial_that_is_not_read_to_its_end_is_not_promoted_and_goes_on(archive: World) -> None:
    trial = begin(archive.db, "8", "", [1, 2, 3], LATER)
    save_trial(archive.db, trial, 1, good(99))
    before = dump(archive.db)
    with pytest.raises(StaleTrialError, match="2 documents"):
        promote(archive.db, LATER)
    assert dump(archive.db) == before
    assert [one.id for one in left_to_read(archive.db, trial)] == [2, 3]


def test_a_document_that_was_read_meanwhile_is_compared_again(archive: World) -> None:
    trial = tried(archive, d3=good(5))
    save_readings(archive.db, 3, "7", good(6).reports, LATER)
    with pytest.raises(StaleTrialError, match="1 documents"):
        promote(archive.db, LATER)
    assert [one.id for one in left_to_read(archive.db, trial)] == [3]
    save_trial(archive.db, trial, 3, good(5))
    promote(archive.db, LATER)
    stands = in_force(archive.db, 3)
    assert stands is not None
    assert stands.outcome == canonical(good(5))


def test_what_was_read_anew_since_the_promotion_stays_when_it_is_undone(archive: World) -> None:
    tried(archive, d1=good(99), d3=good(5))
    promote(archive.db, LATER)
    save_readings(archive.db, 3, "8", good(6).reports, LATER)
    assert roll_back(archive.db, LATER)[1] == 1
    stands = [in_force(archive.db, document) for document in (1, 3)]
    assert [one.outcome for one in stands if one] == [canonical(good(0)), canonical(good(6))]


def test_there_is_one_trial_at_a_time(archive: World) -> None:
    tried(archive)
    with pytest.raises(Exception, match="UNIQUE"):
        begin(archive.db, "8", "", [1], LATER)
    promote(archive.db, AT)
    tried(archive)
    with pytest.raises(NoTrialError, match="a trial is pending"):
        roll_back(archive.db, LATER)


KILLED = """
import os, signal, sys
from pathlib import Path
from store.database import open_database
from store.matched import rematch
from store.rereadings import promote, roll_back
database, verb, last = open_database(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
writes = 0
def count(statement):
    global writes
    writes += statement.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE", "COMMIT")
    if writes == last:
        os.kill(os.getpid(), signal.SIGKILL)
database.conn.set_trace_callback(count)
{"promote": promote, "rollback": roll_back}[verb](database, "2025-03-02T00:00:00Z")
"""


@pytest.mark.parametrize("verb", ["promote", "rollback"])
@pytest.mark.parametrize("last", [1, 2, 5, 9, 14, 20, 27])
def test_a_decision_that_is_killed_was_not_made_and_can_be_made_again(
    archive: World, verb: str, last: int
) -> None:
    tried(archive, d1=good(99), d3=good(5))
    if verb == "rollback":
        promote(archive.db, LATER)
    before, path = dump(archive.db), archive.folder / "killed.db"
    archive.db.execute("VACUUM INTO ?", (str(path),))
    child = subprocess.run(
        [sys.executable, "-c", KILLED, path, verb, str(last)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True,
    )  # fmt: skip
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    database = open_database(path)
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert dump(database) == before
        (promote if verb == "promote" else roll_back)(database, LATER)
        assert dump(database) != before
    finally:
        database.close()


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
VALUES = (
    st.none() | st.integers(-(10**20), 10**20) | st.decimals(allow_nan=False, allow_infinity=False, places=4)
)


@given(VALUES, TEXTS, st.sampled_from(["number", "blank", "not_number", "unsure"]))
def test_what_is_packed_comes_back_exactly(value: Value, text: str, state: str) -> None:
    one = Figure(ISSUED, value, text, text or None, state, ORIGIN, (Alternative("x", text, ORIGIN),))  # type: ignore[arg-type]  # tests name states
    outcome = Outcome((report(one, title=text),))
    assert unpacked(packed(outcome)) == canonical(outcome)
    assert digest(unpacked(packed(outcome))) == digest(outcome)
    failure = Outcome((), "broken", text)
    assert unpacked(packed(failure)) == failure
