"""Telling a list that was read from a page that only looks like an answer.

"Nothing found" on a captcha, a firewall's page, a maintenance notice or half a page is not "nothing there":
each is a named blindness. Pure: a response and what was expected of it in, a judgement out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.links import DAY
from crawler.marks import ANSWERS, HEADERS, HIJACKED, REPORT_ROW, SCRIPT_MARKS, SENTENCES, TAKEN_OVER
from crawler.text import decode, suspect, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.model import BlindKind


@dataclass(frozen=True, slots=True)
class Blindness:
    """Why a visit saw nothing that could be relied on."""

    kind: BlindKind
    reason: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What was asked for, and what the family made of the answer.

    `entries`, `total` and `previous` are numbers of list entries: seen (None: not looked for yet), declared by the
    page itself (None: it does not say), and seen by the last good visit. `minimum` is a person's `min_entries`. `moves_to` is the path to which a person
    has confirmed that the list may redirect. `data`: an interface's answer (JSON, XML or a part of a page) was
    asked for, and not a whole page.
    """

    url: str
    final_url: str
    conditional: bool = False
    markup: bool = True
    entries: int | None = None
    total: int | None = None
    previous: int = 0
    minimum: int = 0
    moves_to: str = ""
    unclosed: bool = False
    data: bool = False


OK, PARTIAL, NOT_MODIFIED, FIRST_ERROR = 200, 206, 304, 400
STATUSES: dict[int, tuple[BlindKind, str]] = {
    204: ("empty", "the server sent no content"),
    PARTIAL: ("truncated", "the server sent a part only"),
    NOT_MODIFIED: (
        "not_modified",
        "the whole page was asked for, and the server only says that it is unchanged",
    ),
    401: ("refused", "the server wants a login"),
    403: ("refused", "the server forbids the visit"),
    404: ("http_error", "the page is gone"),
    405: ("firewall", "the server refuses a plain GET, as firewalls do"),
    407: ("refused", "a proxy wants a login"),
    410: ("http_error", "the page is gone for good"),
    412: ("firewall", "the server wants a cookie that only its script can make"),
    418: ("firewall", "the firewall took the visit for an attack"),
    429: ("refused", "the server asks for fewer visits"),
    451: ("refused", "the page is withheld for legal reasons"),
    521: ("firewall", "the server wants a cookie that only its script can make"),
    567: ("firewall", "the firewall took the visit for an attack"),
}
CODE_FIELD = re.compile(r"验证码|captcha", re.IGNORECASE)
LOGIN_FIELD = re.compile(r"用户名|密\s?码|账号|登录|手机号")  # a code beside these is not for the page itself
SHORT = 600  # characters: a list or a report has more, a notice has less
TINY = 120
ELSEWHERE = re.compile(
    r"/(login|signin|sso|error|err|404|403|notfound|verify|captcha|waf)\b[^/]*$", re.IGNORECASE
)
WHOLE_PAGE = re.compile(r"<(!doctype html|html|head|body)\b", re.IGNORECASE)
FEW_ROWS = 3  # dates: a short list has that many, and may have a login form with its captcha beside it
MOST_LEADS, MOST_TAGS = 20_000, 300_000  # the largest real list has some thousand links
LEAD = re.compile(r"<(?:a|option)\b|\bonclick\s{0,9}=|\bdata-(?:url|href|link)\s{0,9}=", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)


def recognise(status: int, headers: Mapping[str, str], body: bytes, expected: Expected) -> Blindness | None:
    """Why this response cannot be relied on; None if nothing speaks against it.

    `headers` have lower-case names. Called once before the family looks for entries (`entries` None), and once
    after with what it found.
    """
    if status == NOT_MODIFIED and expected.conditional:
        return None
    text = decode(body, headers.get("content-type", "")) if expected.markup else ""
    return (
        _by_status(status, headers, text)
        or _by_count(text)
        or _by_address(expected)
        or _by_firewall(headers, text)
        or (_by_text(body, text, expected) if expected.markup else _by_bytes(body))
        or _by_entries(text, expected)
    )


def _by_count(text: str) -> Blindness | None:
    """A page that would take a minute to look through, while every other host waits. Cheap: nothing is parsed."""
    tags = text.count("<")
    if tags <= MOST_LEADS:
        return None
    leads = sum(1 for _ in LEAD.finditer(text))
    for count, most, what in ((leads, MOST_LEADS, "links"), (tags, MOST_TAGS, "tags")):
        if count > most:
            why = f"the page has {count:,} {what}, and no more than {most:,} are looked through"
            return Blindness("truncated", why)
    return None


def _by_status(status: int, headers: Mapping[str, str], text: str) -> Blindness | None:
    if status == OK:
        return None
    said = _by_firewall(headers, text) or _by_sentence(text)
    if said and status >= FIRST_ERROR:
        return Blindness(said.kind, f"status {status}: {said.reason}")
    if status in STATUSES:
        kind, why = STATUSES[status]
        return Blindness(kind, f"status {status}: {why}")
    if OK < status < FIRST_ERROR:
        return Blindness("redirected_away", f"status {status} to {headers.get('location', 'nowhere')[:200]}")
    return Blindness("http_error", f"the server answered with status {status}")


def _by_address(expected: Expected) -> Blindness | None:
    """A column that now leads elsewhere would be read as a good list of something else."""
    asked, answered = _folder(expected.url), urlsplit(expected.final_url).path or "/"
    if ELSEWHERE.search(answered) and not ELSEWHERE.search(asked):
        return Blindness("redirected_away", f"{expected.url} leads to {expected.final_url[:300]}")
    if answered.startswith(asked) or (expected.moves_to and answered.startswith(expected.moves_to)):
        return None
    why = (
        f"{expected.url} leads to {expected.final_url[:300]}: if that is the list, put it into the watchlist"
    )
    return Blindness("redirected_away", why)


