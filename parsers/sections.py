"""The six titled parts of a report, found by their known titles in order, never by any "一、"."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from parsers.model import Section
from parsers.normalise import comparable, readable
from parsers.titles import running_title, title_facts

# So many titles at the beginning of a text, each again below, are a table of contents.
LISTED_TITLES = 4
_ORDINALS = "一二三四五六七八九十"
_ORDINAL = rf"(?:第?\s*(?P<ordinal>[{_ORDINALS}])\s*(?:部分)?\s*[、.．,，:：]?|[(（]\s*(?P<bracketed>[{_ORDINALS}])\s*[)）])?"
# Numbers of another kind, and a dash where 一 is meant: the line is a title only where it holds nothing else.
_OTHER_NUMBER = r"(?:\d{1,2}|[IVXivx]{1,4}|[—–―ー－_-]{1,2})\s*[、.．]"
_ORDINAL = rf"(?:{_ORDINAL}|{_OTHER_NUMBER})"
_LEADERS = re.compile(r"[\s.…⋯·・。_\-—–()（）第页\d]*")
_SOFT = r"[\s、，,]*"


@dataclass(frozen=True, slots=True)
class Title:
    """A section title as printed: where it stands, which section it names, the number before it."""

    key: str
    ordinal: str | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a report in official order, every title in the order printed, and where the report ends."""

    sections: tuple[Section, ...]
    titles: tuple[Title, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Book:
    """The patterns of the titles by section, of a line that may begin one, and of what follows the last section."""

    titles: dict[str, re.Pattern[str]]
    line: re.Pattern[str]
    ends: re.Pattern[str]


@cache
def _book() -> _Book:
    book = tomllib.loads(files("parsers.editions").joinpath("sections.toml").read_text("utf-8"))
    return _Book(
        {one["key"]: _pattern(one["phrases"]) for one in book["section"]},
        _line_pattern([phrase for one in book["section"] for phrase in one["phrases"]]),
        re.compile("|".join(map(re.escape, map(readable, book["ends"])))),
    )


@cache
def official_titles() -> dict[str, str]:
    """The official title of each section by its number."""
    book = tomllib.loads(files("parsers.editions").joinpath("sections.toml").read_text("utf-8"))
    return {one["key"]: one["title"] for one in book["section"]}


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    """A line that begins with a number and one of the phrases, torn or not, or is nothing but the phrase."""
    longest_first = sorted(phrases, key=len, reverse=True)
    words = "|".join(_SOFT.join(map(re.escape, phrase)) for phrase in longest_first)
    return re.compile(
        rf"^[ \t\u3000\u00a0]*{_ORDINAL}[ \t\u3000]*(?:{words})(?P<rest>[ \t]*[:：。]?[ \t]*$)?", re.MULTILINE
    )


def _line_pattern(phrases: list[str]) -> re.Pattern[str]:
    """The end of a line before one that begins as a title can: sought once instead of each section's pattern."""
    first = re.escape("".join({phrase[0] for phrase in phrases}))
    number = rf"第?\s*[{_ORDINALS}]|[(（]\s*[{_ORDINALS}]"
    return re.compile(rf"\n(?=[ \t\u3000\u00a0]*(?:{number}|{_OTHER_NUMBER}|[{first}]))")


def outline(text: str) -> Outline:
    """Split a report's text at its titles. A section that is not there is left out, not guessed."""
    plain, shown = comparable(text), readable(text)
    book = _book()
    begins = [0, *(match.end() for match in book.line.finditer(plain))]
    titles = sorted(
        (t for key, pattern in book.titles.items() for t in _titles(key, pattern, plain, shown, begins)),
        key=lambda t: t.start,
    )
    titles = _without_contents(titles, plain)
    chosen = _in_order(titles)
    sections, last = [], len(plain)
    for number, title in enumerate(chosen):
        stop = chosen[number + 1].start if number + 1 < len(chosen) else len(plain)
        end = book.ends.search(plain, title.end, stop) if number + 1 == len(chosen) else None
        last = end.start() if end else stop
        sections.append(Section(title.key, title.text, shown[title.end : last].strip()))
    return Outline(tuple(sections), tuple(titles), last)


def _titles(key: str, pattern: re.Pattern[str], text: str, shown: str, begins: list[int]) -> list[Title]:
    found = []
    end = 0
    for begin in begins:
        match = pattern.match(text, begin) if begin >= end else None
        if match is None:
            continue
        ordinal, end = match["ordinal"], match.end()
        if match["bracketed"] or (ordinal is None and match["rest"] is None):
            continue  # "（二）主动公开情况" is a part of section one
        printed = " ".join(shown[match.start() : match.end()].split())
        found.append(Title(key, ordinal, match.start(), match.end(), printed))
    return found


def _without_contents(titles: list[Title], text: str) -> list[Title]:
    """The titles without those of a table of contents, or of a row of links: one after the other, nothing between."""
    listed = 1
    for one, after in pairwise(titles):
        if after.key <= one.key or not _LEADERS.fullmatch(text, one.end, after.start):
            break
        listed += 1
    again = {title.key for title in titles[listed:]}
    is_list = listed >= LISTED_TITLES and all(title.key in again for title in titles[:listed])
    return titles[listed:] if is_list else titles


def _in_order(titles: list[Title]) -> list[Title]:
    """The first title of each section after the one before; where the order is wrong, the first anywhere."""
    chosen: dict[str, Title] = {}
    position = -1
    for key in sorted({title.key for title in titles}):
        mine = [title for title in titles if title.key == key]
        after = [title for title in mine if title.start >= position]
        chosen[key] = _numbered(after or mine)
        position = max(position, chosen[key].end)
    return sorted(chosen.values(), key=lambda title: title.start)


def _numbered(titles: list[Title]) -> Title:
    """A title with its number is surer than a bare phrase, which a menu may hold."""
    return next((title for title in titles if title.ordinal), titles[0])


_BEGINS = re.compile(r"第\s*二\s*十\s*条\s*第?\s*[(（]\s*一|二\s*、\s*主\s*动\s*公\s*开\s*政\s*府\s*信\s*息")
_SECTION_FOUR = re.compile(r"四\s*、")
_NUMBER = re.compile(r"[\d\s.,:/%()—–-]+")
_SENTENCE = re.compile(r"[。；;：:，,、!！?？]")
_NAME = re.compile(
    r"[\u4e00-\u9fff()（）]{1,30}(?:[省市州盟区县旗乡镇局委办厅部署院会]|政府|街道|中心|公司|(?:19|20)\d\d年?度?)"
)
LONGEST_TITLE = 60
TITLE_LINES = 3


def split(text: str, expected: int | None) -> list[str]:
    """The text of each of several reports: each begins with the last title line before its section two.

    What stands before the first one's title (a cover of the collection, a table of contents) is none of theirs.
    Where they are not as many as `expected`, every report gets the whole text, and what it does not confirm is unsure.
    """
    if expected == 1:
        return [text]
    plain = comparable(text)
    begins: list[int] = []
    position = 0
    for match in _BEGINS.finditer(plain):
        if match.start() >= position:
            begin = _title_before(plain, position, match.start())
            begins.append(begin if begins or begin < match.start() else 0)
            end = _SECTION_FOUR.search(plain, match.end())
            position = end.end() if end else len(plain)
    if expected is not None and len(begins) != expected:
        return [text] * expected
    first = begins[0] if len(begins) > 1 else 0
    return [
        text[begin:end] for begin, end in zip([first, *begins[1:]], [*begins[1:], len(text)], strict=True)
    ]


def _title_before(text: str, start: int, stop: int) -> int:
    """Where the last report's title between `start` and `stop` begins: on one line, or torn over up to three."""
    lines = text[start:stop].splitlines(keepends=True)
    places = [start]
    for line in lines:
        places.append(places[-1] + len(line))
    found = ((first, _lines_of_title(lines[first : first + TITLE_LINES])) for first in range(len(lines)))
    ends = [(first + count, first) for first, count in found if count]
    if not ends:
        return stop
    end = max(ends)[0]
    begins = sorted((first for other, first in ends if other == end), reverse=True)
    best = begins[0]
    for first in begins[1:]:
        if _belongs_to_title(lines[first:best], lines[best:end]):
            best = first
    return places[best]


def _lines_of_title(lines: list[str]) -> int:
    """How many of the lines are one title; 0 for none. A torn one has its year, and begins with no mere number."""
    for count in range(1, len(lines) + 1):
        title = _one_line(lines[:count])
        if count == 1 and running_title(title):
            return 1
        if len(title) > LONGEST_TITLE or not title or _NUMBER.fullmatch(lines[0].strip()):
            return 0
        facts = title_facts(title)
        if facts.kind == "report" and (count == 1 or facts.year is not None):
            return count
    return 0


def _belongs_to_title(above: list[str], title: list[str]) -> bool:
    """Whether lines above a title are its beginning: the name of a place or a body, or the year that it lacks."""
    words = _one_line(above)
    if _SENTENCE.search(words):
        return False
    alone, whole = title_facts(_one_line(title)), title_facts(_one_line([*above, *title]))
    gained = (alone.year is None and whole.year is not None) or (
        alone.publisher is None and whole.publisher is not None
    )
    return gained or _NAME.fullmatch(words) is not None


def _one_line(lines: list[str]) -> str:
    return "".join(line.strip() for line in lines)
