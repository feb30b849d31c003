"""Removing a statement from the record: partners are told at once, and whoever may not remove is told so."""

import pytest

from claims.actions.statement import set_lifecycle
from claims.models import PublishedRecord
from harmtracker.errors import NotAllowed, Refused
from tests.factories import StatementFactory, analyst, editor, publish

pytestmark = pytest.mark.django_db


def test_a_removed_statement_is_withdrawn_from_partners_in_the_same_act():
    statement = StatementFactory(workflow="approved")
    publish(statement)
    set_lifecycle(statement=statement, lifecycle="removed", reason="Entered twice", expected_version=1, by=editor())
    published = PublishedRecord.objects.get(record_id=statement.pk)
    assert (published.withdrawal.code, published.withdrawal.reason) == ("deleted", "Entered twice")


def test_what_was_never_released_is_removed_all_the_same():
    statement = StatementFactory()
    set_lifecycle(statement=statement, lifecycle="removed", reason="Entered twice", expected_version=1, by=editor())
    assert statement.lifecycle == "removed"


def test_removal_is_an_editors_act_with_a_reason():
    statement = StatementFactory()
    with pytest.raises(NotAllowed):
        set_lifecycle(statement=statement, lifecycle="removed", reason="x", expected_version=1, by=analyst())
    with pytest.raises(Refused):
        set_lifecycle(statement=statement, lifecycle="removed", reason=" ", expected_version=1, by=editor())
    assert statement.lifecycle == "current"
