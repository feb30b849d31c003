"""What was sent: read where there is no form for it, and changed so that a form comes back ready to be sent again."""

from typing import Any, cast

from django.forms import BaseForm
from django.http import HttpRequest, QueryDict


def sent_as(request: HttpRequest, name: str) -> str:
    """The words sent under this name; "" for none. Without NUL, which forms refuse and the database cannot hold."""
    return request.POST.get(name, "").replace("\x00", "")


def replace_sent(form: BaseForm, name: str, value: Any) -> None:
    """Put ``value`` into field ``name`` of a bound form; everything else stays as the person sent it."""
    sent = cast(QueryDict, form.data).copy()
    sent[form.add_prefix(name)] = str(value)
    form.data = sent
