"""Processes, locks, the cluster's folders, the mailbox, progress."""

import io
import multiprocessing
import os
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import cluster as cluster_module
from launcher import environment, locks, mailbox, process
from launcher.errors import GroundError, StepFailed
from launcher.progress import Step


def test_output_goes_to_the_log_and_to_the_listener(tmp_path):
    lines = []
    code = process.run(
        [sys.executable, "-c", "print('a'); print('b'); exit(3)"],
        tmp_path / "log",
        lines.append,
    )
    assert (code, lines) == (3, ["a", "b"])
    assert (tmp_path / "log").read_text() == "a\nb\n"


def test_a_failed_command_names_its_log_and_shows_its_end(tmp_path):
    log = tmp_path / "log"
    with pytest.raises(
        StepFailed, match="(?s)it failed .exit 1.; see .*log.*last words"
    ):
        process.check("it", [sys.executable, "-c", "exit('last words')"], log)


def test_foreign_variables_do_not_reach_our_commands(monkeypatch):
    monkeypatch.setenv("PGHOST", "elsewhere.test")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    kept = process.clean_environment({"MINE": "1"})
    assert "PGHOST" not in kept
    assert "PYTHONPATH" not in kept
    assert kept["MINE"] == "1"


def _hold_shared(path, entered, leave):
    with locks.shared(path):
        entered.set()
        leave.wait(30)


def test_only_the_last_user_of_a_shared_lock_is_last(tmp_path):
    path = tmp_path / "lock"
    entered, leave = multiprocessing.Event(), multiprocessing.Event()
    other = multiprocessing.Process(target=_hold_shared, args=(path, entered, leave))
    other.start()
    assert entered.wait(30)
    with locks.shared(path) as mine:
        assert not locks.is_last(mine)
        leave.set()
        other.join(30)
        assert locks.is_last(mine)


def test_an_exclusive_lock_names_its_holder(tmp_path):
    with locks.exclusive(tmp_path / "lock", "working"):
        assert (tmp_path / "lock").read_text().strip() == str(os.getpid())


def test_the_pid_file_of_a_killed_server_is_removed(layout, monkeypatch):
    cluster = _cluster(layout, monkeypatch)
    cluster.data.mkdir(parents=True)
    pid_file = cluster.data / "postmaster.pid"
    # Our own number: alive, but no PostgreSQL of that folder.
    pid_file.write_text(f"{os.getpid()}\n{cluster.data}\n")
    cluster._forget_dead_server()
    assert not pid_file.exists()


def test_the_pid_file_of_a_living_server_is_kept(layout, monkeypatch):
    cluster = _cluster(layout, monkeypatch)
    cluster.data.mkdir(parents=True)
    code = "print(flush=True); input()"
    with subprocess.Popen(
        ["postgres", "-c", code, "-D", str(cluster.data)],
        executable=sys.executable,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        child.stdout.readline()
        (cluster.data / "postmaster.pid").write_text(f"{child.pid}\n")
        cluster._forget_dead_server()
        assert (cluster.data / "postmaster.pid").exists()
        child.kill()
    assert not cluster_module._is_postgres("not a number", cluster.data)


def _cluster(layout, monkeypatch):
    monkeypatch.setattr(cluster_module, "binaries", lambda layout: Path("/nowhere"))
    return cluster_module.Cluster(layout)


def test_a_long_path_gets_its_socket_elsewhere(tmp_path, monkeypatch):
    from launcher.layout import Layout

    deep = Layout(tmp_path / ("d" * 100))
    deep.postgres.mkdir(parents=True)
    cluster = _cluster(deep, monkeypatch)
    monkeypatch.setattr(cluster, "is_root", False)
    folder = cluster._socket_folder()
    assert len(str(folder)) <= cluster_module.SOCKET_FOLDER_LIMIT
    assert cluster._socket_folder() == folder
    folder.rmdir()
    assert cluster._socket_folder() != folder
    cluster._socket_folder().rmdir()


def test_a_cluster_of_another_postgresql_is_told(layout, monkeypatch):
    cluster = _cluster(layout, monkeypatch)
    cluster.data.mkdir(parents=True)
    (cluster.data / "PG_VERSION").write_text("17\n")
    answer = subprocess.CompletedProcess([], 0, "postgres (PostgreSQL) 18.1\n")
    monkeypatch.setattr(cluster, "_pg", lambda *words: answer)
    with pytest.raises(GroundError, match="was made by PostgreSQL 17, this is 18"):
        cluster._require_same_version()


def test_the_way_to_the_cluster_is_opened_no_further_than_needed(tmp_path):
    closed = tmp_path / "closed"
    inner = closed / "inner"
    inner.mkdir(parents=True)
    closed.chmod(0o700)
    assert closed in cluster_module.open_way(inner)
    assert closed.stat().st_mode & 0o007 == 0o001
    assert closed not in cluster_module.open_way(inner)


def test_an_environment_in_which_pip_was_interrupted_is_not_used(layout):
    layout.venv.mkdir()
    assert not environment._is_usable(layout)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("WARNING: Retrying ... NewConnectionError('...')", GroundError),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", StepFailed),
    ],
)
def test_pips_failures_are_told_apart(tmp_path, text, error):
    (tmp_path / "log").write_text(text)
    with pytest.raises(error):
        environment._explain(tmp_path / "log")


def test_mail_is_kept_and_not_sent(tmp_path):
    with mailbox.open_mailbox(tmp_path / "mail") as box:
        with smtplib.SMTP("127.0.0.1", box.port, timeout=30) as client:
            text = "Subject: hello\r\n\r\n.dotted line\r\nend\r\n"
            client.sendmail("a@test", ["b@test", "c@test"], text)
            client.sendmail("a@test", ["b@test"], "Subject: two\r\n\r\n")
    first, second = sorted((tmp_path / "mail").glob("*.eml"))
    assert first.read_bytes() == text.encode()
    assert b"Subject: two" in second.read_bytes()


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_progress_in_a_log_is_lines_and_not_too_many():
    stream, clock = io.StringIO(), Clock()
    step = Step("download", stream, clock)
    for second in range(11):
        clock.now = float(second)
        step.update(second, 10, "MB")
    step.finish()
    assert stream.getvalue().splitlines() == [
        "  download: 5/10 MB (50%) [5 s]",
        "  download: 10/10 MB (100%) [10 s]",
        "  download: done in 10.0 s",
    ]
