"""Whose report is it, and for which year? Pure: names and titles in, one answer or the possible ones out.

A wrong answer accuses or acquits somebody; so whatever is ambiguous is no match, and says who it could be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from parsers.normalise import normalise
from parsers.titles import TitleFacts, title_facts
from store.mentions import MENTIONED, Names
from store.names import full_names, may_be, same_place, same_town, short_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from store.model import Publisher, Source

Possible = tuple[str, int | None, str]
T = TypeVar("T")
_EVER, _NEVER = 0, 9999
PRINTED = "printed on the page, and no entry leads to it"
COMPOSED = "a title put together from a row and its heading"


@dataclass(frozen=True, slots=True)
class Match:
    """The answer. `how` says by what, or why there is none; `possible` are (publisher, year or None, why) then.

    Matched by: name, alias, short name, name without place, only publisher. None because: not a report, not watched,
    unknown name, ambiguous name, no name, no year, years differ, publishers differ, maybe a report, other years,
    composed title, printed for one, printed for all, only named.
    """

    publisher: str | None
    year: int | None
    how: str
    possible: tuple[Possible, ...] = ()
    named: str | None = None  # whom it names, of a year outside the years of that body


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom one printed name means: nobody (`publishers` empty), one, or several."""

    printed: str
    publishers: tuple[Publisher, ...]
    how: str


