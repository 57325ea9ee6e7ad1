import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable

import pytest
import zstandard

from tests.intake.importing.conftest import mail
from tests.intake.importing.test_run import counts, run
from workbench.base.config import Workspace
from workbench.base.errors import BadInput
from workbench.intake.importing.spool import spooled


def _tar(raw: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("a.eml")
        member.size = len(raw)
        archive.addfile(member, io.BytesIO(raw))
    return file.getvalue()


def _zip(raw: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.eml", raw)
    return file.getvalue()


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "standard-input": lambda raw: raw,
    "standard-input.gz": gzip.compress,
    "standard-input.xz": lzma.compress,
    "standard-input.bz2": bz2.compress,
    "standard-input.zst": zstandard.compress,
    "standard-input.zip": _zip,
    "standard-input.tar": _tar,
    "standard-input.tar.gz": lambda raw: gzip.compress(_tar(raw)),
    "standard-input.tar.zst": lambda raw: zstandard.compress(_tar(raw)),
}


@pytest.mark.quirk("folders and standard input", "standard input, plain or packed, with and without a name")
@pytest.mark.parametrize("name", FORMS)
def test_a_stream_is_read_however_it_is_packed_and_leaves_nothing_behind(workspace: Workspace, name: str) -> None:
    with spooled(io.BytesIO(FORMS[name](mail(1)))) as path:
        assert path.name == name
        assert counts(run(workspace, path)) == (1, 0, 0)
    assert not path.parent.exists()


@pytest.mark.quirk("folders and standard input", "a stream that is cut short")
@pytest.mark.parametrize("raw", [b"", b"\x1f\x8b", b"\x1f\x8bdamaged", b"PK\x03\x04"])
def test_a_damaged_stream_is_an_account_too(workspace: Workspace, raw: bytes) -> None:
    with spooled(io.BytesIO(raw)) as path:
        report = run(workspace, path)
    assert report.kept == 0


def test_a_name_that_says_how_it_is_packed_is_believed() -> None:
    with spooled(io.BytesIO(gzip.compress(b"x")), "EmailEvents.csv.gz") as path:
        assert path.name == "EmailEvents.csv.gz"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc/passwd", "a\0b"])
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(BadInput), spooled(io.BytesIO(b"x"), name):
        pass
