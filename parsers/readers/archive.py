"""ZIP archives of documents: their members by name, also those of an archive inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers import sniffing
from parsers.model import Unreadable
from parsers.readers.package import member_bytes, open_zip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

MAX_DOCUMENTS = 200
_UTF8 = 0x800
_NO_DOCUMENT = re.compile(
    r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$)", re.IGNORECASE
)


def members(body: bytes, *, nested: bool = True) -> Iterator[tuple[str, bytes]]:
    """Each document in an archive, in the order of their names; of an archive inside, its documents, once.

    Raises Unreadable: truncated, broken, encrypted, too_large.
    """
    with open_zip(body) as archive:
        listed = sorted(
            (readable_name(one), one.filename)
            for one in archive.infolist()
            if not one.is_dir() and one.file_size and not _NO_DOCUMENT.search(one.filename)
        )
        if len(listed) > MAX_DOCUMENTS:
            raise Unreadable(
                "too_large", f"the archive has {len(listed)} files; at most {MAX_DOCUMENTS} are read"
            )
        for name, stored in listed:
            content = member_bytes(archive, stored)
            inside = _inside(content) if nested and sniffing.sniff(content) == sniffing.ZIP else None
            if inside is None:
                yield name, content
            for inner, document in inside or ():
                yield f"{name}/{inner}", document


def _inside(body: bytes) -> list[tuple[str, bytes]] | None:
    """The documents of an archive in an archive; None where it cannot be opened: that is told of it alone."""
    try:
        return list(members(body, nested=False))
    except Unreadable:
        return None


def readable_name(member: ZipInfo) -> str:
    """The name for a person to read: Chinese systems write it in GBK, which ZIP takes for cp437."""
    if member.flag_bits & _UTF8:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename
