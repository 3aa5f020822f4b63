"""LibreOffice, one run for many files: Word files to PDF, DOC, RTF and ODT, spreadsheets to XLS and ODS."""

from __future__ import annotations

import subprocess
import tempfile
from typing import TYPE_CHECKING

from bench.made.tools import need

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PATIENCE = 60.0, 15.0  # seconds to start, and for each file
FILTERS = {
    "pdf": "pdf",
    "tagged pdf": 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}',
    "doc": "doc:MS Word 97",
    "rtf": "rtf",
    "odt": "odt",
    "xls": "xls:MS Excel 97",
    "ods": "ods",
}


def convert(files: Sequence[Path], kind: str, folder: Path) -> None:
    """Write each file, turned into `kind`, to `folder` under its own stem. Raises RuntimeError where one is missing."""
    if not files:
        return
    with tempfile.TemporaryDirectory(prefix="made-office-", ignore_cleanup_errors=True) as profile:
        command = (
            need("soffice", "libreoffice"), "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
            "--convert-to", FILTERS[kind], "--outdir", str(folder), *map(str, files),
        )  # fmt: skip
        limit = PATIENCE[0] + PATIENCE[1] * len(files)
        subprocess.run(command, check=True, capture_output=True, timeout=limit)
    ending = FILTERS[kind].partition(":")[0]
    for file in files:
        if not (folder / f"{file.stem}.{ending}").is_file():
            raise RuntimeError(f"LibreOffice made no {ending} of {file.name}")