def _folder(url: str) -> str:
    path = urlsplit(url).path or "/"
    return path if "." not in path.rpartition("/")[2] else path.rpartition("/")[0] + "/"


def _by_firewall(headers: Mapping[str, str], text: str) -> Blindness | None:
    if len(visible(text)) >= SHORT or REPORT_ROW.search(text):
        return None
    for name, mark, whose in HEADERS:
        if name in headers and mark in headers[name].lower():
            return Blindness("firewall", f"an answer of {whose}")
    for mark, whose in SCRIPT_MARKS:
        if mark in text:
            return Blindness("firewall", whose)
    return None


def _by_bytes(body: bytes) -> Blindness | None:
    return None if body.strip() else Blindness("empty", "the answer has no content")


def _by_text(body: bytes, text: str, expected: Expected) -> Blindness | None:
    if not body.strip():
        return Blindness("empty", "the page has no content")
    if "<" not in text[:2000] and not expected.data:
        return Blindness("structure_changed", "the answer is not a web page")
    if suspect(text):
        return Blindness("structure_changed", "the page's encoding cannot be made out")
    if expected.data:
        return _by_form(text)
    return _by_sentence(text) or _by_end(text, expected)


def _by_form(text: str) -> Blindness | None:
    """An interface that answers with a whole page has been put behind something, or is gone."""
    if not WHOLE_PAGE.search(text[:2000]):
        return None
    why = Blindness("structure_changed", "a web page came instead of the interface's answer")
    return _by_sentence(text) or why


def _by_sentence(text: str) -> Blindness | None:
    shown = visible(text)
    title = TITLE.search(text)
    places = [title.group(1)] if title else []
    if len(shown) < SHORT and len(DAY.findall(shown)) < FEW_ROWS and not REPORT_ROW.search(text):
        places.append(shown)
    for kind, sentence in SENTENCES:
        for place in places:
            if found := sentence.search(place):
                return Blindness(kind, f"the page says: {_around(place, found)}")
    return _by_owner(title.group(1) if title else "", places) or _by_code(text, shown)


def _by_owner(title: str, places: list[str]) -> Blindness | None:
    """The address of a list in other hands: a domain for sale, or a page of gamblers in its place."""
    if found := HIJACKED.search(title):
        return Blindness("structure_changed", f"the site seems to be hijacked: {_around(title, found)}")
    for place in places:
        if found := TAKEN_OVER.search(place):
            return Blindness("structure_changed", f"the domain has another owner: {_around(place, found)}")
    return None


def _by_code(text: str, shown: str) -> Blindness | None:
    """A page that holds hardly more than a field for a code: what some servers send when a file is asked for again."""
    listed = len(shown) >= SHORT or len(DAY.findall(shown)) >= FEW_ROWS or REPORT_ROW.search(text)
    if listed or "<input" not in text.lower():
        return None
    found = CODE_FIELD.search(shown)
    if found is None or LOGIN_FIELD.search(shown):
        return None
    return Blindness("captcha", f"the page says: {_around(shown, found)}")


def _around(place: str, found: re.Match[str]) -> str:
    return place[max(0, found.start() - 20) : found.end() + 40].strip()


def _by_end(text: str, expected: Expected) -> Blindness | None:
    if expected.unclosed or "</html" in text[-4000:].lower():
        return None
    if len(visible(text)) < TINY and _is_shell(text):
        return None  # shells are judged by what they lead to
    return Blindness("truncated", "the page stops before its </html>")


def _is_shell(text: str) -> bool:
    return "<script" in text.lower() or "http-equiv" in text.lower()


def _by_entries(text: str, expected: Expected) -> Blindness | None:
    if expected.entries is None:
        return None
    if expected.entries == 0:
        return _why_none(text, expected)
    if expected.total is not None and expected.entries < expected.total:
        why = f"{expected.entries} entries were found of the {expected.total} that the list says it has"
        return Blindness("truncated", why)
    return count_collapsed(expected.entries, expected.minimum, expected.previous)


def _why_none(text: str, expected: Expected) -> Blindness:
    shown = visible(text)
    if expected.total:
        return Blindness("js_shell", f"none of the {expected.total} declared entries is in the page itself")
    if expected.data and (said := _by_answer(text) or _by_sentence(text)):
        return said
    if len(shown) < SHORT and _is_shell(text) and _has_mount(text):
        return Blindness("js_shell", "the page is filled by a script: nothing stands in it")
    if len(shown) < TINY:
        return Blindness("empty", "the page has no list and hardly any text")
    return Blindness("structure_changed", "no entry of a list was found in the page")


def _by_answer(text: str) -> Blindness | None:
    """What an interface says instead of entries: `{"code": 500}`."""
    for kind, form in ANSWERS:
        if found := form.search(text[:2000]):
            return Blindness(kind, f"the interface answers: {_around(text[:2000], found)}")
    return None


def _has_mount(text: str) -> bool:
    mount = r"""id=["']?(app|root|main-app|__nuxt|q-app)\b|<noscript|v-for=|ng-repeat|ms-(repeat|for)|\{\{|data-reactroot"""
    return bool(re.search(mount, text, re.IGNORECASE)) or len(visible(text)) < TINY


def count_collapsed(entries: int, minimum: int, previous: int) -> Blindness | None:
    """A person's `min_entries` settles what is enough; without it (0), half of the last good visit is."""
    if minimum:
        short, against = entries < minimum, f"the {minimum} of min_entries"
    else:
        short, against = entries * 2 < previous, f"{previous} at the last good visit"
    return Blindness("count_collapsed", f"{entries} entries, against {against}") if short else None
