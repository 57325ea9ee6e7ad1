"""Real mail, read once for all tests of the room."""

from pathlib import Path

import pytest

from tests.intake.mail.real import SETS, Mail, readings


@pytest.fixture(scope="session")
def mails(shared: Path) -> dict[str, list[Mail]]:
    """Every message of both sets with its line of the index and its reading."""
    return {name: readings(shared, name) for name in SETS}


@pytest.fixture(scope="session")
def phish(mails: dict[str, list[Mail]]) -> list[Mail]:
    """The phishing mails."""
    return mails["phishing_eml_dev"]
