from workbench.apps.ui.widgets.caption import Caption


def test_facts_and_notes_are_made_visible() -> None:
    caption = Caption(("5 ms", "a\u202eb"), ["cut\x00"])
    assert caption.facts == ["5 ms", "a⟦U+202E⟧b"]
    assert caption.notes == ["cut⟦U+0000⟧"]
