from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.apps.ui.stores import NEWEST, mail, opened
from workbench.analysis.entities import UsedDevices, Window, used_devices
from workbench.analysis.entities.used_devices import MOST_PEOPLE

ANNA = "anna@northgate.example"


def logon(**more: Any) -> dict[str, Any]:
    return {
        "Timestamp": NEWEST, "DeviceId": "d1", "DeviceName": "ng-1.northgate.example", "ActionType": "LogonSuccess",
        "LogonType": "Interactive", "AccountName": "anna", "ReportId": 1, **more,
    }  # fmt: skip


def told(home: Path, **tables: Any) -> UsedDevices:
    return used_devices(opened(home, EmailEvents=[mail(0)], **tables).window(), [ANNA], NEWEST)


def test_a_device_that_is_named_in_full_and_in_short_is_one(tmp_path: Path) -> None:
    sign_in = {
        "Timestamp": NEWEST,
        "AccountUpn": ANNA,
        "DeviceName": "NG-1",
        "OSPlatform": "Windows 11",
        "ReportId": "r",
    }
    inventory = {"Timestamp": NEWEST + timedelta(hours=1), "DeviceId": "d1", "DeviceName": "ng-1.northgate.example", "OSPlatform": "Windows11",
                 "OnboardingStatus": "Onboarded", "LoggedOnUsers": '[{"UserName":"anna"}]', "ReportId": 1}  # fmt: skip
    shown = told(tmp_path, DeviceLogonEvents=[logon()], EntraIdSignInEvents=[sign_in], DeviceInfo=[inventory])
    (row,) = shown.frame.rows(named=True)
    assert (row["Account"], row["DeviceName"], row["DeviceId"]) == (ANNA, "ng-1.northgate.example", "d1")
    assert (row["Seen"], row["Times"]) == ("inventory, logon, sign-in", 3)
    assert (row["FirstSeen"], row["LastSeen"]) == (NEWEST, NEWEST + timedelta(hours=1))
    assert row["Alerts"] is None
    assert shown.not_evaluated == ("IdentityLogonEvents", "AlertEvidence")


def test_alerts_on_a_device_are_counted_once_each_and_old_ones_are_not(tmp_path: Path) -> None:
    evidence = [
        {"Timestamp": NEWEST - timedelta(days=age), "AlertId": name, "EntityType": "Machine", "DeviceName": device}
        for age, name, device in ((1, "a", "NG-1"), (0, "a", "ng-1.northgate.example"), (2, "b", "ng-1"), (40, "c", "ng-1"), (1, "d", "ng-2"))
    ]  # fmt: skip
    shown = told(tmp_path, DeviceLogonEvents=[logon(), logon(DeviceName="ng-9", ReportId=2)], AlertEvidence=evidence)
    assert shown.frame.select("DeviceName", "Alerts").rows() == [("ng-1.northgate.example", 2), ("ng-9", 0)]
    assert shown.frame["LastAlert"].to_list() == [NEWEST, None]


def test_the_name_that_logons_use_is_looked_up(tmp_path: Path) -> None:
    person = {"Timestamp": NEWEST, "AccountUpn": ANNA.upper(), "AccountName": "a.smith", "ReportId": "i"}
    rows = [logon(AccountName="A.Smith"), logon(AccountName="anna", DeviceName="of-another-anna", ReportId=2)]
    shown = told(tmp_path, IdentityInfo=[person], DeviceLogonEvents=rows)
    assert shown.frame.select("Account", "DeviceName").rows() == [(ANNA, "ng-1.northgate.example")]


def test_old_logons_and_those_of_others_do_not_count(tmp_path: Path) -> None:
    rows = [logon(Timestamp=NEWEST - timedelta(days=31)), logon(AccountName="anna2", ReportId=2)]
    assert told(tmp_path, DeviceLogonEvents=rows).frame.is_empty()


def test_accounts_that_were_not_looked_up_are_counted(tmp_path: Path) -> None:
    window = opened(tmp_path, EmailEvents=[mail(0)]).window()
    shown = used_devices(window, [f"p{at}@northgate.example" for at in range(MOST_PEOPLE + 7)], NEWEST)
    assert shown.left_out == 7
    assert "7 more accounts" in shown.untold
    assert shown.untold.startswith("Logons on devices")


def test_nobody_has_no_device(window: Window) -> None:
    assert used_devices(window, [], window.now).frame.is_empty()
    assert used_devices(window, ['x") or true //', "'"], window.now).frame.is_empty()


def test_the_question_can_be_asked_again(window: Window) -> None:
    shown = used_devices(window, ["sanne.dewit@northgate.example"], window.now)
    assert shown.frame["DeviceName"].to_list() == ["ng-2455.northgate.example"]
    assert window.rows(shown.kql).height >= shown.frame.height
