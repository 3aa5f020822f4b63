"""ZIP archives, saved pages, and Office files that are really something else."""

from __future__ import annotations

import base64
import io
import quopri
import zipfile

import pytest

from parsers import parse, sniff
from parsers.model import Unreadable
from tests.parsers.office_making import KEY, SAMPLES, packed

DOCX = (SAMPLES / "made-docx-l00-zhoukou2022" / "body.docx").read_bytes()
XLSX = (SAMPLES / "made-xlsx" / "body.xlsx").read_bytes()
WPS = (SAMPLES / "made-wps" / "body.wps").read_bytes()
PAGE = (SAMPLES / "made-h01-plain" / "body.html").read_bytes()


def test_each_document_of_an_archive_gives_its_reports_in_the_order_of_names() -> None:
    found = parse(packed({"b.xlsx": XLSX, "a/报告.docx": DOCX, "__MACOSX/a": b"x", "Thumbs.db": WPS}), "")
    assert [parsed.reader for parsed in found] == ["docx", "sheet"]
    assert [len(parsed.figures) for parsed in found] == [200, 200]
    assert all(finding.rule != "archive" for parsed in found for finding in parsed.findings)


def test_an_archive_in_an_archive_is_opened_once() -> None:
    inner = packed({"a.docx": DOCX})
    assert len(parse(packed({"i.zip": inner}), "")) == 1
    with pytest.raises(Unreadable) as caught:
        parse(packed({"o.zip": packed({"i.zip": inner})}), "")
    assert "i.zip" in caught.value.message


def test_a_document_that_cannot_be_read_is_told_beside_one_that_can() -> None:
    (parsed,) = parse(packed({"a.docx": DOCX, "b.docx": DOCX[:9000]}), "")
    (told,) = [finding for finding in parsed.findings if finding.rule == "archive"]
    assert told.kind == "unsure"
    assert "b.docx" in told.message
    assert "b.docx" in told.message_zh


def test_an_archive_of_which_nothing_can_be_read_says_the_most_telling_reason() -> None:
    with pytest.raises(Unreadable) as caught:
        parse(packed({"a.docx": DOCX[:9000], "b.rar": b"Rar!\x1a\x07\x00" * 9}), "")
    assert caught.value.kind == "truncated"
    assert "a.docx" in caught.value.message
    assert "b.rar" in caught.value.message


def test_an_archive_without_documents_is_empty() -> None:
    with pytest.raises(Unreadable) as caught:
        parse(packed({"folder/": b""}), "")
    assert caught.value.kind == "empty"


def test_names_in_gbk_are_told_in_chinese() -> None:
    body = packed({"XXXX.rar": b"Rar!\x1a\x07\x00" * 9}).replace(b"XXXX.rar", "报告".encode("gbk") + b".rar")
    with pytest.raises(Unreadable) as caught:
        parse(body, "")
    assert "报告.rar" in caught.value.message


@pytest.mark.parametrize("members", [{"../a.docx": DOCX}, {f"{n}.txt": b"x" for n in range(300)}])
def test_a_hostile_archive_is_refused(members: dict[str, bytes]) -> None:
    with pytest.raises(Unreadable):
        parse(packed(members), "")


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    with pytest.raises(Unreadable) as caught:
        parse(packed({"a.txt": bytes(50_000_000)}), "")
    assert caught.value.kind == "too_large"


def _saved(page: bytes, charset: str, encoding: str) -> bytes:
    content = page.decode().encode(charset)
    written = base64.encodebytes(content) if encoding == "base64" else quopri.encodestring(content)
    return (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary="=_x"\r\n\r\n--=_x\r\n'
        + f'Content-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: {encoding}\r\n'.encode()
        + b"Content-Location: file:///C:/a.htm\r\n\r\n"
        + written
        + b"\r\n--=_x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n--=_x--\r\n"
    )


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_page_saved_as_one_file_is_read(charset: str, encoding: str) -> None:
    plain = (
        PAGE if charset != "gb2312" else PAGE.decode().encode("gb2312", "ignore").decode("gb2312").encode()
    )
    body = _saved(plain, charset, encoding)
    assert sniff(body) == "multipart/related"
    (parsed,) = parse(body, "application/msword")
    (page,) = parse(PAGE, "text/html")
    assert {f.key: f.value for f in parsed.figures} == {f.key: f.value for f in page.figures}


def test_a_word_file_that_is_a_page_is_read_as_one() -> None:
    (parsed,) = parse(PAGE, "application/msword")
    assert parsed.reader == "html"
    assert len(parsed.figures) == 200


def test_a_container_is_known_by_its_directory_and_not_by_what_is_in_it() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:  # stored: the inner directory stands in the outer file's bytes
        archive.writestr("a.docx", DOCX)
    assert sniff(out.getvalue()) == "application/zip"
    assert [f.value for parsed in parse(out.getvalue(), "") for f in parsed.figures if f.key == KEY] == [122]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"Rar!\x1a\x07\x01\x00" + bytes(90), "unsupported"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(90), "unsupported"),
        (b"{\\rtf1\\ansi " + b"x" * 90, "unsupported"),
        (packed({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}), "unsupported"),
        (packed({"OFD.xml": b"<x/>", "Doc_0/Document.xml": b"<x/>"}), "unsupported"),
        (b'<?xml version="1.0"?><w:wordDocument xmlns:w="x"/>', "unsupported"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "truncated"),
        (b"\xff\xd8\xff\xe0" + bytes(90), "truncated"),
    ],
)
def test_what_cannot_be_read_is_named(body: bytes, kind: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(body, "")
    assert caught.value.kind == kind
    assert len(caught.value.message) > 20


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (WPS, "application/msword"),
        ((SAMPLES / "made-xls" / "body.et").read_bytes(), "application/vnd.ms-excel"),
        ((SAMPLES / "made-ods" / "body.ods").read_bytes(), "application/vnd.oasis.opendocument.spreadsheet"),
        ((SAMPLES / "made-odt" / "body.odt").read_bytes(), "application/vnd.oasis.opendocument.text"),
        (b"GIF89a" + bytes(9), "image/gif"),
        (b"BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00" + bytes(40), "image/bmp"),
        (b"BM is how this text begins, and it is no bitmap at all", "text/plain"),
        (b"II*\x00" + bytes(9), "image/tiff"),
        (b"MM\x00*" + bytes(9), "image/tiff"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(9), "image/webp"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(9), "image/jp2"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "application/vnd.ms-excel2003+xml"),
        (b"<table xmlns:x='urn:schemas-microsoft-com:office:excel'><tr><td>1</td></tr></table>", "text/html"),
    ],
)  # fmt: skip
def test_bytes_say_what_they_are(body: bytes, media_type: str) -> None:
    assert sniff(body) == media_type
