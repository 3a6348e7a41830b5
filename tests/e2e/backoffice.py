"""What a person does in Odoo's back office, one gesture a function."""

PROPOSAL = ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"


def open_action(page, xmlid, record=""):
    """Open a window action by its address, as a bookmark does.

    :param record: id of a record, or ``new``
    """
    page.goto(f"/odoo/action-{xmlid}" + (f"/{record}" if record else ""))
    page.wait_for_selector(".o_form_view, .o_list_view, .o_kanban_view")


def choose(page, field, text, scope=".o_form_view"):
    """Type into a many2one and choose the proposal with that text."""
    page.locator(f"{scope} [name={field}] input").first.fill(text)
    page.locator(PROPOSAL).filter(has_text=text).first.click()


def choose_row(page, text):
    """Open the first row of a list that shows a text."""
    page.locator(".o_data_row").filter(has_text=text).first.click()
    page.wait_for_selector(".o_form_view")


def write(page, field, text, scope=".o_form_view"):
    """Type into a field of a form, a dialog or a row, in place of what was there."""
    box = f"{scope} [name={field}]"
    page.locator(f"{box} input, {box} textarea").first.fill(text)


def press(page, name, scope=""):
    """Press the button of a form or a dialog by its technical name."""
    page.locator(f"{scope} button[name='{name}']:visible").first.click()


def save(page):
    """Save the form and wait until nothing is left to save."""
    page.locator(".o_form_button_save").click()
    page.wait_for_selector(".o_form_saved, .o_form_readonly", state="attached")


def field_text(page, field):
    """Return what a field of the form shows."""
    return page.locator(f".o_form_view [name={field}]").first.inner_text().strip()
