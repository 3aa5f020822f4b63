"""The one door: bytes of any kind to the reports in them, or a clear word why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parsers import sniffing
from parsers.archived import parse_archive
from parsers.facts import report_title
from parsers.model import MoreEffort, Pictures, Unreadable
from parsers.normalise import normalise
from parsers.ole import is_cut_off
from parsers.readers import WAYS, effort_of, load, load_beside, load_look
from parsers.report import Others, reports
from parsers.sniffing import sniff
from parsers.versions import compare_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from parsers.model import Effort, Parsed, Reading
    from parsers.readers import Way

# Longer pages have a menu and an article; what blocks a visitor is short.
SHORT_PAGE = 1_200
_ERROR_PAGE = re.compile(
    r"404|403forbidden|50[0234](?:bad|internal|service|gateway)|页面不存在|找不到(?:该|您|页面)|页面已(?:被)?删除|notfound|forbidden"
    r"|访问(?:被拒绝|受限|过于频繁|异常)|系统维护|正在维护|维护中|验证码|滑动验证|安全验证|accessdenied|accessverification|请开启javascript"
    r"|enablejavascript|requestblocked|已被拦截|防火墙|防护",
    re.IGNORECASE,
)
_AS_PDF = "save it as PDF or .docx"
_CONVERTED = "LibreOffice must convert it first (apt-get install --no-install-recommends libreoffice-writer)"
_WHY_NOT = {
    sniffing.DOC: f"an old Word or WPS document (.doc, .wps): {_CONVERTED}",
    sniffing.RTF: f"a document in Rich Text Format: {_CONVERTED}",
    sniffing.ODT: f"an OpenDocument text (.odt): {_CONVERTED}",
    sniffing.WORD_XML: f"a Word 2003 XML document: {_CONVERTED}",
    sniffing.OLE: f"an old Office file that is neither a text nor a spreadsheet: {_AS_PDF}",
    sniffing.PPT: f"a presentation (.ppt): {_AS_PDF}",
    sniffing.PPTX: f"a presentation (.pptx): {_AS_PDF}",
    sniffing.OFD: "an OFD document, for which there is no free reader: save it as PDF",
    sniffing.RAR: "a RAR archive: unpack it and read the documents inside",
    sniffing.SEVEN_ZIP: "a 7z archive: unpack it and read the documents inside",
    sniffing.JP2: "a picture in JPEG 2000: save it as PNG or JPEG",
}


# How whole files end, within their last bytes: some programs write a little behind the end.
_ENDS = {sniffing.PNG: b"IEND", sniffing.JPEG: b"\xff\xd9", sniffing.GIF: b"\x3b"}
_TAIL = 65_536
_OLE_KINDS = frozenset({sniffing.DOC, sniffing.XLS, sniffing.PPT, sniffing.OLE})

_PAGE_READER = "html"
_NAMED = 5  # pictures
EFFORTS: tuple[Effort, ...] = ("first", "second", "pictures")


def parse(
    body: bytes, media_type: str, effort: Effort = "pictures", on_more: Callable[[Effort], bool] | None = None
) -> tuple[Parsed, ...]:
    """The reports in a document: nearly always one; none for a document that is no report.

    The bytes decide what it is; `media_type` counts only where they say nothing. Raises Unreadable with a kind
    (empty, encrypted, truncated, broken, unsupported, too_large, error_page, incomplete) and a sentence that says what to do;
    MoreEffort where a heavier reader than `effort` allows must decide: second libraries, readers of pictures.
    Before that, `on_more` is asked whether such a reader may run here after all.
    """
    return compare_versions(_parse(body, media_type, _Allowed(effort, on_more)))


@dataclass(frozen=True, slots=True)
class _Allowed:
    """How heavy the readers of a document may be, and who may allow more."""

    effort: Effort
    on_more: Callable[[Effort], bool] | None

    def covers(self, needed: Effort) -> bool:
        """Whether a reader of that weight may run."""
        if EFFORTS.index(needed) <= EFFORTS.index(self.effort):
            return True
        return self.on_more is not None and self.on_more(needed)


def _parse(body: bytes, media_type: str, effort: _Allowed) -> tuple[Parsed, ...]:
    if not body.strip(b" \t\r\n\x00"):
        raise Unreadable("empty", "the document has no content: fetch it again")
    found = sniff(body)
    if found == sniffing.BYTES:
        found = media_type.partition(";")[0].strip().lower()
    _refuse_unopened(body, found)
    if found == sniffing.ZIP:
        return parse_archive(body, lambda document: _parse(document, "", effort))
    way = WAYS.get(found)
    if way is None:
        why = _WHY_NOT.get(found, f"of no kind that can be read ({found or 'unknown'})")
        raise Unreadable("unsupported", f"the document is {why}")
    return _read(body, way, effort)


def _refuse_unopened(body: bytes, kind: str) -> None:
    """What can be told before reading: a file that is cut off, or asks for a password."""
    if kind == sniffing.ENCRYPTED:
        raise Unreadable("encrypted", "the document asks for a password: ask for a copy without one")
    ends = _ENDS.get(kind)
    cut_off = is_cut_off(body) if kind in _OLE_KINDS else ends is not None and ends not in body[-_TAIL:]
    if cut_off:
        raise Unreadable("truncated", "the file is cut off: fetch it again")


def _read(body: bytes, way: Way, effort: _Allowed) -> tuple[Parsed, ...]:
    """By the way's first reader; by the others, in turn, where that finds no figures."""
    try:
        reading = _reader(way.read, effort)(body)
    except Pictures as pictures:
        return _otherwise(body, way.otherwise, effort, pictures)
    found = reports(reading, _others(body, way, effort, reading))
    if not _have_figures(found):
        wanted = not found and _is_a_reports_page(reading)
        found = _otherwise(body, way.otherwise, effort, None, wanted=wanted) or found
    if not found and reading.reader == _PAGE_READER:
        _refuse_error_page(reading)
        _refuse_without_pictures(body, reading)
    return found


