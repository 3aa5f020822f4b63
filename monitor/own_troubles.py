"""What is wrong with the watching itself, whatever the cause: told at once to those who run it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.blind import failed_visits, is_blind
from monitor.model import Condition
from monitor.moments import days_between

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from monitor.model import Facts, SourceFacts

BLIND_HOSTS = 5  # at least so many blind hosts …
BLIND_SHARE = 0.20  # … that are more than this share of those ever visited are our own trouble …
BLIND_SHARE_STAYS = 0.10  # … until they are no more than this
FAILED_READINGS = 10  # the newest documents, at least so many, none of which could be read
DAYS_WITHOUT_VISIT = 10  # off season lists are read weekly


def own_troubles(facts: Facts, still: Collection[str], now: str) -> Iterator[Condition]:
    """The conditions of the monitor itself. `still`: the keys of those that are open."""
    yield from _blind_hosts(facts.sources, is_open=f"{_KEY}hosts" in still)
    if facts.readings.documents >= FAILED_READINGS and facts.readings.failed == facts.readings.documents:
        yield _condition("readings", documents=facts.readings.documents)
    last = _last_visit(facts.sources)
    if last and days_between(last, now) >= DAYS_WITHOUT_VISIT:
        yield _condition("visits", since=last, lists=len(facts.sources))


_KEY = "monitor|"


def _condition(trouble: str, **detail: Any) -> Condition:  # noqa: ANN401 - numbers and texts of the message
    return Condition(f"{_KEY}{trouble}", "monitor", None, None, None, "", {"trouble": trouble, **detail})


def _blind_hosts(sources: Sequence[SourceFacts], *, is_open: bool) -> Iterator[Condition]:
    visited = {source.host for source in sources if source.visits or source.last_good}
    blind = {source.host for source in sources if is_blind(failed_visits(source))}
    share = len(blind) / max(1, len(visited))
    if (len(blind) >= BLIND_HOSTS and share > BLIND_SHARE) or (is_open and share > BLIND_SHARE_STAYS):
        yield _condition("hosts", hosts=sorted(blind), blind=len(blind), visited=len(visited))


def _last_visit(sources: Sequence[SourceFacts]) -> str | None:
    """When any list was visited last, whatever came of it: lists that fail are told of as blind."""
    return max((visit.started_at for source in sources for visit in source.visits), default=None)
