"""The lines of a report beside its sections: footnotes, attachments it names, who signed it and when, how to reach them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from parsers.model import Note
from parsers.normalise import comparable, normalise, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A report names few; a page that repeats such lines without end is no reason to keep them all.
MOST_NOTES = 60
LONGEST = 600
LONGEST_NAME = 40
LONGEST_LINE = 120
LINES_OF_A_FOOTNOTE = 6

_FOOTNOTE = re.compile(
    r"[ \t\u3000]*(?:(?:备\s*)?注\s*\d{0,2}\s*[:：]|[*＊※]+\s*[^\s*＊※]|[⁰¹²³⁴-⁹]+\s*\S|\^\d)"
)
_ATTACHMENT = re.compile(
    r"[ \t\u3000]*附\s*(?:件|表)?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?\s*[:：](?P<name>.*)"
)
# Every note beside a signature has one of these: most lines need no closer look.
_SIGN_OF_ONE = re.compile("[:：*＊※^⁰¹²³⁴-⁹]")
_LISTED = re.compile(
    r"[ \t\u3000]*(?:附\s*[件表]\s*)?(?P<number>\d{1,2})\s*[.、．:：](?!\d)\s*(?P<name>\S.*)"
)
_DIGITS = {**dict(zip("一二三四五六七八九", "123456789", strict=True)), **dict.fromkeys("〇零○", "0")}
_DAY = (
    r"(?P<year>20\d\d|二[〇○零][〇○零一二三四五六七八九]{2})\s*年\s*"
    r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日"
)
_SIGNED = re.compile(rf"[ \t\u3000]*(?P<name>[\u4e00-\u9fff()（）、·\s]*?)[ \t\u3000]*{_DAY}[ \t\u3000]*")
_NUMERIC_DAY = r"(?P<year>20\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})"
_PUBLISHED = re.compile(rf"(?:发布|公开|公布|成文|印发|生成)\s*(?:日期|时间)\s*[:：]\s*{_NUMERIC_DAY}\s*日?")
_CONTACT = re.compile(
    r"(?:联系|办公|通信|通讯|单位)?地\s*址|(?:联系|咨询|办公|监督)?电\s*话|邮\s*编|邮政编码|(?:电子)?邮\s*箱|电子邮件|传\s*真|联\s*系\s*人"
)
_FIELD = re.compile(rf"(?P<field>{_CONTACT.pattern})\s*[:：]\s*(?P<value>[^\s；;，,。）)][^；;，,。）)\n]*)")
_BODY = re.compile(
    r"[\u4e00-\u9fff()]{2,40}?(?:政府|局|委员会|委|办公室|办|厅|部|署|院|中心|管委会|办事处|处|镇|乡|街道|公司|会|所|站|队)"
)
_TITLE = re.compile(
    r"[ \t\u3000]*(?:第?[一二三四五六七八九十]+(?:部分)?[、.．]|[(（][一二三四五六七八九十]+[)）])"
)


def notes(text: str, publisher: str | None = None) -> tuple[Note, ...]:
    """The notes of one report's text, in the order printed; `publisher` tells a signature without a date."""
    shown, lines = readable(text).split("\n"), comparable(text).split("\n")
    found: list[tuple[int, Note]] = []
    for place, line in enumerate(lines):
        if _SIGN_OF_ONE.search(line):
            found += [(place, note) for note in _of_line(place, line, lines, shown)]
    found += _signed(lines, shown, publisher)
    ordered = sorted(found, key=lambda one: one[0])
    return tuple(dict.fromkeys(note for _, note in ordered))[:MOST_NOTES]


def _of_line(place: int, line: str, lines: Sequence[str], shown: Sequence[str]) -> Iterator[Note]:
    if _FOOTNOTE.match(line):
        yield Note("footnote", _paragraph(place, lines, shown))
    elif _ATTACHMENT.match(line):
        yield from _attachments(place, lines, shown)
    if (match := _PUBLISHED.search(line)) and (day := _iso(match)):
        yield Note("dated", shown[place][match.start() : match.end()].strip(), day)
    for match in _FIELD.finditer(line):
        value = shown[place][match.start("value") : match.end("value")]
        value = _CONTACT.split(comparable(value))[0].strip()
        yield Note("contact", shown[place][match.start() : match.start("value")] + value, value or None)


