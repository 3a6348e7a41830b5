"""Wrong ground is one clear line and exit code 2."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import cli, database_server, ground, interpreter, session, system
from launcher.errors import GroundError
from launcher.layout import Layout

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind((ground.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_names_the_next_free_one(taken_port):
    with pytest.raises(GroundError) as caught:
        ground.require_port(taken_port)
    line = str(caught.value)
    suggested = int(line.rsplit(" ", 1)[1])
    assert line.startswith(f"port {taken_port} on 127.0.0.1 is taken; try --port ")
    assert suggested > taken_port
    ground.require_port(suggested)


@pytest.mark.parametrize("port", [0, 80, 65536])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(GroundError, match="out of range"):
        ground.require_port(port)


def test_demo_on_a_taken_port_exits_with_2_and_one_line(taken_port, capsys):
    assert cli.main(["demo", "--port", str(taken_port)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("support: port ")
    assert error.count("\n") == 1


def test_a_full_disk_is_told(tmp_path):
    ground.require_disk(tmp_path, 0)
    with pytest.raises(GroundError, match="MB are needed"):
        ground.require_disk(tmp_path, 10**9)


def test_disk_space_is_asked_before_anything_is_fetched(layout, monkeypatch):
    monkeypatch.setenv("SUPPORT_MIN_FREE_MB", str(10**9))
    with pytest.raises(GroundError, match="1000000000 MB are needed"):
        session.prepare(layout)
    assert not layout.debs.exists()


def test_less_disk_is_needed_once_everything_is_there(monkeypatch):
    monkeypatch.delenv("SUPPORT_MIN_FREE_MB", raising=False)
    assert ground.needed_mb(is_cold=True) > ground.needed_mb(is_cold=False)


@pytest.mark.parametrize("number", [90624, 120022])
def test_an_old_postgresql_is_refused(number):
    with pytest.raises(GroundError, match=f"PostgreSQL {number // 10000} is too old"):
        database_server.require_version(number)


def test_a_named_server_that_does_not_answer_is_one_line(monkeypatch):
    monkeypatch.setenv("SUPPORT_PGHOST", "127.0.0.1")
    monkeypatch.setenv("SUPPORT_PGPORT", str(ground.free_port()))
    with pytest.raises(GroundError, match="SUPPORT_PGHOST=127.0.0.1: ") as caught:
        database_server.existing_server(Layout())
    assert "\n" not in str(caught.value)


def test_postgresql_13_will_do():
    database_server.require_version(130000)


@pytest.mark.parametrize("version", [(2, 7), (3, 9, 18), (3, 14, 0)])
def test_unsupported_pythons(version):
    assert not interpreter.is_supported(version)


def _lying_python(folder, name, answer):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return str(path)


def test_an_interpreter_on_path_is_asked_for_its_version(tmp_path, monkeypatch):
    _lying_python(tmp_path, "python3.13", "exit 127")
    good = _lying_python(tmp_path, "python3.12", "echo 3 12")
    _lying_python(tmp_path, "python3.11", "echo 3 11")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert interpreter.find_supported() == good


def test_no_python_is_one_line_and_exit_code_2(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 8, 18))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as caught:
        interpreter.require_supported(["support"])
    assert caught.value.code == 2
    error = capsys.readouterr().err
    assert "needs Python 3.10 to 3.13; this is Python 3.8" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("name", ["support", "launcher/interpreter.py"])
def test_what_an_old_python_reads_is_old_syntax(name):
    """Python 3.6 must be able to parse it, to say that it is too old."""
    import ast

    ast.parse((ROOT / name).read_text(), feature_version=(3, 6))


def test_a_missing_program_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "can_install", lambda: False)
    with pytest.raises(GroundError, match="as root, apt-get install .* wkhtmltopdf"):
        system.ensure(("no-such-program",), ("wkhtmltopdf",), tmp_path / "log")


def test_a_missing_pdf_program_does_not_stop_the_demo(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(system, "can_install", lambda: False)
    monkeypatch.setenv("PATH", str(tmp_path))
    system.pdf_program(tmp_path / "log", required=False)
    assert "warning: PDF statements will not work" in capsys.readouterr().out
    with pytest.raises(GroundError):
        system.pdf_program(tmp_path / "log", required=True)


def test_help_lists_verbs_and_variables():
    answer = subprocess.run(
        [sys.executable, ROOT / "support", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    ).stdout
    for word in ("demo", "test", "lock", "SUPPORT_ODOO_SOURCE", "SUPPORT_PGHOST"):
        assert word in answer
