"""`add` on a disk that is full ends with the code that says so, and writes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reportwatch import exits
from tests.reportwatch.adding_world import adding, plain_list

ROOT = Path(__file__).resolve().parents[2]
LIMITED = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0})); sys.argv[0] = 'reportwatch'; runpy.run_module('reportwatch', run_name='__main__')"


@pytest.mark.parametrize("room", [0, 2_000, 200_000])
def test_a_full_disk_has_its_own_exit_code(tmp_path: Path, room: int) -> None:
    with adding(tmp_path) as world:
        url = plain_list(world).url("/nb/")
        places = ["--state", str(tmp_path / "state"), "--watchlist", str(world.watchlist), "--region", "demo"]
        done = subprocess.run(
            [sys.executable, "-c", LIMITED.format(room), "add", *places, url], cwd=ROOT, capture_output=True, check=False,
            env={**os.environ, "REPORTWATCH_ALLOW": world.sites[0].address},
        )  # fmt: skip
        assert done.returncode == exits.CANNOT_WRITE, done.stderr.decode()
        assert world.blocks() == []
