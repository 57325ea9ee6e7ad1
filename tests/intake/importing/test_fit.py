from workbench.intake.importing.fit import columns_fit, mapping, place, table_named

MAIL = ("Timestamp", "NetworkMessageId", "RecipientEmailAddress", "Subject")


def test_the_table_is_known_by_the_file_name() -> None:
    assert table_named("AdvancedHunting-EmailUrlInfo_2026-09.ndjson.gz").name == "EmailUrlInfo"
    assert table_named("export.zip!x/urlclickevents.csv").name == "UrlClickEvents"
    assert table_named("rows.json") is None


def test_a_row_of_the_named_table_fits() -> None:
    assert place("EmailEvents", "", MAIL, frozenset(MAIL)).table.name == "EmailEvents"


def test_a_row_says_its_own_type() -> None:
    names = ("TimeGenerated", "OperationName", "LoggedByService")
    assert place("", "AuditLogs", names, frozenset(names)).table.name == "AuditLogs"


def test_without_a_name_the_columns_decide() -> None:
    names = ("Timestamp", "NetworkMessageId", "Url", "UrlDomain", "UrlLocation")
    assert place("", "", names, frozenset(names)).table.name == "EmailUrlInfo"


def test_a_mislabelled_row_is_refused_with_the_table_it_looks_like() -> None:
    names = ("Timestamp", "DeviceId", "ActionType", "FileName")
    found = place("EmailEvents", "", names, frozenset(names))
    assert found.table is None
    assert found.reason == "is a DeviceEvents row by its columns, not EmailEvents"


def test_a_row_that_lacks_required_columns_is_refused_with_their_names() -> None:
    assert "NetworkMessageId" in place("EmailEvents", "", ("Timestamp", "Subject"), frozenset({"Timestamp"})).reason


def test_a_row_that_fits_nothing_is_refused() -> None:
    assert place("", "", ("a", "b"), frozenset({"a"})).reason == "has columns that fit no declared table"


def test_the_time_column_has_two_names() -> None:
    names = ("TimeGenerated", *MAIL[1:])
    assert place("EmailEvents", "", names, frozenset(names)).table.name == "EmailEvents"
    assert mapping("EmailEvents", names).renamed == {"Timestamp": ("TimeGenerated",)}


def test_names_that_a_kusto_union_made_are_folded_back() -> None:
    found = mapping("CloudAppEvents", ("ReportId_long", "ReportId_string", "Own_string"))
    assert set(found.renamed["ReportId"]) == {"ReportId_long", "ReportId_string"}
    assert found.extra == ("Own_string",)


def test_columns_of_any_table_are_recognised() -> None:
    assert columns_fit(frozenset(MAIL))
    assert not columns_fit(frozenset({"Email", "Name", "Phone"}))
