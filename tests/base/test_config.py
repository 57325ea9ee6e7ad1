import copy
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


def profile(folder: Path, text: str) -> Organisation:
    (folder / "organisation.yml").write_text(text, "utf-8")
    return Workspace(folder).organisation


def test_a_profile_is_read_as_people_write_it(tmp_path: Path) -> None:
    ours = profile(
        tmp_path,
        """
name: 3030
domains: ["@Northgate.example.", münchen.example]
vips: [CEO@northgate.example]
tags:
  board: [ceo@northgate.example, CFO@northgate.example]
  vip: [cfo@northgate.example]
secops_mailboxes:
  - soc@northgate.example
known_simulators: yes
egress: [192.0.2.0/28, 192.0.2.8/29, 2001:db8::/48]
countries: [nl, NO]
brands:
""",
    )
    assert ours.name == "3030"
    assert ours.domains == ("northgate.example", "xn--mnchen-3ya.example")
    assert ours.owns("anna@MÜNCHEN.example")
    assert ours.countries == ("NL", "NO")
    assert ours.known_simulators
    assert ours.tagged["ceo@northgate.example"] == ("vip", "board")
    assert ours.tagged["cfo@northgate.example"] == ("board", "vip")
    assert ours.tagged["soc@northgate.example"] == ("secops",)
    assert "anna@northgate.example" not in ours.tagged
    assert ours.brands == ()


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("192.0.2.0", True),
        ("192.0.2.15", True),
        ("192.0.2.16", False),
        ("::ffff:192.0.2.3", True),
        ("[2001:db8::1]", True),
        ("2001:db7:ffff::", False),
        ("nonsense", False),
        ("", False),
    ],
)
def test_egress_is_asked_by_address(address: str, ours: bool) -> None:
    asked = Organisation.model_validate({"egress": ["192.0.2.8/29", "192.0.2.0/28", "2001:db8::/48"]})
    assert asked.is_egress(address) is ours
    assert not Organisation().is_egress(address)


def test_drills_are_known_by_host_or_address() -> None:
    ours = Organisation(simulation_domains=("phish-drill.example",))
    assert ours.is_simulation("it@mail.Phish-Drill.example")
    assert not ours.is_simulation("notphish-drill.example")
    assert not ours.is_simulation("")


def test_a_profile_survives_being_handed_to_another_process() -> None:
    ours = Organisation(domains=("northgate.example",), vips=("ceo@northgate.example",), tags={"a": ("b@c.example",)})
    assert ours.tagged["ceo@northgate.example"] == ("vip",)
    assert copy.deepcopy(ours) == ours


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("domians: [a.example]", r"domians: no such key \(did you mean domains\?\)"),
        ("domains: northgate.example", "domains: is no list; write one entry a line"),
        ("tags: {board: a@b.example}", "tags.board: is no list"),
        ("domains: [https://northgate.example/]", r"domains: 'https://northgate.example/' is no domain"),
        ("domains: [{a: b}]", "domains.0: is no text"),
        ("vips: [Ingrid]", "vips: 'Ingrid' is no address"),
        ("tags: [a@b.example]", "tags: is no group"),
        ("tags: {board: [nobody]}", "tags.board: 'nobody' is no address"),
        ("countries: [Norway]", "countries: 'Norway' is no country"),
        ("known_simulators: perhaps", "known_simulators: is neither"),
        ("egress: [192.0.2.1/24]", "egress.0: is no range of addresses"),
        ("domains: [a.example]\ndomains: [b.example]", "line 2: the key domains stands here again"),
        ("tags:\n  a: [x@y.example]\n  a: [z@y.example]", "line 3: the key a"),
        ("a: &a [x]\ndomains: *a", "line 2: .*a refers to another place"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "line 2"),
        ("domains: " + "[" * 100_000, "nested deeper"),
        ("domains: [" + "a.example, " * 500_000 + "]", "larger than 4 MiB"),
        ("domains: [" + "A" * 100_000 + "]", "is no domain"),
        ("? [a]\n: b", "organisation.yml"),
        ("!!python/object/apply:os.system [x]", "organisation.yml"),
        ("domains: [2001-99-99, 0x_]", "domains: '0x_' is no domain"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        profile(tmp_path, text)


def test_all_mistakes_of_a_profile_are_told_each_once(tmp_path: Path) -> None:
    text = "domains: a.example\negress: [x, 192.0.2.0/24, y]\nvips: [one, a@b.example, two]\nvipps: [x]\ncountries: [Norway]"
    with pytest.raises(BadSetting) as caught:
        profile(tmp_path, text)
    keys = [mistake.partition(":")[0] for mistake in caught.value.mistakes]
    assert sorted(keys) == ["countries", "domains", "egress.0", "egress.2", "vipps", "vips", "vips"]
    assert "and 2 more mistakes" in str(caught.value)


def test_a_hundred_thousand_entries_are_read_and_asked(tmp_path: Path) -> None:
    hosts = [f"n{number}.example" for number in range(100_000)]
    ours = profile(tmp_path, "domains:\n" + "".join(f"- {host}\n" for host in hosts))
    assert all(ours.owns(host) for host in hosts)
    assert not ours.owns("n100000.example")


def test_the_template_is_a_profile_once_its_lines_are_uncommented(tmp_path: Path) -> None:
    template = (shipped("data") / "templates" / "organisation.yml").read_text("utf-8")
    assert profile(tmp_path, template) == Organisation()
    used = "\n".join(line[2:] for line in template.splitlines() if line.startswith(("#   ", "# - ")) or is_key(line))
    assert set(Organisation.model_fields) == profile(tmp_path, used).model_fields_set


def is_key(line: str) -> bool:
    return line.startswith("# ") and line[2:].partition(":")[0] in Organisation.model_fields


def test_shipped_folders_exist() -> None:
    assert (shipped("notebooks")).is_dir()
    assert (shipped("data")).is_dir()
