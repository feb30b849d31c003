"""Checks for robots, log-in forms, paywalls and consent forms, and look-alikes that are articles."""

from datetime import UTC, datetime

import pytest

from sources.capture.extract import extract
from sources.capture.fetch import Fetched
from sources.capture.judge import Kind, judge
from sources.capture.outcomes import Outcome
from sources.capture.visit import Hop
from tests.sources.pages_to_judge import LINK, MENU, PARAGRAPHS, judged, page, prose, structured

CHALLENGES = {
    "cloudflare": page("Just a moment...", "<p>Checking</p>", "<script>window._cf_chl_opt={cvId:'3'};</script>"),
    "cloudflare without its title": page(
        "site.example",
        "<h1>site.example</h1><p>Needs to review the security of your connection.</p>",
        "<script>window._cf_chl_opt = {cType: 'managed'};</script>",
    ),
    "cloudflare refusal": page(
        "Attention Required! | Cloudflare", "<div id=cf-error-details><h1>Sorry, you have been blocked</h1></div>"
    ),
    "ddos-guard": page("DDoS-Guard", "<h1>Проверка браузера перед переходом на сайт</h1>"),
    "ddos-guard by its script": page(
        "site.example", "<p>Подождите", "<script src='/.well-known/ddos-guard/js-challenge/index.js'></script>"
    ),
    "akamai": page(
        "Access Denied",
        "<h1>Access Denied</h1>You don't have permission to access this page on this server.<p>Reference #18.2f 3"
        "<p>https://errors.edgesuite.net/18.2f",
    ),
    "akamai's puzzle": page("site.example", "<div id=sec-if-cpt-container><p>Powered and protected by</div>"),
    "perimeterx": page("Access to this page has been denied", "<div id=px-captcha></div><p>Press and hold"),
    "imperva": page("", "<iframe id=main-iframe src='/_Incapsula_Resource?SWUDNSAI=31'></iframe>Request unsuccessful."),
    "datadome": page(
        "site.example", "<p>Please enable JS</p><script src='https://ct.captcha-delivery.com/c.js'></script>"
    ),
    "google": page(
        "https://www.google.com/search", "<form id=captcha-form></form>Our systems have detected unusual traffic"
    ),
    "yandex": page(
        "Ой!", "<form id=checkbox-captcha-form></form><p>Подтвердите, что запросы отправляли вы, а не робот"
    ),
    "anubis": page("Making sure you're not a bot!", "<p>Loading...", "<script id=anubis_challenge></script>"),
    "a captcha and a title": page("Security check", "<div class=g-recaptcha></div><p>Tick the box"),
    "german": page("Nur einen Moment…", "<p>Wir überprüfen Ihren Browser"),
    "ukrainian": page("Перевірка браузера", "<p>Зачекайте кілька секунд"),
}


@pytest.mark.parametrize("name", CHALLENGES)
@pytest.mark.parametrize(("status", "outcome"), [(200, Outcome.OK), (403, Outcome.HTTP_403), (503, Outcome.HTTP_5XX)])
def test_a_check_for_robots_is_named_whatever_its_status(name, status, outcome):
    assert judged(CHALLENGES[name], status=status, outcome=outcome) == Outcome.VERDICT_CHALLENGE


@pytest.mark.parametrize(("header", "value"), [("cf_mitigated", "challenge"), ("x_amzn_waf_action", "captcha")])
def test_a_header_names_a_check_for_robots(header, value):
    assert judged(page("", ""), status=403, outcome=Outcome.HTTP_403, **{header: value}) == Outcome.VERDICT_CHALLENGE


NO_CHALLENGES = {
    "an article about captchas": page("Verify you are human: how captchas shut out the blind", prose()),
    "a short one": page("Access denied", f"<p>{PARAGRAPHS['en']}</p><p>They were told 'verify you are not a spy'.</p>"),
    "a short one with a captcha below": page(
        "Observers at the border", prose(times=2) + "<form><div class=g-recaptcha></div></form>"
    ),
    "just a moment, in full": page("Just a moment", prose(times=4)),
    "security check": page("Проверка безопасности на въезде в город", prose("ru", 2)),
    "a site behind cloudflare": page(
        "Denial", prose(times=2), "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
    ),
    "a quotation": page("Пресса о проверках", prose("ru", 1) + "<p>Please complete the security check, написано там."),
    "an article marked as one": page("Один момент", "<p>Коротко.", structured()),
}


@pytest.mark.parametrize("name", NO_CHALLENGES)
def test_what_speaks_of_checks_is_no_check(name):
    assert judged(NO_CHALLENGES[name]) == Outcome.OK


def test_a_plain_refusal_stays_one():
    refused = page("403 Forbidden", "<h1>Forbidden</h1><p>You don't have permission to access this resource.")
    assert judged(refused, status=403, outcome=Outcome.HTTP_403) == Outcome.HTTP_403


