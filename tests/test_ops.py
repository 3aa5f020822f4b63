"""What people install on their machines: the units, the crontab, the container files, the backup."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]  # comes with Datasette; its stubs would be a dependency for one test

from monitor.channels import load_channels
from reportwatch import exits
from reportwatch.cli import main

ROOT = Path(__file__).resolve().parent.parent
OPS = ROOT / "ops"
UNITS = tuple(sorted(path.name for path in OPS.glob("reportwatch*.*")))


def unit(name: str) -> RawConfigParser:
    # systemd allows a key twice; the units here do not need it, and a repeated key would be a slip
    parser = RawConfigParser(strict=True, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    parser.read_string((OPS / name).read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_starts_a_command_that_exists(name: str) -> None:
    program, command, *_ = shlex.split(unit(name)["Service"]["ExecStart"])
    assert program.endswith("/.venv/bin/reportwatch")
    assert command in main.commands


def test_the_service_takes_blind_sources_and_a_busy_lock_for_no_failure() -> None:
    codes = unit("reportwatch.service")["Service"]["SuccessExitStatus"].split()
    assert codes == [str(exits.BLIND), str(exits.BUSY)]


def test_the_timer_makes_up_for_a_machine_that_was_off_and_keeps_shanghai_time() -> None:
    timer = unit("reportwatch.timer")["Timer"]
    assert timer["Persistent"] == "true"
    assert timer["OnCalendar"].endswith("Asia/Shanghai")


def test_the_crontab_names_commands_and_scripts_that_exist() -> None:
    text = (OPS / "crontab").read_text(encoding="utf-8")
    commands = set(re.findall(r"\.venv/bin/reportwatch (\w+)", text))
    assert commands == {"run", "doctor", "backup", "prune"}
    assert commands <= set(main.commands)
    assert all((ROOT / script).exists() for script in re.findall(r"ops/\w+\.py", text))


@pytest.mark.parametrize(("code", "mailed"), [(0, ""), (10, ""), (75, ""), (1, "code 1"), (78, "code 78")])
def test_cron_mails_only_what_somebody_must_look_at(code: int, mailed: str, tmp_path: Path) -> None:
    fields = next(
        line
        for line in (OPS / "crontab").read_text(encoding="utf-8").splitlines()
        if "reportwatch run" in line
    )
    assert "%" not in fields  # cron makes a line break of it
    program = tmp_path / ".venv" / "bin" / "reportwatch"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "$SECRET: code {code}"\nexit {code}\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "secrets.env").write_text("SECRET=known\n", encoding="utf-8")
    done = subprocess.run(
        ["/bin/sh", "-c", fields.split(maxsplit=5)[5]], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "APP": str(tmp_path), "ENVFILE": str(tmp_path / "secrets.env")},
    )  # fmt: skip
    assert done.stdout.strip() == (f"known: {mailed}" if mailed else "")
    assert done.stderr == ""


def test_the_compose_file_starts_commands_that_exist_and_publishes_no_port() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    assert {name: service["command"][0] for name, service in services.items()} == {
        "run": "run",
        "serve": "serve",
    }
    assert not any("ports" in service for service in services.values())


def test_the_image_builds_from_the_lock_file_with_the_same_uv_and_runs_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (pinned,) = set(re.findall(r"uv==([\d.]+)", dockerfile + (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert re.fullmatch(r"\d+\.\d+\.\d+", pinned)
    assert "uv sync --frozen --no-dev" in dockerfile
    assert "\nUSER reportwatch\n" in dockerfile


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("test")
    assert "\nmake test\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


@pytest.mark.parametrize("more", ["", "with the blocks that are commented out"])
def test_the_example_of_channels_is_right_as_it_is_and_with_every_block(more: str, tmp_path: Path) -> None:
    text = (ROOT / "channels.example.toml").read_text(encoding="utf-8")
    (tmp_path / "channels.toml").write_text(
        re.sub(r"^#(?=\[|\w)", "", text, flags=re.MULTILINE) if more else text, encoding="utf-8"
    )
    (tmp_path / "secrets").mkdir()
    secret = tmp_path / "secrets" / "operator-url"
    secret.write_text("jsons://hooks.example.org/reportwatch\n", encoding="utf-8")
    secret.chmod(0o600)
    env = {"NEWSDESK_MAIL": "mailtos://user:password@smtp.example.org", "HENAN_WECOM": "wecombot://robotkey"}
    channels = load_channels(tmp_path / "channels.toml", env)
    assert [channel.id for channel in channels] == ["newsdesk", "henan-wecom", "operator"][: 3 if more else 1]
