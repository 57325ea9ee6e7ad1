from pathlib import Path

import pytest

from workbench.base.errors import LedgerError
from workbench.ledger.audit.keys import CHAIN, PUBLIC, SIGNING, make_keys, prove_keys


@pytest.mark.parametrize("name", [CHAIN, SIGNING, PUBLIC])
@pytest.mark.parametrize("damaged", [False, True])
def test_each_key_that_is_missing_or_damaged_is_told(name: str, damaged: bool, tmp_path: Path) -> None:
    make_keys(tmp_path)
    prove_keys(tmp_path)
    if damaged:
        (tmp_path / name).write_bytes(b"no key")
    else:
        (tmp_path / name).unlink()
    with pytest.raises(LedgerError, match="key"):
        prove_keys(tmp_path)


def test_keys_that_do_not_belong_together_are_told(tmp_path: Path) -> None:
    make_keys(tmp_path / "a")
    make_keys(tmp_path / "b")
    (tmp_path / "b" / PUBLIC).replace(tmp_path / "a" / PUBLIC)
    with pytest.raises(LedgerError, match="does not belong"):
        prove_keys(tmp_path / "a")
