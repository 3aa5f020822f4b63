"""One report in two versions in a document: complete twice on a page, or as DOC and PDF in one archive."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from parsers.model import Alternative, Finding, Parsed
from parsers.normalise import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parsers.model import Figure

_SHOWN = 3


def compare_versions(found: Sequence[Parsed]) -> tuple[Parsed, ...]:
    """The reports, where those of one publisher and year are held against each other.

    Which version is in force is not ours to guess: a figure that they print differently is "unsure" in each of them,
    with what the others say beside it, and each gets a finding. Versions that agree are left as they are.
    """
    versions: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        if one.publisher is not None and one.year is not None and one.figures:
            versions[normalise(one.publisher), one.year].append(place)
    compared = list(found)
    for places in versions.values():
        if len(places) > 1:
            for place in places:
                others = [found[other] for other in places if other != place]
                compared[place] = _against(found[place], others)
    return tuple(compared)


def _against(one: Parsed, others: Sequence[Parsed]) -> Parsed:
    by_key = [(other.reader, {figure.key: figure for figure in other.figures}) for other in others]
    figures = tuple(_doubted(figure, one.reader, by_key) for figure in one.figures)
    differing = [new.key for new, old in zip(figures, one.figures, strict=True) if new is not old]
    if not differing:
        return one
    touched = frozenset(differing)
    findings = tuple(finding for finding in one.findings if not (touched & set(finding.keys)))
    return replace(one, figures=figures, findings=(*findings, _finding(differing, len(others) + 1)))


def _doubted(figure: Figure, reader: str, others: Sequence[tuple[str, Mapping[str, Figure]]]) -> Figure:
    """The figure itself where no other version contradicts it: one that is unsure or absent there says nothing."""
    contradicting = [
        Alternative(other, said[figure.key].text, said[figure.key].origin)
        for other, said in others
        if figure.key in said and _contradicts(figure, said[figure.key])
    ]
    if not contradicting:
        return figure
    own = Alternative(reader, figure.text, figure.origin)
    return replace(figure, value=None, state="unsure", alternatives=(own, *contradicting))


def _contradicts(one: Figure, other: Figure) -> bool:
    if "unsure" in (one.state, other.state):
        return False
    return (one.state, one.value) != (other.state, other.value)


def _finding(keys: Sequence[str], versions: int) -> Finding:
    tables = Counter(key.partition(".")[0] for key in keys)
    where = ", ".join(f"{name} {count}" for name, count in tables.items())
    named = ", ".join(keys[:_SHOWN]) + (", …" if len(keys) > _SHOWN else "")
    return Finding(
        "two versions",
        "unsure",
        "warning",
        f"The document holds this report in {versions} versions; {len(keys)} figures differ ({where}: {named}). "
        "Which version is in force is not known.",
        f"文件中含有同一报告的{versions}个版本，有{len(keys)}个数据不一致，无法判断以哪个版本为准。",
        tuple(keys),
    )
