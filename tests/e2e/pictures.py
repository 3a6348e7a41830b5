"""Pictures of screens for the docs.

`SUPPORT_PICTURES=docs/images ./support test e2e` writes them there; otherwise they go
to the test results, so that a run shows what it saw.
"""

import os
import re
from pathlib import Path

from launcher.layout import Layout

# A record where its name should be: ``support.pack()``.
_RAW_RECORD = re.compile(r"\b[a-z_]+(\.[a-z_]+)+\([\d, ]*\)")
# What fades in, slides or changes its colour has done so.
_STANDS_STILL = """() => !document.getAnimations().some(
    one => one instanceof CSSTransition && one.playState === "running"
)"""


def take(page, story, name):
    """Take the whole page: ``en-client-ticket-1280.png``."""
    raw = _RAW_RECORD.search(page.locator("body").inner_text())
    assert not raw, f"{name}: the page shows {raw[0]}"
    folder = Path(os.environ.get("SUPPORT_PICTURES") or Layout().results / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"]
    language = story["lang"].partition("_")[0]
    # A click leaves the pointer on a button, which would show as pressed or hovered.
    page.mouse.move(0, 0)
    page.wait_for_function(_STANDS_STILL)
    page.screenshot(path=folder / f"{language}-{name}-{width}.png", full_page=True)
