"""Reading the archive again into a trial, and what it would change: figure by figure, before anything is in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from monitor.comparing import label_of, order
from parsers import READER_VERSION
from reportwatch import exits, scope
from reportwatch.printing import progress
from reportwatch.reading import Failure, read_each
from reportwatch.steps import Step, bytes_of, database_of, watchlist_of
from store.archive import Archive
from store.parsed import Outcome
from store.paths import StatePaths
from store.rereadings import (
    Reread,
    Trial,
    begin,
    differing,
    discard,
    finish,
    left_to_read,
    pending,
    promote,
    roll_back,
    save_trial,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlite_utils import Database

    from parsers.model import Figure, Parsed
    from reportwatch.options import Options

MOST_LINES = 200  # for people; --json has all
ABSENT = "–"
_DOCUMENTS = """
SELECT DISTINCT d.id, p.publisher, p.year FROM documents d
LEFT JOIN readings r ON r.document = d.id LEFT JOIN links l ON l.id = d.link
LEFT JOIN reports p ON p.id = coalesce(r.report, l.report)
  OR (r.report IS NULL AND l.report IS NULL AND p.publisher = d.supplied_publisher AND p.year = d.supplied_year)
WHERE NOT d.part ORDER BY d.id
"""
_WHOSE = """
SELECT d.url, d.sha256, b.name, p.year FROM documents d
LEFT JOIN readings r ON r.document = d.id LEFT JOIN links l ON l.id = d.link
LEFT JOIN reports p ON p.id = coalesce(r.report, l.report) LEFT JOIN publishers b ON b.id = p.publisher
WHERE d.id = ? ORDER BY p.id IS NULL, r.part LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the trial reads otherwise. `what` is figure, finding, text, title, note, place or document.

    `key` is the figure's, the rule's name or the section's number; None in `before` or `after`: it is not there.
    """

    publisher: str
    year: int | None
    url: str
    document: str
    what: str
    key: str
    label: str
    before: str | None
    after: str | None


def again(options: Options, words: Sequence[str] = ()) -> Step:
    """Reads every document in the scope into a trial beside what is in force, and says what it would change.

    A trial that was broken off goes on. CommandError (usage) where another one is pending.
    """
    with database_of(options) as database:
        trial = _trial(database, options, words)
        documents = left_to_read(database, trial)
        archive = Archive(StatePaths(options.state).raw)
        outcomes = read_each(bytes_of(document, archive) for document in documents)
        for document, outcome in progress(zip(documents, outcomes, strict=True), len(documents), "reading"):
            save_trial(database, trial, document.id, _stored(outcome))
        found = tuple(differing(database, trial))
        changes = tuple(change for one in found for change in _changes(database, one))
        counts = _counts(database, trial, found, changes)
        finish(database, trial, counts)
    return _told(trial, len(documents), found, changes, counts)


def put_in_force(options: Options) -> Step:
    """Promotes the pending trial. NoTrialError, StaleTrialError: nothing changes."""
    with database_of(options) as database:
        trial = promote(database, options.now())
    return _decided("promote", trial, "the trial is in force: `reportwatch check` judges it, `parse --rollback` undoes it")  # fmt: skip


def drop(options: Options) -> Step:
    """Discards the pending trial. NoTrialError."""
    with database_of(options) as database:
        trial = discard(database, options.now())
    return _decided("discard", trial, "the trial is discarded: what was in force still is")


def undo(options: Options) -> Step:
    """Undoes the last promotion. NoTrialError."""
    with database_of(options) as database:
        trial, since = roll_back(database, options.now())
    kept = f"; {since} documents were read anew since and stay" if since else ""
    return _decided("rollback", trial, f"what stood before the promotion is in force again{kept}")


def _trial(database: Database, options: Options, words: Sequence[str]) -> Trial:
    """The pending trial, if it is this one; else a new one."""
    named, trial = " ".join(words), pending(database)
    if trial is None:
        return begin(database, READER_VERSION, named, _wanted(database, options, words), options.now())
    if trial.reader_version != READER_VERSION:
        raise exits.CommandError(
            exits.USAGE,
            f"a trial by version {trial.reader_version} of the readers is pending and this is version {READER_VERSION}: "
            "`reportwatch parse --discard`, then begin anew",
        )
    if words and named != trial.scope:
        raise exits.CommandError(
            exits.USAGE,
            f"a trial of {trial.scope or 'everything'} is pending: `reportwatch parse --again` without words goes on "
            "with it; --promote or --discard ends it",
        )
    return trial


def _wanted(database: Database, options: Options, words: Sequence[str]) -> list[int]:
    """The documents in the scope; all, also what nobody was matched to, where no word narrows it."""
    rows = list(database.query(_DOCUMENTS))
    if words:
        asked = scope.resolve(words, watchlist_of(options))
        rows = [row for row in rows if row["publisher"] and asked.holds(row["publisher"], row["year"])]
    return sorted({row["id"] for row in rows})


def _stored(outcome: Sequence[Parsed] | Failure) -> Outcome:
    if isinstance(outcome, Failure):
        return Outcome((), outcome.kind, outcome.message)
    if not outcome:
        return Outcome((), "not_a_report", "no report in this document")
    return Outcome(tuple(outcome))


# -- what differs


def _changes(database: Database, one: Reread) -> Iterator[Change]:
    if one.after is None:
        return
    row = next(iter(database.query(_WHOSE, (one.document,))))
    before = one.before or Outcome((), "unread", "")

    def change(
        parsed: Parsed | None, what: str, key: str, label: str, old: str | None, new: str | None
    ) -> Change:
        name = row["name"] or (parsed.publisher if parsed else None) or "?"
        year = row["year"] or (parsed.year if parsed else None)
        return Change(name, year, row["url"], row["sha256"], what, key, label, old, new)

    if before.error_kind != one.after.error_kind or len(before.reports) != len(one.after.reports):
        yield change(None, "document", "", "", _document(before), _document(one.after))
    for old, new in zip_longest(before.reports, one.after.reports):
        for facts in _of_report(old, new):
            yield change(new or old, *facts)


_Facts = tuple[str, str, str, str | None, str | None]


def _of_report(old: Parsed | None, new: Parsed | None) -> Iterator[_Facts]:
    for name in ("publisher", "year", "title", "edition"):
        before, after = (None if one is None else getattr(one, name) for one in (old, new))
        if before != after:
            yield "title", name, name, _text(before), _text(after)
    yield from _figures(old, new)
    yield from _sections(old, new)
    yield from _findings(old, new)
    if old and new and old.notes != new.notes:
        yield "note", "", "notes", str(len(old.notes)), str(len(new.notes))


def _figures(old: Parsed | None, new: Parsed | None) -> Iterator[_Facts]:
    before, after = ({figure.key: figure for figure in one.figures} if one else {} for one in (old, new))
    for key in order(before | after):
        a, b = before.get(key), after.get(key)
        if a == b:
            continue
        shown = _figure(a), _figure(b)
        yield ("figure" if shown[0] != shown[1] else "place"), key, label_of(key), *shown


def _sections(old: Parsed | None, new: Parsed | None) -> Iterator[_Facts]:
    before, after = ({section.key: section for section in one.sections} if one else {} for one in (old, new))
    for key in sorted(before.keys() | after.keys()):
        a, b = before.get(key), after.get(key)
        if a != b:
            sizes = [None if one is None else f"{len(one.text)} characters" for one in (a, b)]
            yield "text", key, (b or a or next(iter(after.values()))).title, sizes[0], sizes[1]


def _findings(old: Parsed | None, new: Parsed | None) -> Iterator[_Facts]:
    before, after = (list(one.findings) if one else [] for one in (old, new))
    for finding in before:
        if finding not in after:
            yield "finding", finding.rule, finding.kind, finding.message, None
    for finding in after:
        if finding not in before:
            yield "finding", finding.rule, finding.kind, None, finding.message


def _figure(figure: Figure | None) -> str | None:
    """What is claimed of a figure, in a word: its number and unit as printed, or its state."""
    if figure is None:
        return None
    words = " ".join(figure.text.split())
    if figure.state == "number":
        plain = str(figure.value)
        said = plain if words in ("", plain) else f"{plain} ({words})"
        return f"{said} {figure.unit}" if figure.unit and figure.unit not in words else said
    return figure.state if figure.state == "blank" or not words else f"{figure.state} ({words})"


def _document(outcome: Outcome) -> str:
    if outcome.error_kind is None:
        return f"{len(outcome.reports)} reports"
    return f"{outcome.error_kind}: {outcome.error_message}".removesuffix(": ")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


# -- telling


def _counts(
    database: Database, trial: Trial, found: Sequence[Reread], changes: Sequence[Change]
) -> Mapping[str, int]:
    total = database.execute(
        "SELECT count(*) FROM reread_documents WHERE rereading = ?", (trial.id,)
    ).fetchone()[0]
    results = Counter(one.result for one in found)
    figures = [one for one in changes if one.what == "figure"]
    return {
        "documents": total,
        "same": total - len(found),
        "differ": results["differs"],
        "kept": results["kept"],
        "lost": sum(_is_lost(one) for one in found),
        "figures": len(figures),
        "now_sure": sum(_is_unsure(one.before) and not _is_unsure(one.after) for one in figures),
        "now_unsure": sum(_is_unsure(one.after) and not _is_unsure(one.before) for one in figures),
        "findings_came": sum(one.what == "finding" and one.before is None for one in changes),
        "findings_went": sum(one.what == "finding" and one.after is None for one in changes),
        "texts": sum(one.what == "text" for one in changes),
    }


def _is_unsure(shown: str | None) -> bool:
    return shown is not None and shown.startswith("unsure")


def _is_lost(one: Reread) -> bool:
    """It was read well, and the trial cannot read it."""
    good = one.before is not None and one.before.error_kind is None
    return good and one.after is not None and one.after.error_kind is not None


def _told(
    trial: Trial, read: int, found: Sequence[Reread], changes: Sequence[Change], counts: Mapping[str, int]
) -> Step:
    lines = [
        (
            f"trial {trial.id} of {trial.scope or 'everything'}, by version {trial.reader_version} of the readers: "
            f"{counts['documents']} documents ({read} read now), {counts['same']} the same, {counts['differ']} differ, "
            f"{counts['kept']} could not be tried and stay as they are"
        ),
        (
            f"{counts['figures']} figures differ ({counts['now_sure']} unsure before, {counts['now_unsure']} unsure now); "
            f"findings: {counts['findings_came']} came, {counts['findings_went']} went; {counts['texts']} texts differ; "
            f"{counts['lost']} documents that were read are not any more"
        ),
    ]
    lines += [f"  {_line(one)}" for one in changes[:MOST_LINES]]
    if len(changes) > MOST_LINES:
        lines.append(f"  and {len(changes) - MOST_LINES} more: --json has all")
    lines += [f"  document {one.document} stays: {one.why}" for one in found if one.result == "kept"]
    lines.append(
        "nothing is in force yet: `reportwatch parse --promote` puts the trial in force, `parse --discard` drops it"
    )
    facts = {
        "trial": trial.id, "reader_version": trial.reader_version, "scope": trial.scope, "read": read, **counts,
        "changes": [asdict(one) for one in changes],
        "stay": [{"document": one.document, "why": one.why} for one in found if one.result == "kept"],
    }  # fmt: skip
    return Step("parse --again", _code(found, counts), tuple(lines), facts)


def _line(change: Change) -> str:
    where = f"{change.publisher} {change.year or '?'} {change.what} {change.key}".rstrip()
    return f"{where}: {change.before or ABSENT} → {change.after or ABSENT}"


def _code(found: Sequence[Reread], counts: Mapping[str, int]) -> int:
    if any(one.why.startswith("unopened") for one in found):
        return exits.CANNOT_WRITE
    if counts["lost"]:
        return exits.DATA
    return exits.DIFFERS if counts["differ"] else exits.OK


def _decided(name: str, trial: Trial, sentence: str) -> Step:
    counted = f"trial {trial.id} ({trial.summary.get('differ', 0)} of {trial.summary.get('documents', 0)} documents differ)"
    facts = {"trial": trial.id, "reader_version": trial.reader_version, "scope": trial.scope, **trial.summary}
    return Step(f"parse --{name}", exits.OK, (f"{counted}: {sentence}",), facts)