class Matcher:
    """Knows the names of all watched publishers, and which of them each source serves."""

    def __init__(self, publishers: Iterable[Publisher], sources: Iterable[Source]) -> None:
        self._full: dict[str, dict[str, tuple[Publisher, str]]] = {}
        self._short: dict[str, dict[str, tuple[Publisher, str]]] = {}
        self._of_source: dict[str, list[Publisher]] = {}
        self._by_id: dict[str, Publisher] = {}
        self._names: dict[str, Names] = {}
        self._sources = {source.id: source for source in sources}
        self._others = {
            source.id: [re.compile(translate(normalise(pattern))) for pattern in source.others]
            for source in self._sources.values()
        }
        for publisher in publishers:
            self._learn(publisher)

    def match(
        self,
        source_id: str | None,
        titles: Sequence[str],
        text_publisher: str | None = None,
        text_year: int | None = None,
    ) -> Match:
        """Judges all that is printed about one report: its titles (list, page, document) and what its text says.

        `text_publisher` or `text_year` mean that the document was read and is a report. `source_id` None: a document
        without a list, where only full names count.
        """
        facts = [facts_of(title) for title in titles]
        is_read = text_publisher is not None or text_year is not None
        if not is_read and all(one.kind == "other" for one in facts):
            return Match(None, None, "not a report")
        years = _distinct([*(one.year for one in facts if _counts(one, is_read)), text_year])
        year = years[0] if len(years) == 1 else None
        named = self._named(source_id, facts, text_publisher, year)
        if not is_read and not any(one.kind == "report" for one in facts):
            return self._maybe(source_id, titles, named, year)
        if len(years) > 1:
            return self._years_differ(source_id, named, years, text_year)
        return self._judge(source_id, titles, named, year)

    def printed(self, source_id: str, words: str) -> Match:
        """Whom words concern that the page prints and that lead nowhere: the named body, else all of the list.

        A year alone (a tab, a folder that was not read) may be that of the reports or that of their publication.
        """
        found = self.match(source_id, [words])
        if found.how == "not watched":
            return found
        if found.publisher is not None:
            return Match(None, found.year, "printed for one", ((found.publisher, found.year, PRINTED),))
        facts = facts_of(words)
        if facts.publisher is not None and found.possible:
            return Match(None, found.year, "printed for one", _said(found.possible))
        if found.how == "other years":
            return Match(None, facts.year, found.how)
        everybody = [publisher.id for publisher in self.of_source(source_id)]
        if facts.year is None:  # a way that leads to a part of the list, of whatever years
            other = self._is_other(source_id, [words], [])
            concerned = () if other else _each(everybody, [None], PRINTED)
            return Match(None, None, "not watched" if other else "printed for all", concerned)
        possible = _each(everybody, [facts.year], PRINTED)
        if facts.kind != "report":
            possible += _each(everybody, [facts.year - 1], f"{PRINTED}: its year may be that of publication")
        return Match(None, facts.year, "printed for all", possible)

    def mentioned(self, source_id: str, title: str, suggested: int | None) -> Match:
        """Whose report a row may be that is no report's title, and names a body of this list.

        `suggested` is the report year that the row's day speaks for; without one it may be any year's.
        """
        if source_id not in self._names:
            self._names[source_id] = Names(self.of_source(source_id))
        found, year = self._names[source_id].mentioned(title)
        if not found or self._is_other(source_id, [title], []):
            return Match(None, None, "not a report")
        return Match(None, None, "only named", _each(sorted(found), [year or suggested], MENTIONED))

    def of_source(self, source_id: str | None) -> tuple[Publisher, ...]:
        """The watched publishers of a source."""
        return tuple(self._of_source.get(source_id or "", ()))

    def may_be_called(self, publisher_id: str, printed: str) -> bool:
        """Whether a document that prints this name may be the publisher's own, as the person says who brought it.

        Not one that is named after another body that we know, after another place, or after a body of another kind.
        """
        publisher, name = self._by_id.get(publisher_id), normalise(printed)
        if publisher is None:
            return True
        names = [full for full, _ in full_names(publisher)]
        if name in (*names, *short_names(publisher)) or any(same_place(name, full) for full in names):
            return True
        return name not in self._full and may_be(name, publisher) and same_town(name, names[0])

    def _learn(self, publisher: Publisher) -> None:
        self._by_id[publisher.id] = publisher
        for name, how in full_names(publisher):
            self._full.setdefault(name, {}).setdefault(publisher.id, (publisher, how))
        for name in short_names(publisher):
            self._short.setdefault(name, {}).setdefault(publisher.id, (publisher, "short name"))
        for source in publisher.sources:
            self._of_source.setdefault(source, []).append(publisher)

    def _named(
        self, source_id: str | None, facts: Sequence[TitleFacts], text_publisher: str | None, year: int | None
    ) -> list[_Named]:
        """Whom the titles name; where they name nobody known, whom the text names, if it names somebody known."""
        printed = _distinct([normalise(one.publisher) for one in facts if one.publisher])
        by_title = [self._who(source_id, name, year) for name in printed]
        text = self._who(source_id, normalise(text_publisher), year) if text_publisher else None
        if text is None or (by_title and not text.publishers):
            return by_title
        return [*by_title, text]

    def _who(self, source_id: str | None, printed: str, year: int | None) -> _Named:
        for index in (self._full, self._short):
            if found := self._within(source_id, list(index.get(printed, {}).values())):
                return _narrowed(printed, found, year)
        placed = [
            (publisher, "name without place")
            for publisher in self.of_source(source_id)
            if any(same_place(printed, name) for name, _ in full_names(publisher))
        ]
        return _narrowed(printed, placed, year)

    def _within(
        self, source_id: str | None, found: list[tuple[Publisher, str]]
    ) -> list[tuple[Publisher, str]]:
        """The source's own publishers first; then those of its region: elsewhere others bear the same names."""
        if source_id is None:
            return found
        own = {publisher.id for publisher in self.of_source(source_id)}
        if ours := [one for one in found if one[0].id in own]:
            return ours
        source = self._sources.get(source_id)
        return [one for one in found if source is not None and _related(source.region, one[0].region)]

    def _judge(
        self, source_id: str | None, titles: Sequence[str], named: list[_Named], year: int | None
    ) -> Match:
        if not named:
            return self._nameless(source_id, titles, year)
        if not named[0].publishers:
            return self._unknown(source_id, titles, named, year)
        # The list's name is known: an odd spelling within the document does not outweigh it.
        known = [one for one in named if one.publishers]
        publishers = {publisher.id for one in known for publisher in one.publishers}
        if len(publishers) > 1:
            how = "ambiguous name" if len(named) == 1 else "publishers differ"
            return Match(None, year, how, _each(sorted(publishers), [year], how))
        publisher = known[0].publishers[0]
        if year is None:
            return Match(None, None, "no year", ((publisher.id, None, "no year"),))
        if not _existed(publisher, year):
            return Match(None, year, "other years", named=publisher.id)
        return Match(publisher.id, year, known[0].how)

    def _nameless(self, source_id: str | None, titles: Sequence[str], year: int | None) -> Match:
        own = self.of_source(source_id)
        if self._is_other(source_id, titles, []):
            return Match(None, year, "not watched")
        if len(own) == 1 and year is not None and _existed(own[0], year):
            return Match(own[0].id, year, "only publisher")
        how = "no year" if len(own) == 1 and year is None else "no name"
        return Match(None, year, how, _each([publisher.id for publisher in own], [year], how))

    def _unknown(
        self, source_id: str | None, titles: Sequence[str], named: list[_Named], year: int | None
    ) -> Match:
        """A name nobody knows: it may be the former or future name of anybody on this list."""
        strangers = [one.printed for one in named if not one.publishers]
        if len(strangers) == len(named) and self._is_other(source_id, titles, strangers):
            return Match(None, year, "not watched")
        possible = {
            publisher.id
            for publisher in self.of_source(source_id)
            if any(may_be(name, publisher) for name in strangers)
        }
        possible |= {publisher.id for one in named for publisher in one.publishers}
        return Match(None, year, "unknown name", _each(sorted(possible), [year], "unknown name"))

    def _maybe(
        self, source_id: str | None, titles: Sequence[str], named: list[_Named], year: int | None
    ) -> Match:
        """A title that may be a report's: no proof that it is there, and none that it is not."""
        strangers = [one.printed for one in named if not one.publishers]
        known = sorted({publisher.id for one in named for publisher in one.publishers})
        if not known and self._is_other(source_id, titles, strangers):
            return Match(None, year, "not watched")
        if not known or any("汇总" in normalise(title) for title in titles):
            known = sorted({publisher.id for publisher in self.of_source(source_id)})
        return Match(None, year, "maybe a report", _each(known, [year], "maybe a report"))

    def _years_differ(
        self, source_id: str | None, named: list[_Named], years: list[int], text_year: int | None
    ) -> Match:
        known = sorted({publisher.id for one in named for publisher in one.publishers})
        known = known or sorted(publisher.id for publisher in self.of_source(source_id))
        possible = [
            (publisher, year, "the document's year" if year == text_year else f"a title's year, {year}")
            for publisher in known
            for year in years
        ]
        return Match(None, None, "years differ", tuple(possible))

    def _is_other(self, source_id: str | None, titles: Sequence[str], strangers: Sequence[str]) -> bool:
        """Whether the list is known to carry it for somebody who is not watched."""
        patterns = self._others.get(source_id or "", ())
        texts = strangers or [normalise(title) for title in titles]
        return bool(texts) and all(any(pattern.fullmatch(text) for pattern in patterns) for text in texts)


