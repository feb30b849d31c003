"""News by mail, for who asked for it: folded, once, and saying as little as can be of use.

Adversaries read mail. It holds counts, references and links that ask for signing in; no title, no name, no words.

Each event goes out to a person at most once. The connection is opened first, where most failures show. Then, for each
person, how far their mail goes is saved and committed before the mail is handed over: a worker that dies in between
loses a mail, which the desk makes good, instead of doubling it. Only where the server said that it did not take the
mail is the saving taken back. Where nobody can know (the line broke after the words had gone) it stays.
"""

import smtplib
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.queries.conversation import page_of
from claims.queries.news import Line, News, news_of
from harmtracker.errors import Refused
from harmtracker.jobs import TryAgain
from harmtracker.models import User
from harmtracker.models.user import MailRhythm
from harmtracker.permissions import ACTS

AGAIN: Final = timedelta(minutes=2)
# A little less than the rhythm: the job comes round every ten minutes and not to the second.
RHYTHM: Final = {MailRhythm.HOURLY: timedelta(minutes=55), MailRhythm.DAILY: timedelta(hours=23, minutes=55)}
HANGING_UP: Final = 421
FOR_GOOD: Final = 500
SENT, PUT_OFF, REFUSED = "sent", "put off", "refused"
HUNG_UP: Final = gettext_lazy("The mail server hung up. The rest is sent later.")


def send_news() -> int:
    """Send everybody's unread news that is due; how many mails went out. Nothing without a mail server.

    Raises ``TryAgain`` when the server cannot be reached or did not take some of them for now, and ``Refused`` when it
    refused an address for good; both after everybody else's mail was sent.
    """
    if not settings.MAILERS:
        return 0
    due = list(_due())
    if not due:
        return 0
    server = mailers["default"]
    try:
        server.open()
    except (OSError, smtplib.SMTPException) as error:
        raise TryAgain(_("The mail server cannot be reached. Nothing was sent."), AGAIN) from error
    try:
        return _send_all(server, due)
    finally:
        _close(server)


def _due() -> QuerySet[User]:
    """Who wants mail, may have news, and had none sent too recently. On the database's clock."""
    is_time = Q(mailed_at=None)
    for rhythm, pause in RHYTHM.items():
        is_time |= Q(mail=rhythm, mailed_at__lte=Now() - pause)
    people = User.objects.filter(is_active=True, role__in=ACTS["news.read"]).exclude(email="")
    return people.filter(is_time, mail__in=RHYTHM).order_by("pk")


def _send_all(server: Any, due: Iterable[User]) -> int:
    ended: Counter[str] = Counter()
    for person in due:
        news = news_of(person, after=max(person.read_up_to, person.mailed_up_to))
        if news.lines and _put_down(person, news.up_to):
            ended[_hand_over(server, person, news)] += 1
    if ended[PUT_OFF]:
        raise TryAgain(_("The mail server did not take %(number)s mails for now.") % {"number": ended[PUT_OFF]}, AGAIN)
    if ended[REFUSED]:
        raise Refused(_("The mail server refused %(number)s addresses for good.") % {"number": ended[REFUSED]})
    return ended[SENT]


def _hand_over(server: Any, person: User, news: News) -> str:
    """How it ended. Raises ``TryAgain`` when there is no line to the server any more: the others are not touched."""
    try:
        server.send_messages([_mail(person, news)])
    except smtplib.SMTPServerDisconnected as error:
        raise TryAgain(HUNG_UP, AGAIN) from error  # whether this one went out nobody knows
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        code = _code_of(error)
        if code >= FOR_GOOD:
            return REFUSED
        _take_back(person, news.up_to)
        if code == HANGING_UP:
            raise TryAgain(HUNG_UP, AGAIN) from error
        return PUT_OFF
    except OSError as error:
        raise TryAgain(HUNG_UP, AGAIN) from error
    except ValueError:
        return REFUSED  # an address that cannot stand on an envelope
    return SENT


def _put_down(person: User, up_to: int) -> bool:
    """Save that news up to this event went out; False when another worker did so first."""
    row = User.objects.filter(pk=person.pk, mailed_up_to=person.mailed_up_to)
    return bool(row.update(mailed_up_to=up_to, mailed_at=Now()))


def _take_back(person: User, up_to: int) -> None:
    """It did not go out after all."""
    row = User.objects.filter(pk=person.pk, mailed_up_to=up_to)
    row.update(mailed_up_to=person.mailed_up_to, mailed_at=person.mailed_at)


def _mail(person: User, news: News) -> EmailMessage:
    with translation.override(person.language or settings.LANGUAGE_CODE):
        return EmailMessage(_subject(news), _body(news), settings.MAIL_FROM, [person.email])


def _subject(news: News) -> str:
    incidents = sum(line.is_incident for line in news.lines)
    if not incidents:
        return _("News on your desk")
    return ngettext("One incident changed", "%(number)s incidents changed", incidents) % {"number": incidents}


def _body(news: News) -> str:
    """One line for each record: its reference, how much happened, where to read it."""
    told = [_line(line) for line in news.lines]
    if news.hidden_lines:
        told.append(
            ngettext("One more record changed.", "%(number)s more records changed.", news.hidden_lines)
            % {"number": news.hidden_lines}
        )
    desk = f"{settings.PUBLIC_ADDRESS}/desk/"
    ending = _("All of it: %(desk)s\nHow often you get this mail, or that you get none: %(account)s") % {
        "desk": desk,
        "account": f"{settings.PUBLIC_ADDRESS}/account/",
    }
    return "\n".join([*told, "", ending, ""])


def _line(line: Line) -> str:
    counted = ngettext("one change", "%(number)s changes", line.count) % {"number": line.count}
    return f"{line.ref}: {counted}\n    {settings.PUBLIC_ADDRESS}{page_of(line.ref)}"


def _code_of(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> int:
    """What the server answered: from 500 on it will not take it later either (RFC 5321, 4.2.1)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(min(code for code, _words in error.recipients.values()))
    return int(error.smtp_code)


def _close(server: Any) -> None:
    """Say goodbye; the mails are out, so a server that does not answer changes nothing."""
    try:
        server.close()
    except (OSError, smtplib.SMTPException):
        server.connection = None
