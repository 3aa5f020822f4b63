"""Office packages: ZIP files of XML parts, opened within limits that no honest document comes near.

What a hostile package can do is checked before anything is unpacked: members without number or measure, names that
point elsewhere, two members of one name, encryption. No part with a document type is parsed: no entity can exist.
"""

from __future__ import annotations

import base64
import io
import posixpath
import re
import zipfile
import zlib
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from lxml import etree

from parsers.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from lxml.etree import _Element

MAX_MEMBERS = 2_000
MAX_TOTAL = 200_000_000  # bytes, unpacked
MAX_XML = 40_000_000
MAX_RATIO = 200
# XML packs well: the ratio of a part that stays below this harms nobody.
SMALL = 2_000_000
_ENCRYPTED = 0x1
_DOCTYPE = b"<!DOCTYPE"
_FLAT = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_PACKAGES = "http://schemas.openxmlformats.org/package/2006/relationships"


def open_zip(body: bytes) -> zipfile.ZipFile:
    """The ZIP container, after its directory was checked. Raises Unreadable: truncated, broken, encrypted, too_large."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError, OSError, UnicodeError, NotImplementedError) as error:
        kind = "truncated" if b"PK\x05\x06" not in body[-66_000:] else "broken"
        message = (
            "the file is cut off: fetch it again"
            if kind == "truncated"
            else f"the ZIP container is damaged: {error}"
        )
        raise Unreadable(kind, message) from error
    _check(archive.infolist())
    return archive


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Unreadable(
            "too_large", f"the container has {len(members)} members; at most {MAX_MEMBERS} are read"
        )
    if sum(member.file_size for member in members) > MAX_TOTAL:
        raise Unreadable("too_large", f"the container unpacks to more than {MAX_TOTAL} bytes")
    names = set()
    for member in members:
        name = member.filename
        if member.flag_bits & _ENCRYPTED:
            raise Unreadable("encrypted", "the file asks for a password: ask for a copy without one")
        if name in names or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
            raise Unreadable("broken", f"the container has a member that no honest program writes: {name!r}")
        if member.file_size > max(SMALL, MAX_RATIO * member.compress_size):
            raise Unreadable("too_large", f"a member of the container unpacks more than {MAX_RATIO} times")
        names.add(name)


def member_bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    """One member, unpacked; never more than its directory says. Raises Unreadable ("broken")."""
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable("broken", f"a part of the file is damaged ({name}): fetch it again") from error
    except RuntimeError as error:  # zipfile's word for "needs a password"
        raise Unreadable("encrypted", "the file asks for a password: ask for a copy without one") from error


def parse_xml(written: bytes, name: str) -> _Element:
    """The tree of an XML part. Raises Unreadable: too_large, broken. Nothing outside the bytes is ever asked for."""
    if len(written) > MAX_XML:
        raise Unreadable("too_large", f"the part {name} has {len(written)} bytes; at most {MAX_XML} are read")
    if _DOCTYPE in written:
        raise Unreadable("broken", f"the part {name} declares a document type, which no honest program does")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(written, parser)
    except etree.XMLSyntaxError as error:
        kind = "too_large" if "depth" in str(error.msg).lower() else "broken"
        raise Unreadable(kind, f"the part {name} is no XML that can be read: {error.msg}") from error
    if root.getroottree().docinfo.doctype:  # in another encoding than the search above can see
        raise Unreadable("broken", f"the part {name} declares a document type, which no honest program does")
    return root


def unwrapped(element: _Element, wanted: str, wrappers: Collection[str]) -> Iterator[_Element]:
    """The children of that tag in their order, also those inside elements that only wrap them."""
    for child in element:
        if child.tag == wanted:
            yield child
        elif child.tag in wrappers:
            yield from unwrapped(child, wanted, wrappers)


class Package:
    """The parts of an Office document, and what each refers to."""

    def __init__(self, body: bytes) -> None:
        self.archive = open_zip(body)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self.archive.namelist())

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises Unreadable ("broken") where it is damaged or not there."""
        if name not in self.names:
            raise Unreadable("broken", f"the document has no part {name}: it is damaged")
        return member_bytes(self.archive, name)

    def main(self, usual: str) -> str:
        """The name of the main part: what the package itself names, else the usual one."""
        named = (target for kind, target in self.targets("").values() if kind == "officeDocument")
        return next((target for target in named if target in self.names), usual)

    def targets(self, part: str) -> Mapping[str, tuple[str, str]]:
        """What a part ("" = the package) refers to inside the package: id -> (last word of its type, part name)."""
        folder, _, last = part.rpartition("/")
        name = posixpath.join(folder, "_rels", f"{last}.rels")
        if name not in self.names:
            return {}
        found = {}
        for link in parse_xml(self.read(name), name).iter(f"{{{_PACKAGES}}}Relationship"):
            if link.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, unquote(link.get("Target", ""))))
                found[link.get("Id", "")] = (link.get("Type", "").rpartition("/")[2], target.lstrip("/"))
        return found

    def linked(self, part: str, kind: str) -> str | None:
        """The first part of a kind ("styles", "footnotes") that a part refers to and that is there."""
        targets = self.targets(part).values()
        return next((target for found, target in targets if found == kind and target in self.names), None)


class FlatPackage(Package):
    """A package written out in one XML file: each part inside an element that bears its name."""

    def __init__(self, body: bytes) -> None:
        self.parts: dict[str, _Element] = {}
        for part in parse_xml(body.lstrip(b"\xef\xbb\xbf \t\r\n"), "the document").iter(f"{_FLAT}part"):
            self.parts.setdefault(part.get(f"{_FLAT}name", "").lstrip("/"), part)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        return frozenset(self.parts)

    def read(self, name: str) -> bytes:
        """The bytes of a part. Raises Unreadable ("broken") where it is not there."""
        part = self.parts.get(name)
        if part is None:
            raise Unreadable("broken", f"the document has no part {name}: it is damaged")
        content = next(part.iterchildren(f"{_FLAT}xmlData", f"{_FLAT}binaryData"), None)
        if content is not None and len(content):
            return etree.tostring(content[0], encoding="utf-8")
        try:
            return base64.b64decode((content.text or "") if content is not None else "")
        except ValueError as error:
            raise Unreadable("broken", f"a part of the document is damaged ({name})") from error
