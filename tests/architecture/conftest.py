"""Shared places for the tests of the repository itself (no Odoo needed)."""

import pathlib

import pytest


@pytest.fixture(scope="session")
def root():
    """The repository's root folder."""
    return pathlib.Path(__file__).resolve().parents[2]
