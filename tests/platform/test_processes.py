"""The processes of a running server, and the supervisor's view of them."""

import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from supervisor.options import ServerOptions

from geo_ioc.processes import Process, processes, supervisor_config


def read_by_supervisor(text: str, folder: Path) -> ServerOptions:
    file = folder / "supervisord.conf"
    file.write_text(text, encoding="utf-8")
    options = ServerOptions()
    options.realize(args=["-c", str(file), "-n"])
    return options


def test_web_server_listens_only_where_it_is_told() -> None:
    web = next(process for process in processes(host="127.0.0.1") if process.name == "web")

    assert web.command[web.command.index("--host") + 1] == "127.0.0.1"
    assert web.environment["GEO_IOC_STATEMENT_TIMEOUT_MS"] == "15000"


def test_supervisor_reads_every_process_as_it_was_meant(tmp_path: Path) -> None:
    logs = tmp_path / "a folder" / "log"
    logs.mkdir(parents=True)
    (logs.parent / "run").mkdir()
    command = (sys.executable, "-c", "print('two words')")
    wanted = [Process(name="odd", command=command, environment={"FOLDER": str(logs)})]

    options = read_by_supervisor(supervisor_config(wanted, logs, as_root=False), tmp_path)

    (program,) = options.process_group_configs[0].process_configs
    assert tuple(shlex.split(program.command)) == command
    assert program.environment == {"FOLDER": str(logs)}
    assert program.stdout_logfile == str(logs / "odd.log")
    assert program.autorestart


def test_processes_can_be_left_out(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GEO_IOC_VAR = tmp_path
    started: list[str] = []
    monkeypatch.setattr("os.execv", lambda program, command: started.append(command[-1]))

    call_command("supervise", without=["web", "jobs"])

    (config,) = started
    text = Path(config).read_text()
    assert "[program:web]" not in text
    assert "[program:jobs]" not in text
    assert all(f"[program:{one.name}]" in text for one in processes() if one.name not in {"web", "jobs"})


def test_unknown_process_is_refused_with_the_known_names() -> None:
    with pytest.raises(CommandError, match=r"no process 'wbe'. Processes: web, jobs"):
        call_command("supervise", "wbe")
