"""What holds for every page that somebody reads, whatever it shows."""

# What a page is opened with on a telephone.
PHONE = {"width": 360, "height": 740, "has_touch": True, "is_mobile": True}


def assert_only_this_language(block, story):
    """Nothing on the page is said in the other language."""
    text = block.inner_text()
    assert [word for word in story["never"] if word in text] == []


def assert_fits(page):
    """Nobody has to scroll sideways."""
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0, f"the page is {wider} px wider than the screen"
