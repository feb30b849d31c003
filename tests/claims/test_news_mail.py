"""News by mail, over a real mail server: once, folded, and saying nothing that an adversary could use."""

from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from claims.actions.following import follow
from claims.actions.incident import IncidentFields, edit_incident
from claims.actions.remark import make_remark
from claims.news_mail import send_news
from harmtracker import jobs, schedule
from harmtracker.errors import Refused
from harmtracker.jobs import TryAgain
from harmtracker.models import User
from harmtracker.people import set_mail
from harmtracker.turns import claim_next
from tests.background import free_ports
from tests.factories import IncidentFactory, PlaceFactory, TeamFactory, analyst, viewer

pytestmark = pytest.mark.django_db
HERE = "https://tracker.example.org"


class Box:
    """Keeps what it is handed, or answers as a test tells it to."""

    def __init__(self):
        self.kept, self.answers = [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.kept.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"


@pytest.fixture(scope="module")
def running():
    box = Box()
    [box.port] = free_ports(1)
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def box(running, settings):
    running.kept.clear()
    running.answers.clear()
    where = {"host": "127.0.0.1", "port": running.port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": where}}
    settings.MAIL_FROM, settings.PUBLIC_ADDRESS = "desk@house.example", HERE
    return running


def reader(address="olena@house.example", mail="hourly", **fields):
    return analyst(email=address, mail=mail, **fields)


def changed(incident, by=None):
    given = IncidentFields(title=incident.title + "!", occurred=incident.occurred, place=incident.place)
    edit_incident(incident=incident, given=given, expected_version=incident.version, by=by or analyst(), reason="x")


def later(**passed):
    User.objects.update(mailed_at=timezone.now() - timedelta(**passed))


def test_a_mail_tells_that_something_happened_and_not_what(box):
    one = reader()
    incident = IncidentFactory(title="Killings on Yablunska", place=PlaceFactory(name="Bucha"))
    follow(incident=incident, by=one)
    changed(incident, by=analyst(name="Petro Bilyk"))
    make_remark(record=incident, words="Ask Iryna", by=analyst())
    assert send_news() == 1
    [(to, mail)] = box.kept
    assert to == ["olena@house.example"]
    for word in ("Subject: One incident changed", f"{incident.ref}: 2 changes", f"{HERE}/incidents/{incident.ref}/"):
        assert word in mail
    for word in ("Yablunska", "Bucha", "Killings", "Iryna", "Petro", one.name):
        assert word not in mail


def test_each_event_goes_out_once_and_not_too_often(box):
    one, incident = reader(), IncidentFactory()
    follow(incident=incident, by=one)
    changed(incident)
    assert [send_news(), send_news()] == [1, 0]
    later(hours=2)
    assert send_news() == 0  # nothing new
    changed(incident)
    later(minutes=30)
    assert send_news() == 0  # too soon
    later(hours=2)
    assert send_news() == 1
    assert f"{incident.ref}: one change" in box.kept[-1][1]
    User.objects.exclude(email="").update(mail="daily")
    changed(incident)
    later(hours=2)
    assert send_news() == 0
    later(days=1)
    assert send_news() == 1


def test_who_wants_none_left_has_read_it_or_may_not_see_it_gets_none(box):
    incident = IncidentFactory()
    read = reader("read@house.example")
    gone = reader("gone@house.example", is_active=False)
    for one in (read, gone, reader("never@house.example", mail="never")):
        follow(incident=incident, by=one) if one.is_active else None
    changed(incident)
    User.objects.filter(pk=read.pk).update(read_up_to=10**9)
    hidden = IncidentFactory()
    outside = reader("outside@house.example")
    follow(incident=hidden, by=outside)
    changed(hidden)
    type(hidden).objects.filter(pk=hidden.pk).update(team=TeamFactory())
    assert send_news() == 0
    assert box.kept == []


def test_a_server_that_cannot_be_reached_loses_nothing(box, settings):
    one, incident = reader(), IncidentFactory()
    follow(incident=incident, by=one)
    changed(incident)
    settings.MAILERS["default"]["OPTIONS"]["port"] = 9
    with pytest.raises(TryAgain, match="cannot be reached"):
        send_news()
    settings.MAILERS["default"]["OPTIONS"]["port"] = box.port
    assert send_news() == 1


def test_what_was_put_off_is_sent_later_and_what_was_refused_is_told_once(box):
    incident = IncidentFactory()
    for name in ("late", "wrong", "well"):
        follow(incident=incident, by=reader(f"{name}@house.example"))
    changed(incident)
    box.answers = {"late@house.example": "450 later", "wrong@house.example": "550 nobody"}
    with pytest.raises(TryAgain, match="did not take 1 mails"):
        send_news()
    assert [to for to, _mail in box.kept] == [["well@house.example"]]
    box.answers.pop("late@house.example")
    assert send_news() == 1
    changed(incident)
    later(hours=2)
    with pytest.raises(Refused, match="refused 1 addresses"):
        send_news()
    assert len(box.kept) == 4


def test_without_a_server_nothing_is_sent(settings):
    settings.MAILERS = {}
    follow(incident=(incident := IncidentFactory()), by=reader())
    changed(incident)
    assert send_news() == 0


def test_the_clock_asks_for_it_and_a_failure_stands_in_the_ledger(box):
    incident = IncidentFactory()
    follow(incident=incident, by=reader("wrong@house.example"))
    changed(incident)
    box.answers = {"wrong@house.example": "550 nobody"}
    job = schedule.fall_due("news.mail")
    jobs.do(claim_next("claims"))
    job.refresh_from_db()
    assert (job.state, job.last_error) == ("dead", "The mail server refused 1 addresses for good.")


def test_one_chooses_ones_own_address_and_rhythm(settings, client_of):
    one = analyst()
    client = client_of(one)
    assert "Mail is not set up" in client.get("/account/").content.decode()
    assert client.post("/account/mail/", {"email": "a@house.example", "mail": "daily"}).status_code == 422
    settings.MAILERS = {"default": {}}
    for sent, status in (
        ({"email": "", "mail": "daily"}, 422), ({"email": "nonsense", "mail": "daily"}, 422),
        ({"email": "a@house.example", "mail": "weekly"}, 422), ({"email": "a@house.example", "mail": "daily"}, 302),
        ({"email": "", "mail": "never"}, 302),
    ):  # fmt: skip
        assert client.post("/account/mail/", sent).status_code == status, sent
    client.post("/account/mail/", {"email": "a@house.example", "mail": "daily"})
    one.refresh_from_db()
    assert (one.email, one.mail) == ("a@house.example", "daily")
    with pytest.raises(Refused):
        set_mail(person=viewer(), email="b@house.example", mail="daily")
