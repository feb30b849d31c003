"""Lists that are read forwards only: what one page of them answers."""

from abc import abstractmethod

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from claims.api.answers import ExportView
from claims.api.pages import Page


class ForwardsView(ExportView):
    """An address that answers a page of a list. Subclasses say which ``page``."""

    @abstractmethod
    def page(self, request: HttpRequest) -> Page:
        """What is asked for, as far as this caller reads it."""

    def get(self, request: Request) -> HttpResponseBase:
        found = self.page(request._request)
        return self.answer(found.content(), link=found.link_header())
