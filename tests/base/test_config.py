from pathlib import Path

import pytest

from workbench.base.config import HOME_VARIABLE, Organisation, Workspace, find_workspace, shipped
from workbench.base.errors import BadSetting, NotFound


def test_workspace_is_found_by_argument_before_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "workbench.toml").touch()
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "b"))
    assert find_workspace(tmp_path / "a").home.name == "a"
    assert find_workspace().home.name == "b"


def test_a_folder_without_settings_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="init"):
        find_workspace(tmp_path)


def test_a_folder_in_which_the_store_cannot_lie_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="%"):
        find_workspace(tmp_path / "p%41x")


def test_settings_have_defaults(tmp_path: Path) -> None:
    assert Workspace(tmp_path).settings.now == "clock"
    assert Workspace(tmp_path).organisation.domains == ()


def test_unknown_setting_is_named_with_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "workbench.toml").write_text('nwo = "newest"')
    with pytest.raises(BadSetting, match=r"nwo.*Known keys: now"):
        _ = Workspace(tmp_path).settings


def test_organisation_values_are_checked(tmp_path: Path) -> None:
    (tmp_path / "organisation.yml").write_text("egress: [not-a-range]")
    with pytest.raises(BadSetting, match="egress"):
        _ = Workspace(tmp_path).organisation


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("workbench.toml", b"now = "),
        ("workbench.toml", b"now = '\xff'"),
        ("organisation.yml", b"domains: [northgate.example"),
        ("organisation.yml", b"\xff\xfe\x00"),
        ("organisation.yml", b"a: &a [*a"),
        ("organisation.yml", b"- a list"),
        ("organisation.yml", b"[" * 5000),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadSetting) as caught:
        _ = Workspace(tmp_path).settings, Workspace(tmp_path).organisation
    assert caught.value.where == str(tmp_path / name)
    assert "\n" not in caught.value.what


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "organisation.yml").write_bytes(b"\xef\xbb\xbfname: Northgate")
    assert Workspace(tmp_path).organisation.name == "Northgate"


def test_subdomains_and_addresses_of_own_domains_are_own() -> None:
    ours = Organisation(domains=("Contoso.example",))
    assert ours.owns("anna@mail.CONTOSO.example")
    assert not ours.owns("evil-contoso.example")


def test_shipped_folders_exist() -> None:
    assert (shipped("notebooks")).is_dir()
    assert (shipped("data")).is_dir()
