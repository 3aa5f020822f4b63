"""Lists that cannot be read: one failing host is one incident, however many publish there; so is one failing platform. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from monitor.model import Condition
from monitor.moments import hours_between, shanghai_day

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from monitor.model import OpenIncident, SourceFacts, Visit

BLIND_VISITS = 3  # failed visits in a row before anybody is told …
BLIND_RUNS = 2  # … in at least so many runs or days …
BLIND_HOURS = 24  # … or over so many hours
PLATFORM_LISTS = 3  # so many lists of a platform, and most of those it has, blind alike: the platform fails …
PLATFORM_STAYS = 2  # … until fewer than so many of them are blind
# We could not or did not look: no failure of theirs.
NOT_THE_SITES_FAULT = frozenset({"unsupported", "interrupted"})


def failed_visits(source: SourceFacts) -> tuple[Visit, ...]:
    """The failed visits since the last good one, oldest first."""
    streak: list[Visit] = []
    for visit in source.visits:
        if visit.outcome == "good":
            streak.clear()
        elif visit.outcome == "blind" and visit.blind_kind not in NOT_THE_SITES_FAULT:
            streak.append(visit)
    return tuple(streak)


def is_blind(streak: tuple[Visit, ...]) -> bool:
    """Whether so many failures, spread so far, are worth telling: one bad evening is not."""
    if len(streak) < BLIND_VISITS:
        return False
    runs = {visit.run for visit in streak if visit.run is not None}
    days = {shanghai_day(visit.started_at) for visit in streak}
    long = hours_between(streak[0].started_at, streak[-1].started_at) >= BLIND_HOURS
    return long or max(len(runs), len(days)) >= BLIND_RUNS


def blind_conditions(
    sources: Sequence[SourceFacts], open_platforms: Collection[str]
) -> tuple[Condition, ...]:
    """A condition for each failing platform, and one for each host that fails by itself."""
    blind = [source for source in sources if is_blind(failed_visits(source))]
    platforms = tuple(_platforms(sources, blind, open_platforms))
    folded = {name for condition in platforms for name in condition.detail["sources"]}
    return (*platforms, *_hosts(source for source in blind if source.id not in folded))


def platform_of(incident: OpenIncident) -> str | None:
    """The platform whose failure the incident is; None for a host's, and for all that is not blindness."""
    return incident.detail.get("platform") if incident.kind == "blind" else None


def _platforms(
    sources: Sequence[SourceFacts], blind: Sequence[SourceFacts], still: Collection[str]
) -> Iterator[Condition]:
    """Failing platforms: many of their lists blind by one kind; then all their blind lists, of whatever kind, are its."""
    for name in sorted({source.platform for source in blind if source.platform}):
        failing = [source for source in blind if source.platform == name]
        visited = [
            source for source in sources if source.platform == name and (source.visits or source.last_good)
        ]
        alike = max(Counter(_kind(source) for source in failing).values())
        begins = alike >= PLATFORM_LISTS and alike * 2 > len(visited)
        if begins or (name in still and len(failing) >= PLATFORM_STAYS):
            yield Condition(
                f"blind|platform|{name}", "blind", None, None, name, "", _of_platform(name, failing)
            )


def _of_platform(name: str, failing: list[SourceFacts]) -> dict[str, Any]:
    return {
        **_blind_detail(name, failing),
        "platform": name,
        "hosts": sorted({source.host for source in failing}),
        "lists": len(failing),
        "blind_kind": Counter(_kind(source) for source in failing).most_common(1)[0][0],
    }


def _kind(source: SourceFacts) -> str | None:
    return failed_visits(source)[-1].blind_kind


def _hosts(blind: Iterable[SourceFacts]) -> Iterator[Condition]:
    by_host: dict[str, list[SourceFacts]] = {}
    for source in blind:
        by_host.setdefault(source.host, []).append(source)
    for host, failing in sorted(by_host.items()):
        yield Condition(f"blind|{host}", "blind", None, None, host, "", _blind_detail(host, failing))


def _blind_detail(host: str, blind: list[SourceFacts]) -> dict[str, Any]:
    streaks = [failed_visits(source) for source in blind]
    longest = max(streaks, key=len)
    return {
        "host": host,
        "url": blind[0].url,
        "since": min(streak[0].started_at for streak in streaks),
        "visits": len(longest),
        "blind_kind": longest[-1].blind_kind,
        "last_good": min((source.last_good for source in blind if source.last_good), default=None),
        "sources": [source.id for source in blind],
        "publishers": sorted({name for source in blind for name in source.publishers}),
        "known": sorted({name for source in blind for name in source.publishers}),
        "publisher_names": sorted({name for source in blind for name in source.names}),
        "regions": sorted({region for source in blind for region in source.regions}),
    }


def undecided_hosts(sources: Iterable[SourceFacts], blind: Iterable[Condition]) -> frozenset[str]:
    """Hosts that have not answered well since their last failure stay as they are, but those told by their platform."""
    blind = tuple(blind)
    known = {condition.key for condition in blind}
    folded = {
        name for condition in blind if "platform" in condition.detail for name in condition.detail["sources"]
    }
    failing = {
        f"blind|{source.host}" for source in sources if failed_visits(source) and source.id not in folded
    }
    return frozenset(failing - known)


def is_seen_again(incident: OpenIncident, sources: Sequence[SourceFacts]) -> bool:
    """Every list of the incident that is still watched had a good visit since: a new address alone is no light.

    A platform is back when all but one are: what is left then is that host's own.
    """
    lists = [source for source in sources if source.id in incident.detail.get("sources", ())]
    seen = [source.last_good is not None and source.last_good > incident.opened_at for source in lists]
    if platform_of(incident) and any(seen):
        return len(seen) - sum(seen) < PLATFORM_STAYS
    return all(seen)


def is_folded(incident: OpenIncident, platforms: Iterable[Condition], sources: Sequence[SourceFacts]) -> bool:
    """A host's incident that its platform's now tells: everything that is still blind there is the platform's."""
    if incident.kind != "blind" or platform_of(incident):
        return False
    told = {name for condition in platforms for name in condition.detail["sources"]}
    failing = {
        source.id
        for source in sources
        if source.id in incident.detail.get("sources", ()) and failed_visits(source)
    }
    return bool(failing) and failing <= told