@lru_cache(maxsize=4096)
def facts_of(title: str) -> TitleFacts:
    """`title_facts`, remembered: each title is asked about several times in a row."""
    return title_facts(title)


def _counts(facts: TitleFacts, is_read: bool) -> bool:
    return facts.kind != "other" or (is_read and facts.publisher is not None)


def _narrowed(printed: str, found: Sequence[tuple[Publisher, str]], year: int | None) -> _Named:
    """Of several bodies of one name, the one that existed in that year."""
    if len(found) > 1 and year is not None:
        there = [one for one in found if _existed(one[0], year)]
        found = [one for one in there if not _had_ended(one[0], year)] or there or found
    return _Named(
        printed, tuple(publisher for publisher, _ in found), found[0][1] if found else "unknown name"
    )


def _existed(publisher: Publisher, year: int) -> bool:
    return (publisher.from_year or _EVER) <= year <= (publisher.to_year or _NEVER)


def _had_ended(publisher: Publisher, year: int) -> bool:
    """Whether the body was no more when the report of that year was to be published, or went in that year."""
    return publisher.ended is not None and year >= int(publisher.ended[:4])


def _related(one: str, other: str) -> bool:
    first, second = f"{one}/", f"{other}/"
    return first.startswith(second) or second.startswith(first)


def _each(publishers: Iterable[str], years: Iterable[int | None], why: str) -> tuple[Possible, ...]:
    return tuple((publisher, year, why) for publisher in publishers for year in years)


def _said(possible: Iterable[Possible]) -> tuple[Possible, ...]:
    return tuple((publisher, year, PRINTED) for publisher, year, _ in possible)


def _distinct(values: Iterable[T | None]) -> list[T]:
    return list(dict.fromkeys(value for value in values if value is not None))
