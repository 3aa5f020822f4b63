"""`diff` for people, in English or Chinese, and for programs."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import moments
from monitor.comparing import label_of
from monitor.rule_names import rule_name
from reportwatch import printing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from monitor.comparing import Differences, FigureChange
    from monitor.sentences import SentenceChange
    from monitor.versions import SeenVersion
    from parsers.model import Finding
    from reportwatch.diffing import Comparison
    from reportwatch.options import Lang

KEYS_SHOWN = 8
SHORT_HASH = 12
Words = dict[str, Any]


def tell(found: Comparison, name: str, year: int, lang: Lang) -> None:
    """Prints all versions, then what differs between the two chosen; red and green on a terminal, - and + always."""
    words = _words(lang)
    if not found.versions:
        click.echo(words["none"])
        return
    addresses = len({one.url for one in found.versions})
    title = words["headline"].format(name=name, year=year, versions=len(found.versions), addresses=addresses)
    printing.table(_safe(title), words["columns"], [_row(one, words) for one in found.versions])
    for line, colour in _lines(found, words, lang):
        click.secho(_safe(line), fg=colour, bold=colour is None and not line.startswith(" "))


def as_json(found: Comparison, publisher: str, name: str, year: int) -> dict[str, object]:
    """The same with every figure, sentence and finding; a person's words are left out."""
    why_not, pair = found.why_not, found.pair
    return {
        "publisher": publisher,
        "name": name,
        "year": year,
        "versions": [asdict(one) for one in found.versions],
        "from": pair and pair[0].number,
        "to": pair and pair[1].number,
        "comparable": found.differences is not None,
        "why_not": why_not and {"why": why_not.name.removeprefix("why_"), **why_not.parts},
        "differences": found.differences and asdict(found.differences),
    }


_Line = tuple[str, str | None]


def _lines(found: Comparison, words: Words, lang: Lang) -> Iterator[_Line]:
    if found.pair is None:
        yield words["one"], None
        return
    old, new = found.pair
    yield words["chosen"].format(before=old.number, after=new.number), None
    yield from (("  " + _side(one, words), None) for one in (old, new))
    if found.why_not is not None:
        why = words[found.why_not.name].format(**found.why_not.parts)
        yield words["not_comparable"].format(why=why), None
    elif found.differences is not None:
        if old.content == new.content:
            yield words["same_bytes"], None
        yield from _differences(found.differences, (old.number, new.number), words, lang)


def _differences(found: Differences, numbers: tuple[int, int], words: Words, lang: Lang) -> Iterator[_Line]:
    if not found.figures and not found.sentences:
        certain = found.untold is None and not found.uncertain
        yield words["nothing" if certain else "nothing_certain"], None
    yield from _figures("figures", found.figures, words)
    yield from _sentences(found.sentences, words)
    yield from _figures("uncertain", found.uncertain, words)
    yield from _findings("went", "-", "red", found.went, words, lang)
    yield from _findings("came", "+", "green", found.came, words, lang)
    yield from _not_compared(found, numbers, words)


def _sentences(changes: Sequence[SentenceChange], words: Words) -> Iterator[_Line]:
    if changes:
        yield words["sentences"].format(count=len(changes)), None
    section = None
    for change in changes:
        if change.section != section:
            section = change.section
            yield f"  {section}", None
        yield from _sides(change.before, change.after)


def _not_compared(found: Differences, numbers: tuple[int, int], words: Words) -> Iterator[_Line]:
    if found.edition:
        yield words["edition"].format(before=found.edition[0], after=found.edition[1]), None
    for name, number in (("unsure", 0), ("only_before", numbers[0]), ("only_after", numbers[1])):
        keys = getattr(found, name)
        if keys:
            yield words[name].format(number=number, count=len(keys), keys=_keys(keys)), None
    if found.untold:
        yield words[f"untold_{found.untold}"], None


def _figures(name: str, changes: Sequence[FigureChange], words: Words) -> Iterator[_Line]:
    if changes:
        yield words[name].format(count=len(changes)), None
    section = None
    for change in changes:
        own = printing.SECTION_TITLES.get(change.key.partition(".")[0], "")
        if own != section:
            section = own
            yield f"  {section}", None
        yield f"    {change.label}  ({change.key}): {change.before} → {change.after}", None


def _sides(before: str | None, after: str | None) -> Iterator[_Line]:
    if before is not None:
        yield f"    - {before}", "red"
    if after is not None:
        yield f"    + {after}", "green"


def _findings(
    name: str, sign: str, colour: str, findings: Sequence[Finding], words: Words, lang: Lang
) -> Iterator[_Line]:
    if findings:
        yield words[name].format(count=len(findings)), None
    for one in findings:
        said = one.message_zh if lang == "zh" else one.message
        yield f"    {sign} {one.level}, {rule_name(one.rule, lang)}: {said}", colour


def _keys(keys: Sequence[str]) -> str:
    shown = "; ".join(label_of(key) for key in keys[:KEYS_SHOWN])
    return f"{shown}; +{len(keys) - KEYS_SHOWN}" if len(keys) > KEYS_SHOWN else shown


def _row(one: SeenVersion, words: Words) -> tuple[object, ...]:
    return (
        one.number, moments.shanghai_minute(one.first_at), moments.shanghai_minute(one.last_at), one.times,
        one.media_type, f"{one.bytes:,}", one.sha256[:SHORT_HASH], _safe(_state(one, words)), _safe(one.url),
    )  # fmt: skip


def _state(one: SeenVersion, words: Words) -> str:
    if one.error_kind:
        state = words["unreadable"].format(kind=one.error_kind, message=one.error_message)
    elif one.reading is None:
        state = words["unread" if one.reader_version is None else "another_report"]
    else:
        state = words["read"].format(reader=one.reader, version=one.reader_version)
    more = [words["stands"]] if one.stands else []
    more += [words["supplied"].format(by=one.supplied_by)] if one.supplied_by else []
    return "; ".join([state, *more])


def _side(one: SeenVersion, words: Words) -> str:
    return str(words["side"].format(
        number=one.number, bytes=f"{one.bytes:,}", sha256=one.sha256, url=one.url,
        first_at=moments.shanghai_minute(one.first_at), last_at=moments.shanghai_minute(one.last_at),
    ))  # fmt: skip


def _safe(text: str) -> str:
    """One line without anything that a terminal would obey: what is shown comes from web pages."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


@cache
def _words(lang: Lang) -> Words:
    text = Path(__file__).with_name("diff.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)[lang])
