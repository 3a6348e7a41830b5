"""Installing, upgrading and uninstalling lose nothing that is not the suite's.

On a database that has tickets, an order, a paid invoice: every column of every table,
but Odoo's own registers of what is installed, is compared before and after.
"""

from pathlib import Path

import pytest

from launcher import databases, odoo, process

SCRIPT = Path(__file__).parent / "inside" / "lifecycle.py"


@pytest.fixture
def database(odoo_session):
    """A database with everything that the suite stands on, but not the suite."""
    bases = odoo_session.databases
    name = bases.copy_base(databases.TEST, "test_lifecycle")
    yield name
    bases.drop(name)


@pytest.fixture
def run(odoo_session, database, tmp_path):
    """Run a verb of the script inside Odoo, and return what it found."""
    layout = odoo_session.layout

    def call(verb, file):
        words = [SCRIPT, verb, tmp_path / f"{file}.json"]
        command = odoo.python(layout, words, ["-d", database])
        log = layout.logs / f"lifecycle-{verb}.log"
        code = process.run(command, log)
        lines = log.read_text(errors="replace").splitlines()
        assert code == 0, process.tail(log)
        return [line for line in lines if line.startswith("FOUND ")]

    return call


# The hook writes what stages mean; Odoo computes our stored columns of products.
WRITTEN = {
    "FOUND helpdesk_ticket_stage.write_date: not as it was",
    "FOUND product_template.write_date: not as it was",
}


def test_nothing_of_others_is_lost(odoo_session, database, run):
    bases = odoo_session.databases
    run("populate", "others")
    run("remember", "others")
    bases.install(database, "installing beside tickets")
    assert set(run("compare", "others")) <= WRITTEN
    assert not run("sell", "ledger")
    bases.upgrade(database, "upgrading with a ledger")
    assert not run("audit", "ledger")
    assert set(run("compare", "others")) <= WRITTEN
    assert not run("uninstall", "ledger")
    assert set(run("compare", "others")) <= WRITTEN