def _paragraph(place: int, lines: Sequence[str], shown: Sequence[str]) -> str:
    """A footnote with the lines that it was broken over."""
    parts = [shown[place].strip()]
    for following in range(place + 1, min(place + LINES_OF_A_FOOTNOTE, len(lines))):
        line = lines[following]
        new = (
            _FOOTNOTE.match(line) or _ATTACHMENT.match(line) or _TITLE.match(line) or _SIGNED.fullmatch(line)
        )
        if new or not line.strip() or parts[-1].endswith(("。", "；", ";")):
            break
        parts.append(shown[following].strip())
    return "".join(parts)[:LONGEST]


def _attachments(place: int, lines: Sequence[str], shown: Sequence[str]) -> Iterator[Note]:
    """An attachment and the numbered names on the lines below it; a bare "附件：" has its name on the next line."""
    match = _ATTACHMENT.match(lines[place])
    first = shown[place][match.start("name") :] if match else ""
    following = place + 1
    if not first.strip():
        following = next((n for n in range(place + 1, len(lines)) if lines[n].strip()), len(lines)) + 1
        first = shown[following - 1] if following <= len(lines) else ""
    yield from _attachment(shown[place], first)
    number = 2
    while following < len(lines) and (match := _LISTED.match(lines[following])):
        if int(match["number"]) != number:
            break
        yield from _attachment(shown[following], shown[following][match.start("name") :])
        number, following = number + 1, following + 1


def _attachment(line: str, name: str) -> Iterator[Note]:
    match = _LISTED.match(name)
    plain = (match["name"] if match else name).strip()
    if plain and len(plain) <= LONGEST:
        yield Note("attachment", line.strip()[:LONGEST], plain)


def _signed(lines: Sequence[str], shown: Sequence[str], publisher: str | None) -> list[tuple[int, Note]]:
    """The last line that is a date alone or a body's name with a date; the name may stand on the line above."""
    places = [place for place, line in enumerate(lines) if line.strip()]
    for index in range(len(places) - 1, -1, -1):
        place = places[index]
        line = lines[place].strip()
        if not line.endswith("日") or len(lines[place]) > LONGEST_LINE:
            continue
        match = _SIGNED.fullmatch(line)
        if match is None or (day := _iso(match)) is None:
            continue
        found = [(place, Note("dated", shown[place].strip()[match.start("year") :], day))]
        if _is_body(match["name"], publisher):
            found.insert(0, (place, Note("signature", shown[place].strip()[: match.end("name")].strip())))
        elif index and not match["name"].strip() and _is_body(lines[places[index - 1]], publisher):
            above = places[index - 1]
            found.insert(0, (above, Note("signature", shown[above].strip())))
        return found if not match["name"].strip() or len(found) > 1 else []
    if places and publisher and normalise(lines[places[-1]]) == normalise(publisher):
        return [(places[-1], Note("signature", shown[places[-1]].strip()))]
    return []


def _is_body(line: str, publisher: str | None) -> bool:
    name = normalise(line)
    known = publisher is not None and bool(name) and normalise(publisher).endswith(name) and len(name) > 1
    return known or (len(name) <= LONGEST_NAME and _BODY.fullmatch(name) is not None)


def _iso(match: re.Match[str]) -> str | None:
    """The day as ISO; None if the calendar has no such day."""
    try:
        return date(_number(match["year"]), _number(match["month"]), _number(match["day"])).isoformat()
    except ValueError:
        return None


def _number(text: str) -> int:
    """The number that digits, "二〇二四", "十二" or "二十五" say."""
    if "十" not in text:
        return int("".join(_DIGITS.get(c, c) for c in text))
    tens, _, ones = text.partition("十")
    return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))
