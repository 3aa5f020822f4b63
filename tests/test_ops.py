"""What people install on their machines: the units, the crontab, the container files."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml  # type: ignore[import-untyped]  # comes with Datasette; its stubs would be a dependency for one test

from monitor.channels import load_channels
from reportwatch import exits
from reportwatch.cli import main
from reportwatch.portal.form import MadeReport
from tests.reportwatch.world import made_world

ROOT = Path(__file__).resolve().parent.parent
OPS = ROOT / "ops"
JOBS = ("run", "notify", "backup", "drill", "prune", "doctor")
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
    if "@" in name:
        assert (program, command) == ("/srv/reportwatch/app/ops/job", "%i")
    else:
        assert program.endswith("/.venv/bin/reportwatch")
        assert command in main.commands


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    for name in UNITS:
        text = (OPS / name).read_text(encoding="utf-8").replace("/srv/reportwatch/app", str(ROOT))
        (tmp_path / name).write_text(text.replace("User=reportwatch", "User=root"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    about_ours = [line for line in done.stderr.splitlines() if "reportwatch" in line]
    assert done.returncode == 0, done.stderr
    assert not about_ours


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".timer")])
def test_a_timer_starts_a_job_that_exists_in_shanghai_time_and_makes_up_for_a_machine_that_was_off(
    name: str,
) -> None:
    timer = unit(name)["Timer"]
    assert timer["Persistent"] == "true"
    assert timer["OnCalendar"].endswith("Asia/Shanghai")
    job = name.removeprefix("reportwatch").removeprefix("-").removesuffix(".timer")
    assert timer.get("Unit", "reportwatch.service") == (
        f"reportwatch@{job}.service" if job else "reportwatch.service"
    )
    assert not job or job in JOBS


def test_the_service_takes_blind_sources_and_a_busy_lock_for_no_failure() -> None:
    codes = unit("reportwatch.service")["Service"]["SuccessExitStatus"].split()
    assert codes == [str(exits.BLIND), str(exits.BUSY)]


def crontab() -> dict[str, str]:
    """The jobs of the crontab: name → what /bin/sh is given."""
    lines = [
        line
        for line in (OPS / "crontab").read_text(encoding="utf-8").splitlines()
        if "ops/job" in line and line[0] != "#"
    ]
    assert not [line for line in lines if "%" in line]  # cron makes a line break of it
    return {line.split()[-1]: line.split(maxsplit=5)[5] for line in lines}


def test_the_crontab_and_the_timers_do_the_same_jobs() -> None:
    timers = {
        name.removesuffix(".timer").removeprefix("reportwatch-") for name in UNITS if name.endswith(".timer")
    }
    assert set(crontab()) == set(JOBS) == timers - {"reportwatch"} | {"run"}


@pytest.mark.parametrize(
    ("code", "mailed"), [(0, ""), (10, ""), (75, ""), (1, "code 1"), (65, "code 65"), (78, "code 78")]
)
@pytest.mark.parametrize("job", JOBS)
def test_cron_mails_only_what_somebody_must_look_at(code: int, mailed: str, job: str, tmp_path: Path) -> None:
    program = tmp_path / ".venv" / "bin" / "reportwatch"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\necho "$SECRET: code {code}"\nexit {code}\n', encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "ops").mkdir()
    shutil.copy(OPS / "job", tmp_path / "ops" / "job")
    (tmp_path / "secrets.env").write_text("SECRET=known\n", encoding="utf-8")
    known = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C",
        "APP": str(tmp_path),
        "ENVFILE": str(tmp_path / "secrets.env"),
    }
    command = ["/bin/sh", "-c", crontab()[job]]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=known)
    assert done.returncode == code
    assert done.stderr == ""
    assert (f"known: {mailed}" in done.stdout) if mailed else done.stdout == ""
    journal = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**known, "INVOCATION_ID": "1"}
    )
    assert f"known: code {code}" in journal.stdout


def test_every_job_does_its_work_in_the_empty_environment_of_cron(tmp_path: Path) -> None:
    """No HOME, no terminal, an old locale: a real portal is visited, backed up, proved, pruned and examined."""
    with made_world(tmp_path) as world:
        column = world.watch("准时局")
        world.site.publish(column, MadeReport("准时局", 2023), "2024-01-15", since="0000")
        world.write()
        (tmp_path / "channels.toml").write_text("", encoding="utf-8")
        settings = {
            "REPORTWATCH_STATE": tmp_path / "state", "REPORTWATCH_WATCHLIST": tmp_path / "watchlist",
            "REPORTWATCH_CHANNELS": tmp_path / "channels.toml", "REPORTWATCH_ALLOW": world.portal.addresses,
        }  # fmt: skip
        (tmp_path / "env").write_text(
            "".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8"
        )
        known = {
            "PATH": "/usr/bin:/bin",
            "LANG": "C",
            "APP": str(ROOT),
            "ENVFILE": str(tmp_path / "env"),
            "BACKUPS": str(tmp_path / "backups"),
        }
        for job in ("run", "notify", "backup", "drill", "prune", "doctor"):
            done = subprocess.run(
                ["/bin/sh", "-c", crontab()[job]], env=known, capture_output=True, text=True, check=False,
                stdin=subprocess.DEVNULL, start_new_session=True, cwd="/",
            )  # fmt: skip
            assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), f"{job}: {done.stdout}"
        assert world.rows("SELECT outcome, blind_kind FROM crawls")[0]["outcome"] == "good"
        assert [row["kind"] for row in world.rows("SELECT kind FROM backups ORDER BY id")] == [
            "backup",
            "drill",
        ]
        assert list((tmp_path / "backups").glob("manifest-*.json"))


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
    text = text.replace("/etc/apprise.yml", str(tmp_path / "apprise.yml"))
    (tmp_path / "channels.toml").write_text(
        re.sub(r"^#(?=\[|\w)", "", text, flags=re.MULTILINE) if more else text, encoding="utf-8"
    )
    kept = tmp_path / "apprise.yml"
    kept.write_text(
        "urls:\n  - jsons://hooks.example.org/reportwatch:\n      tag: operator\n", encoding="utf-8"
    )
    kept.chmod(0o600)
    env = {"NEWSDESK_MAIL": "mailtos://user:password@smtp.example.org", "HENAN_WECOM": "wecombot://robotkey"}
    channels = load_channels(tmp_path / "channels.toml", env)
    assert [channel.id for channel in channels] == ["newsdesk", "henan-wecom", "operator"][: 3 if more else 1]


def test_secrets_that_cron_may_not_read_are_told_and_nothing_is_done() -> None:
    """Without its settings a run would be another one, in another state folder."""
    with TemporaryDirectory() as made:
        app = Path(made)
        (app / "ops").mkdir()
        shutil.copy(OPS / "job", app / "ops" / "job")
        secrets = app / "secrets.env"
        secrets.write_text("REPORTWATCH_STATE='/srv/elsewhere'\n", encoding="utf-8")
        app.chmod(0o755)
        secrets.chmod(0o000)
        done = subprocess.run(
            [app / "ops" / "job", "run"], capture_output=True, text=True, check=False, env={"ENVFILE": str(secrets)},
            user=65534 if os.geteuid() == 0 else None,
        )  # fmt: skip
    assert (done.returncode, "cannot be read" in done.stdout) == (78, True), done
