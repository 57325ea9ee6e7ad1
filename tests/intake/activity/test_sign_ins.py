import json

import pytest

from tests.intake.activity.records import ANNA, only, read, record, sign_in
from workbench.events.lookups.sign_in_errors import is_credential_failure


def row(**more: object) -> dict[str, object]:
    return only(sign_in(**more), "EntraIdSignInEvents")


@pytest.mark.quirk("audit log", "UserLoginFailed says Success: judged by ErrorNumber")
def test_a_failure_is_judged_by_its_number_and_not_by_the_result_status() -> None:
    found = row(ResultStatus="Success")
    assert found["ErrorCode"] == 50126
    assert is_credential_failure(50126)


@pytest.mark.quirk("audit log", "ErrorNumber or ErrorCode; IntraSystemId or IntraSystemsId")
@pytest.mark.parametrize(
    ("operation", "fields", "number"),
    [
        ("UserLoginFailed", {"ErrorNumber": "50053"}, 50053),
        ("UserLoginFailed", {"ErrorNumber": None, "ErrorCode": 50072}, 50072),
        ("UserLoginFailed", {"ErrorNumber": None, "LoginStatus": -2147217390}, -2147217390),
        ("UserLoggedIn", {"ErrorNumber": "0"}, 0),
        ("UserLoggedIn", {"ErrorNumber": None}, 0),
        ("UserLoginFailed", {"ErrorNumber": None}, None),
        ("UserLoginFailed", {"ErrorNumber": "often"}, None),
    ],
)
def test_the_number_is_found_under_all_its_names(operation: str, fields: dict[str, object], number: int | None) -> None:
    document = sign_in(operation, **{name: value for name, value in fields.items() if value is not None})
    if fields.get("ErrorNumber", "") is None:
        del document["ErrorNumber"]
    assert only(document, "EntraIdSignInEvents")["ErrorCode"] == number


def test_a_number_that_is_none_is_a_fault() -> None:
    assert [fault.where for fault in read(sign_in(error="often")).faults] == ["ErrorNumber"]


def test_who_signed_in_to_what_from_where() -> None:
    found = row()
    assert (found["AccountUpn"], found["AccountObjectId"]) == (ANNA, "9d8001cb-a159-4252-a3a1-c2dc689f322a")
    assert (found["Application"], found["ResourceDisplayName"]) == ("Office 365 Exchange Online", "Microsoft Graph")
    assert (found["IPAddress"], found["UserAgent"], found["EndpointCall"]) == (
        "198.51.100.7",
        "Mozilla/5.0",
        "OAuth2:Authorize",
    )
    assert (found["RequestId"], found["CorrelationId"]) == (
        "aaaaaaaa-0000-0000-0000-000000000001",
        "aaaaaaaa-0000-0000-0000-000000000002",
    )
    assert (found["IsExternalUser"], found["IsGuestUser"]) == (0, False)


@pytest.mark.quirk("audit log", "ErrorNumber or ErrorCode; IntraSystemId or IntraSystemsId")
@pytest.mark.parametrize("field", ["IntraSystemId", "IntraSystemsId"])
def test_the_key_of_the_request_is_found_under_both_spellings(field: str) -> None:
    document = sign_in()
    del document["IntraSystemId"]
    assert only(document | {field: "r1"}, "EntraIdSignInEvents")["RequestId"] == "r1"


@pytest.mark.parametrize("listed", [True, False])
def test_the_device_is_told_by_names_and_values_or_by_a_bag(listed: bool) -> None:
    said = {
        "Id": "d1",
        "DisplayName": "PC7",
        "OS": "Windows 10",
        "BrowserType": "Edge",
        "IsCompliantAndManaged": "True",
    }
    properties = [{"Name": name, "Value": value} for name, value in said.items()] if listed else [said]
    found = row(DeviceProperties=properties)
    assert (found["DeviceName"], found["EntraIdDeviceId"], found["OSPlatform"]) == ("PC7", "d1", "Windows 10")
    assert (found["Browser"], found["IsManaged"], found["IsCompliant"]) == ("Edge", 1, None)


def test_the_method_and_the_error_in_words_are_kept() -> None:
    found = row(LogonError="InvalidUserNameOrPassword")
    details = json.loads(str(found["AuthenticationProcessingDetails"]))
    assert details == {"LogonError": "InvalidUserNameOrPassword"}


def test_old_account_logons_are_sign_ins_too() -> None:
    old = record(9, "PasswordLogonInitialAuthUsingPassword", Application="Exchange", Client="Outlook", LoginStatus=0)
    found = only(old, "EntraIdSignInEvents")
    assert (found["Application"], found["ClientAppUsed"], found["ErrorCode"]) == ("Exchange", "Outlook", 0)
