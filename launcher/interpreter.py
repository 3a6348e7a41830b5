"""Choose a Python that Odoo 19 supports. Keep this file valid on Python 3.6."""

import os
import shutil
import subprocess
import sys

SUPPORTED = ((3, 10), (3, 11), (3, 12), (3, 13))
EXIT_WRONG_GROUND = 2


def is_supported(version):
    """Tell whether a `(major, minor, ...)` version can run Odoo 19.

    >>> is_supported((3, 11, 2)), is_supported((3, 9, 18)), is_supported((3, 14, 0))
    (True, False, False)
    """
    return tuple(version[:2]) in SUPPORTED


def find_supported():
    """Return the path of the newest supported interpreter on PATH, or None.

    A name on PATH proves nothing (version managers put shims there that only print
    an error), so each candidate is asked for its version.
    """
    for major, minor in reversed(SUPPORTED):
        path = shutil.which(f"python{major}.{minor}")
        if path and _version_of(path) == (major, minor):
            return path
    return None


def _version_of(path):
    code = "import sys; print(sys.version_info[0], sys.version_info[1])"
    try:
        answer = subprocess.check_output(
            [path, "-c", code], stderr=subprocess.DEVNULL, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    words = answer.split()
    return tuple(int(word) for word in words) if len(words) == 2 else None


def require_supported(argv):
    """Return when this Python will do; otherwise restart `argv` under one that does.

    Exits with code 2 and one line when the machine has none.
    """
    if is_supported(sys.version_info):
        return
    other = find_supported()
    if other:
        sys.stdout.flush()
        os.execv(other, [other] + argv)
    mine = ".".join(str(part) for part in sys.version_info[:2])
    sys.stderr.write(
        f"support: Odoo 19 needs Python 3.10 to 3.13; this is Python {mine} and no "
        "python3.10 ... python3.13 was found on PATH.\n"
    )
    sys.exit(EXIT_WRONG_GROUND)
