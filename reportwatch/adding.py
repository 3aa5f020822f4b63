"""What a look at a list page means for the watchlist: an entry to write, or why there is none. Pure but for `write`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from crawler import families
from reportwatch.adding_names import Names, names_on
from reportwatch.adding_same import same_site, watched_as
from reportwatch.adding_text import block_text, new_id, new_rows, note_of, source_values
from reportwatch.sources_text import CannotEditError
from reportwatch.watchlist_writing import Draft
from store.errors import StoreError
from store.model import Source, Watchlist
from store.watchlist import PUBLISHERS, SOURCES, load_watchlist
from store.watchlist_sources import UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.looked import Looked

State = Literal["added", "changed", "proposed", "watched", "unsure", "blind", "refused"]
NOBODY = Names()
RECENT = 2  # years: in any month the reports of the year before last are out
_HOST = re.compile(r"^[A-Za-z]+://[^/?#]*")
_PART = re.compile(r"(?!~\$)[^./\\\s\x00-\x1f][^/\\\x00-\x1f]{0,79}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks to be added, in their words."""

    url: str
    region: str | None = None
    publishers: tuple[str, ...] = ()
    family: str | None = None
    note: str = ""
    hosts: tuple[str, ...] = ()
    id: str | None = None
    replaces: str | None = None
    min_interval: float = 3.0
    saved: str = ""
    with_publishers: bool = False
    unsupported: bool = False
    options: tuple[tuple[str, str | int | bool], ...] = ()
    fragment: str = ""
    render: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a wish. `source` is the entry, `rows` the publishers that go with it, `other_hosts` those left out."""

    wish: Wish
    state: State
    says: str
    looked: Looked | None = None
    names: Names = NOBODY
    source: Source | None = None
    rows: tuple[dict[str, str], ...] = ()
    other_hosts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def block(self) -> str:
        """The entry as text."""
        return block_text(self.source) if self.source else ""


def watchlist_at(root: Path) -> Watchlist:
    """The watchlist; an empty folder, or none, is the start of one. Raises WatchlistErrors."""
    if not any(path.name in (PUBLISHERS, SOURCES) for path in root.rglob("*")):
        return Watchlist((), ())
    return load_watchlist(root, families())


def wrong_region(region: str) -> str:
    """What is wrong with a region, which becomes a folder; empty where nothing is."""
    if all(_PART.fullmatch(part) for part in region.split("/")):
        return ""
    return f"{region!r} is no region: write the names of folders, such as henan/zhoukou"


def plain_url(url: str) -> str:
    """An address with its scheme and host in lower case, as browsers write them; the rest is as it was."""
    return _HOST.sub(lambda found: found[0].lower(), url)


def already(wish: Wish, watchlist: Watchlist) -> Verdict | None:
    """The verdict on a list that is watched as it is; None where there is something to look at."""
    known = watched_as(wish.url, watchlist.sources)
    if known is None or known.family == UNSUPPORTED or known.id == wish.replaces:
        return None
    return Verdict(
        wish, "watched", f"watched already, as {known.id} ({known.family}, {known.url})", source=known
    )


def judge(wish: Wish, looked: Looked, watchlist: Watchlist, day: str) -> Verdict:
    """What a look means. The source of the verdict is whole; nothing is written yet."""
    target = _target(wish, watchlist)
    region = wish.region or (target.region if target else None)
    given = tuple(dict.fromkeys((*wish.publishers, *(target.publishers if target else ()))))
    names = names_on(looked.rows, watchlist, region, given)
    region = region or _shared([one.region for one in names.known])
    seen = Verdict(wish, "unsure", _doubt(looked), looked, names, other_hosts=_other_hosts(wish, looked))
    known = watched_as(looked.answered, watchlist.sources) if looked.answered else None
    if known is not None and known != target and known.family != UNSUPPORTED:
        says = f"leads to {known.url}, watched already as {known.id}"
        return replace(seen, state="watched", says=says, source=known)
    if looked.state != "good" and not (wish.family or wish.unsupported):
        return replace(seen, state="blind") if looked.state == "blind" else seen
    if stale := _stale(names, day) if not (wish.family or wish.unsupported) else "":
        return replace(seen, says=stale)
    if region is None:
        why = "its region is not known: no publisher of the watchlist is named on it; give --region"
        return replace(seen, state="refused", says=why)
    return _entry(seen, looked, watchlist, region, target, day)


def write(verdict: Verdict, root: Path, *, dry_run: bool) -> Verdict:
    """Writes the entry, if the whole watchlist holds with it; a dry run only tries."""
    source = verdict.source
    if source is None or verdict.state not in ("added", "changed"):
        return verdict
    draft = Draft(root)
    try:
        if verdict.rows:
            draft.append_publishers(source.region, verdict.rows)
        if verdict.state == "added":
            draft.append_source(source.region, verdict.block)
        else:
            _change(draft, root, source)
        if dry_run:
            draft.check(families())
            return replace(verdict, state="proposed", files=tuple(map(str, draft.changed)))
        return replace(verdict, files=tuple(map(str, draft.save(families()))))
    except (CannotEditError, StoreError, ValueError) as error:
        return replace(verdict, state="refused", says=f"nothing was written: {error}", rows=())


def _target(wish: Wish, watchlist: Watchlist) -> Source | None:
    """The entry that is changed instead of adding one: the one named, or this very list, which nothing could read."""
    if wish.replaces:
        return next((source for source in watchlist.sources if source.id == wish.replaces), None)
    known = watched_as(wish.url, watchlist.sources)
    return known if known and known.family == UNSUPPORTED else None


def _doubt(looked: Looked) -> str:
    return {
        "good": "",
        "blind": f"{looked.kind}: {looked.reason}",
        "unsure": f"cannot tell which family reads it: {looked.reason}",
        "unproved": f"read as {looked.family}, but not to a proven end ({looked.kind}): {looked.reason}",
    }[looked.state]


def is_recent(years: Sequence[int], day: str) -> bool:
    """Whether the newest of these report years is one that a list which is kept up would show."""
    return max(years, default=0) >= int(day[:4]) - RECENT


def _stale(names: Names, day: str) -> str:
    """A column that was left behind is read to its end for ever, and all that came later would seem to be missing."""
    if not names.years or is_recent(names.years, day):
        return ""
    return f"its newest report is of {max(names.years)}: it may be an old column, and what came later stands elsewhere; --family NAME writes it all the same"


def _entry(
    seen: Verdict, looked: Looked, watchlist: Watchlist, region: str, target: Source | None, day: str
) -> Verdict:
    wish = seen.wish
    taken = {one.id for one in watchlist.sources} | {one.id for one in watchlist.publishers}
    strangers = [one for one in seen.names.strangers if is_recent(one.years, day)]
    rows = new_rows(strangers, region, taken, day, wish.url) if wish.with_publishers else ()
    given = {*wish.publishers, *(target.publishers if target else ())}
    known = [one.id for one in seen.names.known if one.id in given or is_recent(one.years, day)]
    note = note_of(looked, seen.names, day, saved=wish.saved, said=wish.note)
    family = UNSUPPORTED if wish.unsupported else looked.family or wish.family or UNSUPPORTED
    source = Source(
        id=target.id if target else wish.id or new_id(region, taken),
        url=wish.url,
        family=family,
        hosts=_hosts(wish, looked, target),
        region=region,
        publishers=tuple(dict.fromkeys((*known, *(row["id"] for row in rows)))),
        options={} if family == UNSUPPORTED else {**(target.options if target else {}), **looked.options},
        min_interval=wish.min_interval,
        render=wish.render,
        note=f"{target.note} {note}" if target and target.note else note,
    )
    says = seen.says or "read to its proven end"
    return replace(seen, state="changed" if target else "added", says=says, source=source, rows=rows)


def _hosts(wish: Wish, looked: Looked, target: Source | None) -> tuple[str, ...]:
    own = urlsplit(wish.url).hostname or ""
    near = [host for host in _report_hosts(looked) if same_site(host, own)]
    return tuple(dict.fromkeys((own, *wish.hosts, *(target.hosts if target else ()), *near)))


def _other_hosts(wish: Wish, looked: Looked) -> tuple[str, ...]:
    """Hosts that hold reports, or that the list asks, and that are another body's as far as their names tell."""
    own = urlsplit(wish.url).hostname or ""
    seen = dict.fromkeys((*_report_hosts(looked), *looked.asks))
    return tuple(host for host in seen if host not in wish.hosts and not same_site(host, own))


def _report_hosts(looked: Looked) -> Sequence[str]:
    urls = (row.url for row in looked.rows if row.kind != "other")
    return list(dict.fromkeys(host for url in urls if (host := urlsplit(url).hostname)))


def _shared(regions: Sequence[str]) -> str | None:
    """The region that holds all of them; None if there is none."""
    parts = [region.split("/") for region in dict.fromkeys(regions)]
    shared = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join(shared) or None


def _change(draft: Draft, root: Path, source: Source) -> None:
    """The entry in its place, with the values that the look found; its order and comments stay."""
    old = next(one for one in load_watchlist(root, families()).sources if one.id == source.id)
    path = next(
        path.relative_to(root)
        for path in sorted(root.rglob(SOURCES))
        if re.search(
            rf"""^\s*id\s*=\s*["']{re.escape(source.id)}["']""", path.read_text("utf-8-sig"), re.MULTILINE
        )
    )
    before = source_values(old)
    for key, value in source_values(source).items():
        if value != before.get(key) and key not in ("id", "min_interval"):
            draft.set_value(path, source.id, key, value)
