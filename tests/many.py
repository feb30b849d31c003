"""Many rows like one, in a few inserts: for pages that are about how much there is, not about how it came there."""

from typing import Any

from django.db.models import Model

from claims.models import Statement, StatementIncident

OWN = {"id", "ref", "created_at"}


def alike[M: Model](record: M, **changed: Any) -> M:
    """Another record like this one under a key of its own, not saved yet. ``changed``: columns, by attribute."""
    columns = {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields}
    return type(record)(**({name: value for name, value in columns.items() if name not in OWN} | changed))


def more_like[M: Model](record: M, number: int, **changed: Any) -> list[M]:
    """So many more of them, saved."""
    return type(record)._default_manager.bulk_create(alike(record, **changed) for _each in range(number))


def statements_like(statement: Statement, number: int) -> list[Statement]:
    """So many more statements of the same words about the same incidents, which accuse the same parties."""
    made = more_like(statement, number)
    about = StatementIncident.objects.filter(statement=statement)
    for row in (*about, *statement.accuses.all(), *statement.renderings.all()):
        type(row)._default_manager.bulk_create(alike(row, statement_id=each.pk) for each in made)
    return made
