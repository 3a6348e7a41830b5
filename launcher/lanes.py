"""Run lists of tasks side by side, each list in order, with lines that say whose."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from . import process


def run(lanes: Sequence[Sequence[Callable[[], object]]]) -> list[object]:
    """Run each lane's tasks in order, the lanes at once; return all results.

    One lane runs right here. When we are interrupted, the lanes' child processes are
    stopped, tasks that have not begun are left out, and the interruption goes on.

    >>> run([[lambda: 1, lambda: 2], [lambda: 3]])
    [1, 2, 3]
    """
    if len(lanes) == 1:
        return [task() for task in lanes[0]]
    stopped: list[bool] = []
    with ThreadPoolExecutor(len(lanes)) as pool:
        futures = [pool.submit(_run_one, lane, stopped) for lane in lanes]
        try:
            return [result for future in futures for result in future.result()]
        except BaseException:
            stopped.append(True)
            process.stop_children()
            raise


def _run_one(lane: Sequence[Callable[[], object]], stopped: list[bool]) -> list[object]:
    results = []
    for task in lane:
        if not stopped:
            results.append(task())
    return results