FORM = "<form><input name=u><input type=password name=p><button>OK</button></form>"
LOGINS = {
    "by title": (page("Log in", FORM),),
    "under a long menu": (page("Вход", MENU * 5 + FORM),),
    "with the site's name": (page("Sign in - The Paper", FORM),),
    "german": (page("Anmelden | Die Zeitung", FORM),),
    "french": (page("Se connecter – Le Journal", FORM),),
    "russian": (page("Авторизация", FORM),),
    "ukrainian": (page("Увійти — Газета", FORM),),
    "by path": (page("The Paper", FORM), LINK, "https://site.example/login?next=/news/2022/denial"),
    "by host": (page("The Paper", FORM), LINK, "https://sso.site.example/start"),
    "made by script": (
        page("Instagram", "<p>Loading"), "https://www.instagram.com/p/abc/", "https://www.instagram.com/accounts/login/",
    ),
    "linkedin": (
        page("Sign Up | LinkedIn", "<p>Join"), "https://www.linkedin.com/posts/x", "https://www.linkedin.com/authwall?t=1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGINS)
def test_a_log_in_form_is_not_the_page(name):
    assert judged(*LOGINS[name]) == Outcome.VERDICT_LOGIN


NO_LOGINS = {
    "troops enter": (page("Вход войск в город", FORM + prose("ru", 2)),),
    "a guide": (page("Log in to the past: archives open", FORM + prose(times=1)),),
    "a path that only begins so": (page("Leak", FORM + prose(times=1)), "https://site.example/login-data-leak"),
    "the section called auth": (page("Denial", prose(times=3)), "https://site.example/auth/2022/denial"),
    "a login box beside a long article": (page("Login", FORM + prose(times=8)),),
    "no form at all": (page("Sign in", f"<p>{PARAGRAPHS['en']}"),),
    "ukrainian": (page("Вхід до міста закрито", FORM + prose("uk", 1)),),
}


@pytest.mark.parametrize("name", NO_LOGINS)
def test_what_speaks_of_logging_in_is_no_log_in_form(name):
    assert judged(*NO_LOGINS[name]) == Outcome.OK


NOT_FREE = structured(isAccessibleForFree=False)
PART = structured(
    isAccessibleForFree="False",
    hasPart={"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"},
)
PAYWALLS = {
    "it says so and is short": page("Denial", prose(times=2), NOT_FREE),
    "german": page("Leugnung", prose("de", 3), NOT_FREE),
    "the paid part is missing": page("Denial", f"<article>{prose(times=6)}</article>", PART),
    "the paid part is a beginning": page("Denial", prose("uk", 5) + "<div class=paid><p>Далі</p></div>", PART),
    "a long menu around a teaser": page(
        "Denial", MENU + f"<article>{prose(times=2)}</article><footer>{prose('fr', 9)}</footer>", NOT_FREE
    ),
    "a locked tier": page(
        "Denial", f"<p>{PARAGRAPHS['en']}", '<meta property="article:content_tier" content="locked">'
    ),
    "a box": page("Denial", f"<p>{PARAGRAPHS['ru']}</p><div class=paywall>Оформите подписку, чтобы читать дальше"),
}


@pytest.mark.parametrize("name", PAYWALLS)
def test_a_teaser_before_a_paywall_is_not_the_page(name):
    assert judged(PAYWALLS[name]) == Outcome.VERDICT_PAYWALL


NO_PAYWALLS = {
    "not free, and sent in full": page("Denial", prose(), NOT_FREE),
    "the paid part was sent": page("Denial", f"<p>x</p><div class=paid>{prose(times=4)}</div>", PART),
    "free": page("Denial", prose(times=1), structured(isAccessibleForFree=True)),
    "an article about paywalls": page("Paywall fällt nach Protesten", prose("de", 2)),
    "an empty box for a script": page("Denial", prose("fr", 1) + "<div class=paywall></div>"),
    "a box in hiding": page("Denial", prose("uk", 1) + "<div class=paywall style='display:none'>Передплатіть</div>"),
    "a plea for money": page("Denial", prose("ru", 2) + "<div class=paywall>Поддержите нас"),
    "a metered tier read in full": page(
        "Denial", prose(times=5), '<meta property="article:content_tier" content="metered">'
    ),
}


@pytest.mark.parametrize("name", NO_PAYWALLS)
def test_what_was_sent_in_full_is_no_teaser(name):
    assert judged(NO_PAYWALLS[name]) == Outcome.OK


CONSENTS = {
    "another host": (page("Denial", prose()), LINK, "https://consent.site.example/collect?continue=x"),
    "yahoo's": (page("Yahoo", prose("de", 2)), "https://yahoo.example/a", "https://guce.yahoo.example/consent"),
    "a path": (page("Die Zeitung", prose("de", 2)), LINK, "https://site.example/zustimmung?url=x"),
    "a wall": (page("Le Journal", prose("fr", 2)), LINK, "https://site.example/privacy-wall/?r=x"),
    "a title and a form": (
        page("Before you continue to YouTube", "<form action='https://consent.youtube.com/save'></form><p>We use"),
    ),
    "german": (page("Bevor Sie zu Google weitergehen", "<p>Wir verwenden Cookies"),),
    "ukrainian": (page("Перш ніж перейти до пошуку", "<p>Ми використовуємо файли cookie"),),
}


@pytest.mark.parametrize("name", CONSENTS)
def test_a_consent_form_is_not_the_page(name):
    assert judged(*CONSENTS[name]) == Outcome.VERDICT_CONSENT


NO_CONSENTS = {
    "a round by the form and back": (page("Denial", prose()), LINK, "https://consent.site.example/c", LINK),
    "an article about consent": (page("Zustimmung der Regierung erforderlich", prose("de", 3)),),
    "a section": (page("Consent", prose()), "https://site.example/consent/2022", "https://site.example/consent/2022/"),
    "a banner on an article": (page("Denial", "<div>We value your privacy</div>" + prose(times=2)),),
    "a title alone": (page("Before you continue", prose("fr", 4)),),
}


@pytest.mark.parametrize("name", NO_CONSENTS)
def test_what_speaks_of_consent_is_no_form(name):
    assert judged(*NO_CONSENTS[name]) == Outcome.OK


def test_a_robot_check_is_the_truer_name_of_a_refusal():
    visit = Fetched(LINK, LINK, Outcome.HTTP_403, datetime.now(UTC), hops=(Hop(LINK, status=403),))
    text = extract(CHALLENGES["cloudflare"].encode(), Kind.HTML).text
    assert judge(visit, text) == Outcome.VERDICT_CHALLENGE
