"""Reading child rows in the query of their parents, so that a page asks the database a fixed number of times."""

from functools import cache
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, CharField, IntegerField, Model, QuerySet, TextField
from django.db.models.functions import Extract, JSONObject

NEWEST_OF_FEW: Final = (Extract("created_at", "epoch").desc(), "-id")
"""Newest logged first, of rows found by something else, as those of one incident.

By an expression that no index holds: by the column itself PostgreSQL walks all rows there are, newest first, until it
has met as many of these as are wanted.
"""


def folded(children: QuerySet[Any], **names: str) -> ArraySubquery:
    """The children as an array of JSON objects, in their order. ``names`` maps keys to columns; default all columns."""
    columns = names or {field.attname: field.attname for field in children.model._meta.concrete_fields}
    return ArraySubquery(children.values(row=JSONObject(**columns)).values_list("row", flat=True))


def unfolded[M: Model](model: type[M], row: dict[str, Any]) -> M:
    """A child as an instance again, from an object written by ``folded`` with all columns."""
    return model(*(read(row[name]) if read else row[name] for name, read in _columns(model)))


@cache
def _columns(model: type[Model]) -> list[tuple[str, Any]]:
    """Each column with what makes its value of the one in JSON; None where it is the same."""
    as_written = (CharField, TextField, IntegerField, BooleanField)
    fields = model._meta.concrete_fields
    return [(field.attname, None if isinstance(field, as_written) else field.to_python) for field in fields]
