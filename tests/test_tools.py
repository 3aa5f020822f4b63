"""The script that installs what is needed beyond Python packages, or names it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "ops" / "tools.sh"
ITS_OWN = ("bash", "env", "readlink", "dirname", "grep", "timeout")


def run(path: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash") or "/bin/bash"
    return subprocess.run(
        [bash, SCRIPT], env={"PATH": path}, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs with what the script itself uses, and no other."""
    for name in ITS_OWN:
        program = shutil.which(name)
        assert program, name
        (tmp_path / name).symlink_to(program)
    return tmp_path


def test_where_it_may_not_install_it_names_each_missing_tool_and_how_to_get_it(bare: Path) -> None:
    told = run(str(bare))
    assert told.returncode == 69
    for name in ("LibreOffice Writer", "LibreOffice Calc", "Noto CJK", "AR PL UKai", "Chromium", "pdftotext"):
        assert name in told.stderr
    assert "sudo apt-get install libreoffice-writer-nogui" in told.stderr


def test_where_it_may_it_asks_apt_for_just_what_is_missing_and_looks_again(bare: Path) -> None:
    # An apt-get that installs nothing but writes down what it was asked: no test installs packages
    asked = bare / "asked"
    for name, text in (
        ("apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {asked}'),
        ("sudo", 'shift; exec "$@"'),  # for a test that root does not run
    ):
        (bare / name).write_text(f"#!{bare}/bash\n{text}\n", encoding="utf-8")
        (bare / name).chmod(0o755)
    (bare / "true").symlink_to("/bin/true")
    (bare / "chromium").symlink_to("/bin/true")
    told = run(str(bare))
    update, install = asked.read_text(encoding="utf-8").splitlines()
    assert update == "noninteractive -qq update"
    assert install.startswith(
        "noninteractive -qq install --yes --no-install-recommends libreoffice-writer-nogui"
    )
    assert "chromium" not in install
    assert told.returncode == 69, "what is still missing after installing must be named"
    assert "Chromium" not in told.stderr.splitlines()[-1]


@pytest.mark.skipif(
    not os.environ.get("CI"), reason="a machine of one's own may lack them: make tools names them"
)
def test_in_ci_every_tool_is_there() -> None:
    told = run(os.environ["PATH"])
    assert (told.returncode, told.stderr) == (0, "")
