"""What is wrong now: a pure function from facts to the set of conditions that hold.

Comparing this set with the stored incidents gives the events; the same facts twice give none. The law here is that
"cannot tell" is never "missing": a publisher whose list cannot be read now keeps the incidents it has and gets no
new one about absence; sums are mended only where another version was read, not where none could be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from monitor.blind import blind_conditions, failed_visits, undecided_hosts
from monitor.describing import describe
from monitor.faults import fault_conditions, held_faults
from monitor.model import Condition, Evaluation

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.model import Facts, ReportFacts, SourceFacts


def evaluate(facts: Facts, platforms: Collection[str] = (), still_absent: Collection[str] = ()) -> Evaluation:
    """All conditions that hold, and the keys that must stay as they are because nobody can tell, with why.

    `platforms`: those whose blindness is an open incident. `still_absent`: the keys of reports that were told
    withdrawn and that nothing has shown since, whatever their status says now.
    """
    failing = {source.id for source in facts.sources if failed_visits(source)}
    blind = blind_conditions(facts.sources, platforms)
    absences, held = _absences(facts, failing)
    absent = {report.key for report in facts.reports if report.status == "withdrawn"} | set(still_absent)
    held |= {f"withdrawn|{key}": "page failing" for key in still_absent}
    held |= held_faults(facts, absent)
    held |= dict.fromkeys(undecided_hosts(facts.sources, blind), "host failing")
    found = (*blind, *absences, *fault_conditions(facts, absent))
    known = {condition.key for condition in found}
    return Evaluation(found, {key: why for key, why in held.items() if key not in known})


def _absences(facts: Facts, failing: set[str]) -> tuple[list[Condition], dict[str, str]]:
    """Missing and withdrawn, and the keys on which a failing list or an undecided status forbids to speak."""
    sources = {source.id: source for source in facts.sources}
    found: list[Condition] = []
    held: dict[str, str] = {}
    for report in facts.reports:
        inhibited = any(source in failing for source in report.sources)
        if report.status == "missing" and not inhibited and _seen_lacking(report, sources):
            found.append(_absence("missing", report, sources))
        elif report.status == "withdrawn" and not inhibited:
            found.append(_absence("withdrawn", report, sources))
        elif _cannot_tell(report):
            why = "list failing" if inhibited else "cannot tell"
            held |= {f"missing|{report.key}": why, f"withdrawn|{report.key}": why}
        elif report.status in ("missing", "withdrawn"):
            held[f"{report.status}|{report.key}"] = "list failing" if inhibited else "not seen since"
    return found, held


def _cannot_tell(report: ReportFacts) -> bool:
    """Nothing is known now; a title that may be the report is knowledge: it takes the claim back."""
    return report.owed and report.status == "unknown" and not report.unmatched


def _seen_lacking(report: ReportFacts, sources: dict[str, SourceFacts]) -> bool:
    """A good visit of each source began after the grace."""
    visits = [sources[name].last_good for name in report.sources if name in sources]
    start = report.alert_from
    return bool(start and visits) and all(good is not None and good >= str(start) for good in visits)


def _absence(kind: str, report: ReportFacts, sources: dict[str, SourceFacts]) -> Condition:
    known = [sources[name] for name in report.sources if name in sources]
    detail = {
        **describe(report),
        "url": report.url or (known[0].url if known else None),
        "looked": [[source.url, source.last_good] for source in known],
        "lists": [source.id for source in known],
        "last_good": min((source.last_good for source in known if source.last_good), default=None),
        "links": [number for number, _ in report.links],
    }
    key = f"{kind}|{report.key}"
    return Condition(
        key, "missing" if kind == "missing" else "withdrawn", report.publisher, report.year, None, "", detail
    )
