"""What our mails have that Apprise's lack: names of our own, and the text beside the HTML as we wrote it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.attached import File

MESSAGE_ID = re.compile(r"^Message-ID:\s*<[^@>]*@([^>]*)>", re.MULTILINE)
SEALED = ("multipart/signed", "multipart/encrypted")  # nothing inside may be touched


@dataclass(frozen=True, slots=True)
class Mark:
    """What makes a mail findable: `name` is the same whenever the same message is sent, `thread` of all about one incident."""

    name: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class More:
    """What a mail has besides its body: names, the same in `plain` text beside HTML, and an attached `table`."""

    mark: Mark | None = None
    plain: str | None = None
    table: File | None = None


def ours(mail: str, more: More) -> str:
    """The mail as Apprise made it, with an id of our own and our text."""
    mail = _worded(mail, more.plain) if more.plain else mail
    return _marked(mail, more.mark) if more.mark else mail


def _worded(mail: str, plain: str) -> str:
    """With our text beside the HTML: what is made of HTML by rule has lost its lines."""
    whole = message_from_string(mail)
    if whole.get_content_type() in SEALED:
        return mail
    for part in whole.walk():
        if part.get_content_type() == "text/plain" and part.get_filename() is None:
            del part["Content-Transfer-Encoding"]
            part.set_payload(plain, "utf-8")
    return whole.as_string()


def _marked(mail: str, mark: Mark) -> str:
    """With an id of our own, so that a repetition is known as one, and as an answer to its incident's thread."""
    found = MESSAGE_ID.search(mail)
    if found is None:
        return mail
    lines = [f"Message-ID: <{mark.name}@{found[1]}>"]
    if mark.thread:
        root = f"<{mark.thread}@{found[1]}>"
        lines += [f"In-Reply-To: {root}", f"References: {root}"]
    return mail[: found.start()] + "\n".join(lines) + mail[found.end() :]