def _reader(name: str, allowed: _Allowed) -> Callable[[bytes], Reading]:
    needed = effort_of(name)
    if not allowed.covers(needed):
        raise MoreEffort(needed)
    return load(name)


def _others(body: bytes, way: Way, effort: _Allowed, first: Reading) -> Others:
    """The further readings of a document, none of them made yet."""
    return Others(
        tuple(partial(_read_beside, name, effort, body, first) for name in way.also),
        partial(_read_by, way.second, effort, body) if way.second else None,
        partial(_read_beside, way.again, effort, body, first) if way.again else None,
    )


def _read_by(name: str, allowed: _Allowed, body: bytes) -> Reading:
    return _reader(name, allowed)(body)


def _read_beside(name: str, allowed: _Allowed, body: bytes, first: Reading) -> Reading:
    _reader(name, allowed)
    return load_beside(name)(body, first)


def _otherwise(
    body: bytes, ways: Iterable[Way], effort: _Allowed, refused: Unreadable | None, *, wanted: bool = False
) -> tuple[Parsed, ...]:
    """What another reader finds. Raises the last refusal only where the first reader refused as well.

    Or where a report is `wanted`: it stands in pictures then, and those that cannot be read are no "no report".
    """
    last = refused
    for way in ways:
        try:
            if way.where and not load_look(way.where)(body):
                continue
            reading = _reader(way.read, effort)(body)
            found = reports(reading, _others(body, way, effort, reading))
        except Unreadable as refusal:
            last = refusal
            continue
        if _have_figures(found):
            return found
    if last is not None and (refused is not None or (wanted and last.kind != "not_a_report")):
        raise last
    return ()


def _have_figures(found: tuple[Parsed, ...]) -> bool:
    return any(parsed.figures for parsed in found)


def _is_a_reports_page(reading: Reading) -> bool:
    return reading.reader == _PAGE_READER and report_title(reading.text, reading.title) is not None


def _refuse_without_pictures(body: bytes, reading: Reading) -> None:
    """A report's page whose pictures were not to be had is never a page without a report."""
    if not reading.unread or not _is_a_reports_page(reading):
        return
    from parsers.readers.html_pictures import shown  # noqa: PLC0415 - as all readers, only where it is needed

    if lacking := shown(body).lacking:
        names = ", ".join(lacking[:_NAMED]) + (", …" if len(lacking) > _NAMED else "")
        raise Unreadable(
            "incomplete",
            f"the report stands in pictures, of which {len(lacking)} were not fetched ({names}): save the page with "
            "its pictures as one file (.mht), or each picture",
        )


def _refuse_error_page(reading: Reading) -> None:
    """A captcha or an error told with status 200 is no article, and must never read as "no report here"."""
    shown = normalise(f"{reading.title or ''}{reading.text}")
    if not shown:
        raise Unreadable(
            "empty", "the page shows nothing without JavaScript: its text must be fetched another way"
        )
    match = _ERROR_PAGE.search(shown)
    if match and len(shown) <= SHORT_PAGE:
        raise Unreadable(
            "error_page", f"the page is an error or a barrier, not an article: it says “{match[0]}”"
        )
