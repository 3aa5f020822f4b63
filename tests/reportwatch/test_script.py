"""The installed command is what cron calls; its workers import the module that it names."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
SCRIPT = Path(sys.executable).with_name("reportwatch")


def test_the_command_names_a_module_that_loads_nothing_of_the_program() -> None:
    (script,) = entry_points(group="console_scripts", name="reportwatch")
    module = script.value.partition(":")[0]
    loads = f"import {module}, sys; print(*[name for name in sys.modules if name.partition('.')[0] in {{'apprise', 'numpy', 'sqlite_utils'}}], sep=',')"
    loaded = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""


def test_the_installed_command_reads_every_kind_within_its_limits() -> None:
    names = (
        "hongze-2023-pdf",
        "pingtan-2024",
        "made-l00-zhoukou2022",
        "made-c01-zhoukou2022",
        "text-zhoukou-2022",
    )
    files = [str(next((SAMPLES / name).glob("body.*"))) for name in names]
    done = subprocess.run(
        [str(SCRIPT), "read", *files, "--format", "csv"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


HEAVY = """
import apprise, pdfplumber, requests, sqlite_utils
from pathlib import Path
from reportwatch.reading import Failure, read_all

if __name__ == "__main__":
    print([outcome for _, outcome in read_all(map(Path, {files!r})) if isinstance(outcome, Failure)])
"""


def test_what_another_main_module_imports_is_not_taken_from_the_documents(tmp_path: Path) -> None:
    files = [
        str(path)
        for name in ("hongze-2023-pdf", "made-c13-figparas")
        for path in (SAMPLES / name).glob("body.*")
    ]
    script = tmp_path / "heavy.py"
    script.write_text(HEAVY.format(files=files), "utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_code_of_a_run_holds_although_nobody_reads_its_output(tmp_path: Path) -> None:
    (tmp_path / "watchlist").mkdir()  # with nothing in it: 78
    folders = ["--state", str(tmp_path / "state"), "--watchlist", str(tmp_path / "watchlist")]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([str(SCRIPT), "run", *folders], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (78, b"")
