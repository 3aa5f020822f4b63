"""Documents inside others, and under other names: archives, saved pages, pages that call themselves Office files."""

from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE = (2024, 1, 1, 0, 0, 0)


def archive(body: bytes, ending: str) -> bytes:
    """A ZIP with the document and a note that is no report."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        for name, content in (
            (f"政府信息公开工作年度报告.{ending}", body),
            ("说明.txt", "附件见内。".encode()),
        ):
            made.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def saved_page(body: bytes) -> bytes:
    """A page as browsers save it whole (MHTML)."""
    message = EmailMessage(SMTP)
    message["From"] = "<Saved by a browser>"
    message["Subject"] = "Report"
    message.set_content(body, "text", "html", cte="quoted-printable", params={"charset": "utf-8"})
    message.add_related(b"GIF89a", "image", "gif", cid="<dot>")
    return message.as_bytes()


def picture_page(picture: bytes) -> bytes:
    """A page whose only content is a picture of the report, carried in the page itself."""
    source = base64.b64encode(picture).decode()
    page = (
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>政府信息公开工作年度报告</title></head>"
        f'<body><h1>政府信息公开工作年度报告</h1><p><img src="data:image/png;base64,{source}"></p></body></html>'
    )
    return page.encode()


# How a web page is named and packed; the names are styles.
PAGES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "html-as-doc": ("doc", bytes),
    "html-as-xls": ("xls", bytes),
    "mhtml": ("mht", saved_page),
}
