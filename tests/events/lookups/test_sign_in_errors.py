import pytest

from workbench.events.lookups.sign_in_errors import SIGN_IN_ERRORS, is_credential_failure


@pytest.mark.parametrize("number", [50126, 50053, 50034])
def test_wrong_names_and_passwords_are_credential_failures(number: int) -> None:
    assert is_credential_failure(number)


@pytest.mark.parametrize("number", [0, None, 50072, 65001, 50058, 50011, 50055, 1000000, 50089, 424242])
def test_interrupts_settings_success_and_unknown_numbers_are_none(number: int | None) -> None:
    assert not is_credential_failure(number)


def test_every_number_has_a_meaning_of_its_own() -> None:
    assert all(number == each.number and each.meaning for number, each in SIGN_IN_ERRORS.items())
    assert len({each.meaning for each in SIGN_IN_ERRORS.values()}) == len(SIGN_IN_ERRORS)
