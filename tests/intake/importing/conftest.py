from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.base.config import Workspace

MAIL = """Received: from mx.sender.example (mx.sender.example [192.0.2.7]) by mx.northgate.example with ESMTP;
 Mon, 14 Sep 2026 10:00:{second:02d} +0000
From: Petra <petra@sender.example>
To: {to}
Subject: Minutes of meeting {number}
Date: Mon, 14 Sep 2026 10:00:00 +0000
Message-ID: <{number}@sender.example>
Content-Type: text/plain

Here are the minutes, number {number}. See https://sender.example/minutes/{number}
"""


def mail(number: int, to: str = "anna@northgate.example") -> bytes:
    return MAIL.format(number=number, second=number % 60, to=to).replace("\n", "\r\n").encode()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    home = tmp_path / "home"
    home.mkdir()
    (home / "workbench.toml").touch()
    (home / "organisation.yml").write_text("domains: [northgate.example]")
    return Workspace(home)


@pytest.fixture
def mails(tmp_path: Path) -> Callable[..., Path]:
    """Write numbered messages into a folder, one file each."""

    def write(numbers: range, folder: str = "mail") -> Path:
        target = tmp_path / folder
        target.mkdir(exist_ok=True)
        for number in numbers:
            (target / f"{number}.eml").write_bytes(mail(number))
        return target

    return write
