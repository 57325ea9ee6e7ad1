"""What the pages of saved queries and saved views share; what each of them does is told in routes."""

import pytest

from workbench.apps.service.routes.queries_page import QUERIES
from workbench.apps.service.routes.views_page import VIEWS
from workbench.apps.service.texts import Sent, Texts, read_as
from workbench.base.errors import BadInput
from workbench.ledger.api import SavedViewNew


@pytest.mark.parametrize("texts", [QUERIES, VIEWS], ids=lambda each: each.one)
def test_a_form_fills_columns_of_its_kind_and_the_text_is_one_of_them(texts: Texts) -> None:
    columns = texts.kind.__table__.columns
    assert {texts.column, "name", "note"} <= set(texts.fields) <= {each.key for each in columns}
    assert set(texts.fields) <= set(Sent.model_fields)


def test_a_value_that_does_not_fit_is_named_as_people_know_it() -> None:
    with pytest.raises(BadInput, match="The remark"):
        read_as(SavedViewNew, {"note": "remark"}, {"name": "n", "text": "t", "note": "x" * 70_000})
