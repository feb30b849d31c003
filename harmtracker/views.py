"""Doors: signing in and out, the pages that refuse, and the question whether the service lives."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from harmtracker.errors import Refused
from harmtracker.forms_people import MailForm, SignInForm
from harmtracker.kept_forms import ask_to_send_again, kept
from harmtracker.middleware_of_pages import is_by_token
from harmtracker.models.user import Language
from harmtracker.people import change_own_password, choose_language, set_mail, switch_single_keys
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sign_in import address_of, begin_try, succeeded


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by name and password, then go where the person was heading or send again what came too late."""
    heading_for = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(heading_for, {request.get_host()}, require_https=request.is_secure()):
        heading_for = resolve_url("incidents")
    sealed = request.POST.get("kept", "")
    if request.user.is_authenticated:
        return _go_on(request, heading_for, sealed)
    form = SignInForm(request, request.POST or None)
    status = 200
    if request.method == "POST":
        address = address_of(request.headers.get("X-Forwarded-For", ""), request.META["REMOTE_ADDR"])
        attempt = begin_try(address)
        if attempt is None:
            form = SignInForm(request)
            context = {"form": form, "next": heading_for, "kept": sealed, "wait": True}
            return render(request, "sign_in.html", context, status=429)
        if form.is_valid():
            succeeded(attempt)
            login(request, form.get_user())
            return _go_on(request, heading_for, sealed)
        status = 422
    return render(request, "sign_in.html", {"form": form, "next": heading_for, "kept": sealed}, status=status)


def _go_on(request: HttpRequest, heading_for: str, sealed: str) -> HttpResponse:
    form = kept(sealed) if sealed else None
    return ask_to_send_again(request, form) if form else HttpResponseRedirect(heading_for)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out. A GET does nothing: a link in somebody's text cannot sign anyone out."""
    logout(request)
    return HttpResponseRedirect(resolve_url("sign-in"))


@requires("record.read")
@sensitive_post_parameters("old_password", "new_password1", "new_password2")
@require_http_methods(["GET", "POST"])
def account(request: SignedInRequest) -> HttpResponse:
    """What this account may do and see, and a password of one's own."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_own_password(person=request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed. Other sessions of yours have ended."))
        return HttpResponseRedirect(resolve_url("account"))
    return _account_page(request, form=form)


@requires("news.read")
@require_POST
def account_mail(request: SignedInRequest) -> HttpResponse:
    """Where one's news goes by mail, and how often."""
    form = MailForm(request.POST)
    if form.is_valid():
        try:
            set_mail(person=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal.message))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(resolve_url("account"))
    return _account_page(request, mail_form=form)


def _account_page(
    request: SignedInRequest, *, form: PasswordChangeForm | None = None, mail_form: MailForm | None = None
) -> HttpResponse:
    context = {
        "form": form or PasswordChangeForm(request.user),
        "languages": Language.choices,
        "mail_form": mail_form or MailForm(initial={"email": request.user.email, "mail": request.user.mail}),
        "is_mail_set_up": bool(settings.MAILERS),
    }
    is_refused = bool((form and form.errors) or (mail_form and mail_form.errors))
    return render(request, "account.html", context, status=422 if is_refused else 200)


@requires("record.read")
@require_POST
def account_language(request: SignedInRequest) -> HttpResponse:
    """Choose the language of the pages, and go on where one was."""
    heading_for = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(heading_for, {request.get_host()}, require_https=request.is_secure()):
        heading_for = resolve_url("account")
    choose_language(person=request.user, language=request.POST.get("language", ""))
    return HttpResponseRedirect(heading_for)


@requires("record.read")
@require_POST
def account_keys(request: SignedInRequest) -> HttpResponse:
    """Switch the single keys on or off, and go on where one was."""
    heading_for = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(heading_for, {request.get_host()}, require_https=request.is_secure()):
        heading_for = resolve_url("account")
    switch_single_keys(person=request.user, are_on=request.POST.get("keys") == "on")
    return HttpResponseRedirect(heading_for)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the web process answers and the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _refused(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and for what the person may not see."""
    return _refused(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    return _refused(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def _refused(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """A page that says so; to a program, as a problem document (RFC 9457) in the words of the standard."""
    if is_by_token(request):
        told = {"type": "about:blank", "title": status.phrase, "status": status}
        return JsonResponse(told, status=status, content_type="application/problem+json")
    return render(request, f"errors/{status}.html", status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)
