"""Reading child rows in the query of their parents, so that a page asks the database a fixed number of times."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, QuerySet
from django.db.models.functions import JSONObject


def folded(children: QuerySet[Any], **names: str) -> ArraySubquery:
    """The children as an array of JSON objects, in their order. ``names`` maps keys to columns; default all columns."""
    columns = names or {field.attname: field.attname for field in children.model._meta.concrete_fields}
    return ArraySubquery(children.values(row=JSONObject(**columns)).values_list("row", flat=True))


def unfolded[M: Model](model: type[M], row: dict[str, Any]) -> M:
    """A child as an instance again, from an object written by ``folded`` with all columns."""
    values = {field.attname: field.to_python(row[field.attname]) for field in model._meta.concrete_fields}
    return model(**values)
