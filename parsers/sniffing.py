"""What bytes are, by what they begin with: names and Content-Type headers of government sites are often wrong."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from parsers.ole import OLE_MAGIC, stream_names

PDF, HTML, TEXT, ZIP = "application/pdf", "text/html", "text/plain", "application/zip"
MHTML, BYTES = "multipart/related", "application/octet-stream"
PNG, JPEG, GIF, BMP = "image/png", "image/jpeg", "image/gif", "image/bmp"
TIFF, WEBP, JP2 = "image/tiff", "image/webp", "image/jp2"
PICTURES = frozenset({PNG, JPEG, GIF, BMP, TIFF, WEBP, JP2})
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
PPTX = f"{_OFFICE}.presentationml.presentation"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
OFD = "application/ofd"
# Kingsoft's .wps and .et are the same containers with the same streams as .doc and .xls.
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
OLE, ENCRYPTED = "application/x-ole-storage", "application/encrypted"
RTF, RAR, SEVEN_ZIP = "application/rtf", "application/vnd.rar", "application/x-7z-compressed"
# XML in one file: Word 2003, Excel 2003, and a whole Office package written out flat.
WORD_XML, EXCEL_XML, FLAT_OPC = "application/vnd.ms-word2003+xml", "application/vnd.ms-excel2003+xml", "application/vnd.ms-opc+xml"  # fmt: skip
HEAD = 4096
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JP2),
    (b"\xff\x4f\xff\x51", JP2),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"{\\rtf", RTF),
)
_MARKUP = re.compile(
    rb"(?:<|\\u003c|\\x3c)(?:!doctype|html|head|body|table|div|p|meta|title|h\d|script|style|span|center|font|pre|section|article|ul|iframe|link|base|\?xml)\b",
    re.IGNORECASE,
)
# No text fits it in two ways: a name has no colon, and the dot takes the \r. Otherwise a log of 1 KB would take years.
_MHTML = re.compile(rb"^(?:[!-9;-~]+:.*\n(?:[ \t].*\n)*)*content-type:\s*multipart/related", re.IGNORECASE)
_XML_KINDS = (
    (re.compile(rb"<w:wordDocument\b"), WORD_XML),
    (re.compile(rb"<(?:ss:)?Workbook\b[^<>]*urn:schemas-microsoft-com:office:spreadsheet"), EXCEL_XML),
    (re.compile(rb"<pkg:package\b"), FLAT_OPC),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_NAME = 100  # of a media type
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError, NotImplementedError)
# The streams that tell what an OLE container holds; the first that is there decides.
_STREAMS = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)
# The members that tell what an Office package is; a package of any other members is a ZIP archive.
_MEMBERS = (
    ("word/", DOCX),
    ("xl/workbook.bin", XLSB),
    ("xl/", XLSX),
    ("ppt/", PPTX),
    ("OFD.xml", OFD),
)


def sniff(body: bytes) -> str:
    """The media type of a document by its bytes; application/octet-stream where they say nothing.

    A ZIP container that cannot be opened (cut off, damaged) is application/zip, whatever it was.
    """
    for magic, media_type in _MAGIC:
        if body.startswith(magic):
            return media_type
    if body.startswith(OLE_MAGIC):
        return _ole_kind(body)
    if b"%PDF-" in body[:1024] and not _MHTML.search(_head(body)):  # a saved page may speak of a PDF
        return PDF
    if body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(body)
    if _is_bitmap(body) or (body.startswith(b"RIFF") and body[8:12] == b"WEBP"):
        return BMP if body.startswith(b"BM") else WEBP
    return _text_kind(body)


def _head(body: bytes) -> bytes:
    return body[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n\x00")


def _text_kind(body: bytes) -> str:
    """What kind of text: markup of one kind or another, mail, or just text."""
    head = _head(body)
    if _MHTML.search(head):
        return MHTML
    seen = head.replace(b"\x00", b"") if body.startswith(_UTF16) else head
    for pattern, media_type in _XML_KINDS:
        if seen.startswith(b"<") and pattern.search(seen):
            return media_type
    if _MARKUP.search(seen):
        return HTML
    return TEXT if _is_text(body[:HEAD]) else BYTES


def _is_bitmap(body: bytes) -> bool:
    """ "BM" begins a text as well: a bitmap says how long it is and how long its heading."""
    return body.startswith(b"BM") and len(body) > 26 and body[6:10] == bytes(4) and body[15:18] == bytes(3)  # noqa: PLR2004 - the header's size


def _ole_kind(body: bytes) -> str:
    names = stream_names(body)
    return next((kind for name, kind in _STREAMS if name in names), OLE)


def _zip_kind(body: bytes) -> str:
    """An Office package by the names in its directory, which no member's own bytes can imitate."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            names = package.namelist()
            if "mimetype" in names and "content.xml" in names:
                with package.open("mimetype") as said:
                    written = said.read(_LONGEST_NAME).decode("ascii", "replace").strip()
                return written if written in {ODT, ODS} else ZIP
    except _DAMAGED:
        return ZIP
    if "[Content_Types].xml" not in names and "OFD.xml" not in names:
        return ZIP
    return next((kind for start, kind in _MEMBERS if any(n.startswith(start) for n in names)), ZIP)


def _is_text(head: bytes) -> bool:
    """Text in UTF-8, UTF-16 or GB 18030; a character may be cut at the end of the head."""
    if not head or head.startswith(_UTF16):
        return bool(head)
    if b"\x00" in head:
        return False
    for charset in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                head[: len(head) - cut].decode(charset)
            except UnicodeDecodeError:
                continue
            return not re.search(rb"[\x01-\x08\x0e-\x1a]", head)
    return False
