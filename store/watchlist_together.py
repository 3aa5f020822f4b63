"""What can only be judged over the whole watchlist: ids, names and references across its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parsers.normalise import normalise
from store.model import Publisher, Source

Mistake = tuple[str, int, str]
Publishers = Sequence[tuple[Publisher, str, int]]
Sources = Sequence[tuple[Source, str, int]]
_EVER, _NEVER = 0, 9999


def together(publishers: Publishers, sources: Sources, ids: set[str]) -> Iterator[Mistake]:
    """Every mistake that needs more than one entry to be seen, with its file and line.

    `ids` are all that are declared, also by entries with mistakes of their own.
    """
    yield from _duplicates(publishers, "publisher")
    yield from _duplicates(sources, "source")
    yield from _same_lists(sources)
    yield from _references(publishers, sources, ids)
    yield from _circles(publishers)
    yield from _wrong_ends(publishers)
    yield from _clashes(publishers)


def _duplicates(entries: Publishers | Sources, what: str) -> Iterator[Mistake]:
    first: dict[str, str] = {}
    for entry, file, line in entries:
        if entry.id in first:
            yield file, line, f"the {what} id {entry.id!r} is already used at {first[entry.id]}"
        first.setdefault(entry.id, f"{file}:{line}")


def _same_lists(sources: Sources) -> Iterator[Mistake]:
    first: dict[object, str] = {}
    for source, file, line in sources:
        page = (source.url, source.family, tuple(sorted(source.options.items(), key=str)))
        if page in first:
            yield (
                file,
                line,
                f"the same list as the source at {first[page]}: name all its publishers in one source",
            )
        first.setdefault(page, f"{file}:{line}")


def _references(publishers: Publishers, sources: Sources, ids: set[str]) -> Iterator[Mistake]:
    publisher_ids = {publisher.id for publisher, _, _ in publishers}
    source_ids = {source.id for source, _, _ in sources}
    wrong = ids - publisher_ids - source_ids
    publisher_ids |= wrong
    source_ids |= wrong
    for publisher, file, line in publishers:
        yield from ((file, line, message) for message in _wrong_relations(publisher, publisher_ids))
        for name in sorted(set(publisher.sources) - source_ids):
            yield file, line, f"unknown source {name!r}: no sources.toml has this id"
    for source, file, line in sources:
        for name in sorted(set(source.publishers) - publisher_ids):
            yield file, line, f"unknown publisher {name!r}: no publishers.csv has this id"


def _wrong_relations(publisher: Publisher, known: set[str]) -> Iterator[str]:
    for role, other in (("parent", publisher.parent), ("successor", publisher.successor)):
        if other == publisher.id:
            yield f"{publisher.id!r} is its own {role}"
        elif other and other not in known:
            yield f"unknown {role} {other!r}: no publishers.csv has this id"


def _wrong_ends(publishers: Publishers) -> Iterator[Mistake]:
    """A successor that was gone before the body whose duties it took over."""
    ends = {publisher.id: _end(publisher) for publisher, _, _ in publishers}
    for publisher, file, line in publishers:
        end, next_end = ends[publisher.id], ends.get(publisher.successor or "")
        if end and next_end and next_end < end:
            yield (
                file,
                line,
                f"its successor {publisher.successor!r} ended in {next_end}, before itself ({end})",
            )


def _end(publisher: Publisher) -> str | None:
    """The year, or the day, from which a body is no more; a report is due in the year after its own."""
    return publisher.ended or (str(publisher.to_year + 1) if publisher.to_year else None)


def _circles(publishers: Publishers) -> Iterator[Mistake]:
    for role in ("parent", "successor"):
        onward = {publisher.id: getattr(publisher, role) for publisher, _, _ in publishers}
        for publisher, file, line in publishers:
            seen, at = [publisher.id], onward[publisher.id]
            while at in onward and at not in seen:
                seen.append(at)
                at = onward[at]
            if at == publisher.id and len(seen) > 1:
                yield file, line, f"a circle of {role}s: {' → '.join([*seen, at])}"


def _clashes(publishers: Publishers) -> Iterator[Mistake]:
    """Two publishers of the same name cannot be told apart in a title, unless they never were at the same time."""
    owners: dict[str, list[tuple[Publisher, str, int]]] = {}
    for publisher, file, line in publishers:
        for name in dict.fromkeys(normalise(name) for name in (publisher.name, *publisher.aliases)):
            for other, other_file, other_line in owners.get(name, ()):
                if other.id != publisher.id and _same_time(publisher, other):
                    yield (
                        file,
                        line,
                        (
                            f"{publisher.id!r} and {other.id!r} ({other_file}:{other_line}) are both called {name!r}: "
                            "write the name with its place, or give from_year, and to_year or ended"
                        ),
                    )
            owners.setdefault(name, []).append((publisher, file, line))


def _same_time(one: Publisher, other: Publisher) -> bool:
    return max(one.from_year or _EVER, other.from_year or _EVER) <= min(_last(one), _last(other))


def _last(publisher: Publisher) -> int:
    """The last report year: what was due after a body had ended is its successor's."""
    if publisher.to_year:
        return publisher.to_year
    return int(publisher.ended[:4]) - 1 if publisher.ended else _NEVER
