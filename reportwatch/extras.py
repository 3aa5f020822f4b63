"""What reading some kinds of documents needs beside Python packages that are always there, and how to get it."""

from __future__ import annotations

from importlib.util import find_spec

from crawler.chromium import missing_browser
from reportwatch import converting

OCR = ("numpy", "cv2", "onnxruntime", "rapidocr")
INSTALL_OFFICE = "apt-get install --no-install-recommends libreoffice-writer"
INSTALL_OCR = ".venv/bin/uv sync --frozen --extra ocr --extra js"


def missing_extras() -> list[tuple[str, str, str]]:
    """(what, what cannot be read without it, the command that installs it) for each that is not there."""
    found = []
    if converting.available() is None:
        found.append(
            ("LibreOffice", "old Word, WPS, RTF and OpenDocument texts are unreadable", INSTALL_OFFICE)
        )
    if absent := [name for name in OCR if find_spec(name) is None]:
        found.append(("OCR", f"scans and pictures are unreadable (no {', '.join(absent)})", INSTALL_OCR))
    if lacks := missing_browser():
        found.append(("Browser", "lists that only a script fills (render = true) are not seen", lacks))
    return found
