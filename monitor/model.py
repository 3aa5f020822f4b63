"""The facts that judging needs, and what it decides. Times are UTC text, days are ISO days in Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from monitor.backfills import BackfillVisit
    from monitor.misread_changes import MisreadChange
    from monitor.storms import HeldEvent

IncidentKind = Literal["missing", "invalid", "doubtful", "withdrawn", "blind", "monitor"]
EventKind = Literal[
    "appeared", "revised", "corrected",
    "opened", "worsened", "resolved", "reminder",
    "summary", "storm", "channel", "due_soon", "alive",
]  # fmt: skip
Severity = Literal["info", "notice", "warning", "critical"]
Detail: TypeAlias = Mapping[str, Any]  # what becomes a JSON object in the database

SEEN = frozenset({"on time", "on time by its own date", "late", "published, timing unproved"})
SEVERITY: dict[str, Severity] = {
    "missing": "warning",
    "invalid": "warning",
    "doubtful": "notice",
    "monitor": "critical",
    "withdrawn": "warning",
    "blind": "warning",
    "late": "warning",
    "appeared": "info",
    "revised": "notice",
    "corrected": "warning",
    "summary": "info",
    "storm": "critical",
    "channel": "critical",
    "due_soon": "notice",
    "alive": "info",
}


def severity_of(kind: str, detail: Detail) -> Severity:
    """How grave an incident is. What looks wrong is a notice; what is wrong, and no sum, is as grave as a wrong sum."""
    if kind == "doubtful" and detail.get("gravest") == "error":
        return SEVERITY["invalid"]
    return SEVERITY[kind]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One row of the view report_status, with what the messages need; only watched publishers have rows.

    `supplied_by`: who brought it, where no visit of ours saw it. `sources` are the watched ones, `links` are (id, first seen), `documents` the sha256 of its
    present versions that were read; `unread`: a present version was not read, or not to its end. `shown_at`: when a
    list or a page last held it, known only for reports that are told withdrawn. `page_gone_since`: since when its
    address answers that it is not there, while its list still names it.
    """

    report: int
    publisher: str
    name: str
    region: str
    year: int
    owed: bool
    due: str | None
    due_basis: str
    due_source: str
    alert_from: str | None
    status: str
    why: str
    first_seen: str | None = None
    page_date: str | None = None
    days_late: int | None = None
    lacked_at: str | None = None
    unmatched: int = 0
    url: str | None = None
    sources: tuple[str, ...] = ()
    links: tuple[tuple[int, str], ...] = ()
    documents: tuple[str, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()  # the same with their addresses: (address, sha256)
    still_faulty: frozenset[str] = frozenset()  # fingerprints of what is wrong in any of them
    unread: bool = False
    supplied_by: str | None = None
    level: str | None = None
    due_source_zh: str | None = None
    statutory_due: str | None = None
    statutory_source: str | None = None
    statutory_source_zh: str | None = None
    by_law: str | None = None
    days_late_by_law: int | None = None
    backdated: bool = False
    shown_at: str | None = None
    page_gone_since: str | None = None

    @property
    def key(self) -> str:
        """The part of every natural key that names the report: `publisher|year`."""
        return f"{self.publisher}|{self.year}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One finished visit to a source: `good`, `unchanged` (304: says nothing about absence) or `blind`."""

    source: str
    started_at: str
    outcome: str
    blind_kind: str | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """A watched source with its finished visits to the current URL, oldest first (the latest ones are enough)."""

    id: str
    url: str
    host: str
    publishers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    last_good: str | None = None
    first_good: str | None = None
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the report that does not hold and that is the publisher's, not ours.

    `incident`: the kind it belongs to (store/faults.py). `invalid` is a sum, on whose numbers two readings agree;
    `doubtful` what else is wrong (of level `error`) or looks wrong (`warning`). `document` is the sha256 of its
    version; nothing, if more than one document is needed to see it. `page` and `url` are where a person can look; the
    first page that has one of its figures, where there are pages.
    """

    report: int
    document: str | None
    fingerprint: str
    message: str
    message_zh: str
    level: str = "error"
    rule: str = ""
    page: int | None = None
    url: str | None = None
    incident: IncidentKind = "invalid"


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A person's decision that a finding is none: who, and why."""

    by: str
    note: str
    message: str = ""
    message_zh: str = ""


@dataclass(frozen=True, slots=True)
class LatestReadings:
    """How the documents that were read last came out: how many, and how many of them could not be read."""

    documents: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one evaluation looks at."""

    reports: tuple[ReportFacts, ...]
    sources: tuple[SourceFacts, ...]
    faults: tuple[Fault, ...] = ()
    dismissed: Mapping[str, Dismissal] = field(default_factory=dict)
    readings: LatestReadings = LatestReadings()
    remind_days_before: int = 7
    misread: tuple[MisreadChange, ...] = ()
    backfills: tuple[BackfillVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong now. `key` is natural: kind and subject, never a time or a run."""

    key: str
    kind: IncidentKind
    publisher: str | None
    year: int | None
    source: str | None
    fingerprint: str = ""
    detail: Detail = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How grave it is now."""
        return severity_of(self.kind, self.detail)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The conditions that hold, and the keys about which nothing can be said now, with why: they stay as they were."""

    open: tuple[Condition, ...]
    held: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What a person said last about an open incident. `until`: the ISO day from which reminders come again."""

    action: Literal["ack", "snooze"]
    by: str
    note: str
    at: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is stored and not resolved.

    `told`: at least one channel was to announce it. `ordinal` counts the incidents of this key. `suppressed` is why
    its opening was told to nobody. `storm` is the key of the storm event that named it. `held`: why the last check
    could not tell whether it still holds.
    """

    id: int
    key: str
    kind: IncidentKind
    publisher: str | None
    year: int | None
    source: str | None
    opened_at: str
    told: bool
    fingerprint: str
    detail: Detail
    ordinal: int = 1
    reminded_at: str | None = None
    suppressed: str | None = None
    storm: str | None = None
    held: str | None = None
    answer: Acknowledgement | None = None

    @property
    def severity(self) -> Severity:
        """How grave it is, as told or about to be told."""
        return severity_of(self.kind, self.detail)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was said last about a report's publication: its status and, if late, by how many days.

    `standing`: not taken back since; `count` of such events so far; `corrections` of the last one so far. `storm`: the
    key of the storm event that named it.
    """

    event: str
    status: str
    told: bool
    standing: bool
    count: int
    days_late: int | None = None
    corrections: int = 0
    storm: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is stored about earlier judgements. `ordinals` counts the incidents of each key, open or not."""

    incidents: tuple[OpenIncident, ...] = ()
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    started: bool = True
    held: tuple[HeldEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """A report's document that was replaced at its URL, or came at another one, and how the new one differs.

    `figures` are (label, from, to) as printed, `keys` their keys; `uncertain` those that differ where our reading may
    be the reason. `sentences` are (title of the section, from, to; None where new or gone), `sections` the titles.
    `capture` is the visit that showed the new one. `copy_of`: where what it is compared with stands, for a document at
    another address. `reread`: it could be compared only since the archive was read again.
    """

    publisher: str
    year: int
    url: str
    capture: int
    seen_at: str
    figures: tuple[tuple[str, str, str], ...]
    sections: tuple[str, ...]
    copy_of: str | None = None
    keys: tuple[str, ...] = ()
    sentences: tuple[tuple[str, str | None, str | None], ...] = ()
    uncertain: tuple[tuple[str, str, str], ...] = ()
    edition: tuple[str, str] | None = None
    text_compared: bool = True
    reread: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A change worth telling. `topic` is what channels choose by; `suppressed` names why nobody is told.

    `incident` is the key of the stored incident it belongs to; whoever was told of `answers` (the key of an earlier
    event), or of the incident, hears of the end of it, whatever else they chose. `told_of`: the key of an incident that
    goes on, where what was told of it is taken back in part.
    """

    key: str
    kind: EventKind
    topic: str
    severity: Severity
    publisher: str | None = None
    year: int | None = None
    source: str | None = None
    incident: str | None = None
    answers: str | None = None
    told_of: str | None = None
    suppressed: str | None = None
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a check writes: incidents to open, to bring up to date, to resolve and to release, and the events.

    `freed`: events that a storm held and that are told now, as they stand. `lapsed`: their acknowledgement ends, as they got worse. `held`: why each cannot be told now; None where it can.
    """

    opened: tuple[Condition, ...] = ()
    updated: tuple[tuple[OpenIncident, Condition], ...] = ()
    resolved: tuple[OpenIncident, ...] = ()
    released: tuple[OpenIncident, ...] = ()
    freed: tuple[Event, ...] = ()
    reminded: tuple[OpenIncident, ...] = ()
    lapsed: tuple[OpenIncident, ...] = ()
    held: tuple[tuple[OpenIncident, str | None], ...] = ()
    events: tuple[Event, ...] = ()
