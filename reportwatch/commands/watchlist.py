"""`reportwatch watchlist`: a shared watchlist and one's own, compared and brought together."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler import families
from reportwatch import exits, printing
from reportwatch.exactjson import dumps
from reportwatch.exits import CommandError
from reportwatch.options import Options, takes
from reportwatch.watchlist_comparing import compare
from reportwatch.watchlist_merging import Merge, folder_of
from store.model import Watchlist
from store.watchlist import PUBLISHERS, SOURCES, WatchlistErrors, load_watchlist

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from reportwatch.watchlist_comparing import Difference
    from reportwatch.watchlist_merging import Step

OTHER = click.argument("other", type=click.Path(path_type=Path, exists=True, file_okay=False))
STATES = ("differs", "other id", "other body", "unclear", "only here", "only there")
ACTIONS = {"added": "+", "taken": "→", "kept": "=", "left out": "!"}
WORDS = {
    "added": "added", "taken": "taken from there", "kept": "kept as they are here, different there",
    "left out": "left out",
}  # fmt: skip


@click.group(short_help="Compare a shared watchlist with yours, and merge it. 合并监测名单")
def watchlist() -> None:
    """Bring a watchlist that others share and your own together.

    将他人共享的监测名单与自己的名单比较、合并。
    """


@watchlist.command()
@OTHER
@takes("watchlist", "json")
def diff(options: Options, other: Path) -> None:
    """Show what is only here, only there, and which fields differ.

    比较两份监测名单：仅此处有、仅彼处有、内容不同。

    OTHER is a folder with <region>/publishers.csv and <region>/sources.toml. A body under another id is known by its
    name, a list page by its address.
    """
    found = compare(_own(options.watchlist), _shared(other)).differences
    if options.as_json:
        for one in found:
            click.echo(dumps(asdict(one)))
        return
    counts = Counter[str](one.state for one in found)
    click.echo(" · ".join(f"{counts[state]} {state}" for state in STATES if counts[state]) or "no difference")
    _print_differences([one for one in found if one.state not in ("only here", "only there")])
    for state in ("only here", "only there"):
        _print_alone(state, [one for one in found if one.state == state])


@watchlist.command()
@OTHER
@click.option(
    "--theirs", is_flag=True, help="Where both have a value and they differ, take the one from there."
)
@click.option("--dry-run", is_flag=True, help="Say what would be done; write nothing.")
@takes("watchlist", "json", "quiet")
def merge(options: Options, other: Path, theirs: bool, dry_run: bool) -> None:
    """Take from OTHER what your own watchlist does not have.

    将另一份名单中自己没有的内容并入自己的名单；自己的内容保持不变，冲突逐条说明。

    Your own values, comments and notes stay; what conflicts is kept as yours and told. Files are replaced only if the
    whole watchlist holds afterwards. A second time changes nothing.
    """
    known = families()
    own = folder_of(options.watchlist, _own(options.watchlist), known)
    mixed = Merge(own, folder_of(other, _shared(other), _families_in(other)), known, theirs=theirs)
    files = _written(mixed, known, dry_run=dry_run)
    for step in mixed.steps:
        if options.as_json:
            click.echo(dumps(asdict(step)))
        else:
            options.say(_line(step))
    counts = Counter[str](step.action for step in mixed.steps)
    told = ", ".join(f"{counts[action]} {WORDS[action]}" for action in ACTIONS if counts[action])
    verb = "would be changed" if dry_run else "changed"
    names = ", ".join(str(file) for file in files)
    options.say(f"{told or 'nothing to take'}; {f'{verb}: {names}' if names else 'no file is changed'}")


def _written(mixed: Merge, known: Collection[str], *, dry_run: bool) -> tuple[Path, ...]:
    try:
        if dry_run:
            mixed.draft.check(known)
            return mixed.draft.changed
        return mixed.draft.save(known)
    except WatchlistErrors as errors:
        message = f"nothing was written, because together they would not hold: {errors}"
        raise CommandError(exits.CONFIG, message) from None


def _own(root: Path) -> Watchlist:
    """One's own; an empty folder, or none, is the start of one."""
    if not any(_files(root)):
        return Watchlist((), ())
    return load_watchlist(root, families())


def _shared(root: Path) -> Watchlist:
    """Theirs, which may name families that this version does not have."""
    try:
        return load_watchlist(root, _families_in(root))
    except WatchlistErrors as errors:
        raise CommandError(exits.CONFIG, f"{root}: {errors}") from None


def _families_in(root: Path) -> tuple[str, ...]:
    found = set(families())
    for path in _files(root):
        if path.name == SOURCES:
            found |= {family for family in _named(path) if isinstance(family, str) and family.strip()}
    return tuple(sorted(found))


def _named(path: Path) -> Iterable[object]:
    try:
        blocks = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("source", [])
        return [block.get("family") for block in blocks]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        return []  # whoever loads it tells what is wrong, with the line


def _files(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.name in (PUBLISHERS, SOURCES)]


def _print_differences(found: Sequence[Difference]) -> None:
    if not found:
        return
    rows: list[tuple[object, ...]] = []
    for one in found:
        who = one.here or one.there
        called = f"{who} (there: {one.there})" if one.here and one.there and one.here != one.there else who
        if one.why or not one.fields:
            rows.append((one.what, called, one.state, one.name, one.why or None))
        rows += [
            (one.what, called, field.name, _shown(field.here), _shown(field.there)) for field in one.fields
        ]
    printing.table("in both", ("what", "id", "field", "here", "there"), rows)


def _print_alone(state: str, found: Sequence[Difference]) -> None:
    if found:
        rows = [(one.what, one.here or one.there, one.name) for one in found]
        printing.table(state, ("what", "id", "name or address"), rows)


def _line(step: Step) -> str:
    sign = ACTIONS[step.action]
    start = f"{sign} {step.what} {step.id}"
    why = f" ({step.why})" if step.why else ""
    if not step.field:
        return f"{start}: {step.there}{why}" if step.there else f"{start}{why}"
    if step.action == "added":
        return f"{start}: {step.field}: {_shown(step.there)}{why}"
    if step.action == "left out":
        return f"{start}: {step.field}: {_shown(step.there)}{why}"
    return f"{start}: {step.field}: here {_shown(step.here)}, there {_shown(step.there)}{why}"


def _shown(value: object) -> str:
    if value is None or value in ("", ()):
        return "–"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return dumps(value) if isinstance(value, dict | bool) else str(value)
