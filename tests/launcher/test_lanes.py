"""Parts side by side: all run, lines say whose they are, an interruption stops all."""

import os
import signal
import sys
import threading

import pytest

from launcher import lanes, process, progress


def test_lanes_run_at_once():
    """Each waits for the other: one after the other they would never end."""
    meeting = threading.Barrier(2, timeout=30)
    results = lanes.run([[meeting.wait], [meeting.wait]])
    assert sorted(results) == [0, 1]


def test_lines_of_a_lane_are_labelled(capsys):
    def talk(label):
        with progress.labelled(label):
            progress.say("one\ntwo")
            with progress.step("work"):
                pass

    lanes.run([[lambda: talk("unit")], [lambda: talk("packs")]])
    progress.say("end")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "end"
    unit = [line for line in lines if line.startswith("unit     |")]
    assert [line[10:] for line in unit][:3] == ["one", "two", "  work ..."]
    assert len(lines) == 9


def test_a_failing_lane_is_told():
    with pytest.raises(ZeroDivisionError):
        lanes.run([[lambda: 1 // 0], [lambda: 1]])


def test_an_interruption_stops_the_children_of_every_lane(tmp_path):
    """Both children wait for ever, and the later tasks must not begin."""
    begun, late = threading.Barrier(3, timeout=30), []

    def endless(name):
        def task():
            told = []

            def on_line(line):
                told.append(line)
                begun.wait()

            code = "print('on', flush=True)"
            code += "; import signal; signal.pause()"
            return process.run([sys.executable, "-c", code], tmp_path / name, on_line)

        return task

    def interrupt():
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    later = [lambda: late.append(1)]
    with pytest.raises(KeyboardInterrupt):
        lanes.run([[endless("a"), *later], [endless("b"), *later]])
    assert late == []
    assert not process._LIVE
