"""Changing what was sent, so that a form comes back ready to be sent again."""

from typing import Any, cast

from django.forms import BaseForm
from django.http import QueryDict


def replace_sent(form: BaseForm, name: str, value: Any) -> None:
    """Put ``value`` into field ``name`` of a bound form; everything else stays as the person sent it."""
    sent = cast(QueryDict, form.data).copy()
    sent[form.add_prefix(name)] = str(value)
    form.data = sent
