"""What the calling token may do, and the answer to every address there is not."""

from typing import NoReturn

from django.conf import settings
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.described import described
from claims.api.serializers.collections import MeSerializer


class Me(ExportView):
    """The token's own facts; a cheap way to try it."""

    endpoint = "me/"

    @described("read_me", "What this token may do", MeSerializer, scopes=False)
    def get(self, request: Request) -> HttpResponse:
        token = self.reader.token
        return self.answer(
            {
                "organisation": settings.HARMTRACKER_ORGANISATION,
                "partner": token.partner.name,
                "token": str(token),
                "scopes": token.scopes,
                "ceiling": self.reader.ceiling,
                "networks": token.networks,
                "issued_at": token.created_at.isoformat(),
                "expires_at": token.expires_at.isoformat(),
                "last_used_at": token.last_used_at.isoformat() if token.last_used_at else None,
                "requests": self.rate.told() if self.rate else None,
            }
        )


class Nothing(ExportView):
    """An address the export does not have answers as a record that does not exist."""

    endpoint = "unknown"

    @extend_schema(exclude=True)
    def get(self, request: Request, anything: str) -> NoReturn:
        raise Http404
