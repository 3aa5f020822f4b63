"""The dossier as one ZIP: its page, its files, what each is (manifest.json), and their hashes for sha256sum.

The same files and moment give the same bytes. Names are ours and of plain letters; what could run when it is opened
(a saved page, an Office file) gets an ending with which it does not.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportwatch.dossier.stamping import Stamp, StampError, verify
from reportwatch.exits import DATA, CommandError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from reportwatch.dossier.model import File

FORMAT = 1
PAGE, PDF, MANIFEST, SUMS, TOKEN = (
    "dossier.html",
    "dossier.pdf",
    "manifest.json",
    "SHA256SUMS",
    "manifest.tsr",
)
MOST = 2 << 30  # bytes that a dossier may hold when it is unpacked for checking
# Endings that a program shows and does not run; all others get one more.
PLAIN = frozenset({"pdf", "png", "jpg", "jpeg", "gif", "txt", "json"})
TEXTS = frozenset({"html", "htm", "xhtml", "xml", "mhtml", "svg", "js"})
ENDINGS = {
    "text/html": "html", "application/xhtml+xml": "xhtml", "text/plain": "txt", "application/json": "json",
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif",
    "multipart/related": "mhtml", "application/zip": "zip", "application/msword": "doc", "text/xml": "xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xls",
}  # fmt: skip
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z")


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a dossier found: how many files are as the manifest says, what is wrong, and its stamp."""

    files: int
    wrong: tuple[str, ...]
    stamp: Stamp | None
    facts: Mapping[str, Any]


def safe(text: str, longest: int = 40) -> str:
    """A part of a file's name: plain letters, digits, - and _ only."""
    return _UNSAFE.sub("_", text).strip("_-")[:longest] or "x"


def ending(media_type: str) -> str:
    """The ending for bytes of that media type, with which opening them runs nothing."""
    plain = ENDINGS.get(media_type.partition(";")[0].strip().lower(), "bin")
    if plain in PLAIN or plain == "bin":
        return plain
    return f"{plain}.txt" if plain in TEXTS else f"{plain}.bin"


def manifest(facts: Mapping[str, Any], files: Iterable[File]) -> bytes:
    """What is in the ZIP, and where and when it was had; JSON."""
    listed = [
        {
            "name": one.name, "sha256": one.sha256, "bytes": len(one.body), "what": one.what, "url": one.url,
            "captured_at": one.captured_at, "status": one.status, "headers": dict(one.headers),
        }
        for one in sorted(files, key=lambda one: one.name)
    ]  # fmt: skip
    whole = {"format": FORMAT, **facts, "files": listed}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def pack(files: Iterable[File], described: bytes, stamp: Stamp | None, now: str) -> bytes:
    """The ZIP. `now` (UTC text) is the time of all its entries."""
    entries = {one.name: one.body for one in files}
    entries[MANIFEST] = described
    entries[SUMS] = "".join(
        f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(entries.items())
    ).encode()
    if stamp is not None:
        entries[TOKEN] = stamp.answer
    match = _MOMENT.fullmatch(now)
    if match is None:
        raise ValueError(f"no UTC text: {now!r}")
    year, month, day, hour, minute, second = map(int, match.groups())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, (max(year, 1980), month, day, hour, minute, second))
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return made.getvalue()


def check(path: Path) -> Checked:
    """Compares every file of a dossier with its manifest, and the stamp with the manifest. CommandError (65): no dossier."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _checked(archive)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise CommandError(DATA, f"{path} is no whole dossier: {error}") from error


def _checked(archive: zipfile.ZipFile) -> Checked:
    names = archive.namelist()
    if sum(entry.file_size for entry in archive.infolist()) > MOST:
        raise ValueError("it unpacks to more than 2 GiB")
    described = archive.read(MANIFEST)
    facts = json.loads(described)
    if (
        not isinstance(facts, dict)
        or not isinstance(facts.get("files"), list)
        or facts.get("format") != FORMAT
    ):
        raise ValueError(f"{MANIFEST} is not one of ours, or of a newer version")
    wrong = list(_differences(archive, facts["files"]))
    wrong += [f"{name}: there twice" for name in sorted({name for name in names if names.count(name) > 1})]
    known = {str(one.get("name")) for one in facts["files"]} | {MANIFEST, SUMS, TOKEN}
    wrong += [f"{name}: not in the manifest" for name in sorted(set(names) - known)]
    stamp = None
    if TOKEN in names:
        try:
            stamp = verify(archive.read(TOKEN), described)
        except StampError as error:
            wrong.append(f"{TOKEN}: {error}")
    elif facts.get("stamp"):
        wrong.append(f"{TOKEN}: the manifest names a time stamp, and it is not there")
    return Checked(len(facts["files"]), tuple(wrong), stamp, facts)


def _differences(archive: zipfile.ZipFile, listed: list[Any]) -> Iterator[str]:
    for one in listed:
        name = str(one["name"])
        try:
            body = archive.read(name)
        except KeyError:
            yield f"{name}: not there"
            continue
        except zipfile.BadZipFile as error:
            yield f"{name}: damaged ({error})"
            continue
        if hashlib.sha256(body).hexdigest() != one["sha256"]:
            yield f"{name}: other bytes than the manifest says"
