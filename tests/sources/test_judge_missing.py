"""Soft 404s, front pages, lists, posts that are not there, pages without words; and look-alikes that are articles."""

import pytest

from sources.capture.outcomes import Outcome
from tests.sources.pages_to_judge import HEADLINES, LINK, MENU, PARAGRAPHS, judged, page, prose, structured

SOFT_404 = {
    "english": page("Page not found", "<p>Sorry"),
    "a number": page("404", "<p>Oops"),
    "number and words": page("Error 404: Not found | The Paper", "<p>Oops"),
    "a sentence": page("The page you requested was not found", "<p>Oops"),
    "german": page("Seite nicht gefunden – Die Zeitung", "<p>Leider"),
    "french": page("Page introuvable", "<p>Désolé"),
    "russian": page("Страница не найдена", "<p>Извините"),
    "ukrainian": page("Помилка 404 - сторінку не знайдено", "<p>Вибачте"),
    "a template": page("The Paper", MENU + "<p>Nothing here", body_class="error404 home"),
    "a template for crawlers": page("The Paper", "<p>x", '<meta name="prerender-status-code" content="404">'),
    "a heading": page("The Paper", MENU + "<h1>Такої сторінки не існує</h1><p>Спробуйте пошук"),
    "under a long menu": page("Страница не найдена", MENU * 5 + "<p>Извините"),
    "a template under a long menu": page("The Paper", MENU * 5 + "<p>Nothing", body_class="error404"),
    "empty but for its title": page("404 Not Found", ""),
}


@pytest.mark.parametrize("name", SOFT_404)
def test_an_excuse_with_status_200_is_a_soft_404(name):
    assert judged(SOFT_404[name]) == Outcome.VERDICT_SOFT404


NO_SOFT_404 = {
    "404 people": page("404 people are missing, court finds", f"<p>{PARAGRAPHS['en']}"),
    "how archives die": page("Page not found: how archives die", f"<p>{PARAGRAPHS['en']}"),
    "a body word": page("Архив закрыт", f"<p>{PARAGRAPHS['ru']}</p><p>Страница не найдена, отвечал сайт."),
    "a film": page("Nicht gefunden", prose("de", 15)),
    "a heading in a report": page("Archives", f"<h1>Archives</h1><h2>Page not found</h2>{prose(times=1)}"),
    "410 days": page("410 днів облоги", f"<p>{PARAGRAPHS['uk']}"),
}


@pytest.mark.parametrize("name", NO_SOFT_404)
def test_what_speaks_of_missing_pages_is_there(name):
    assert judged(NO_SOFT_404[name]) == Outcome.OK


FRONT = page("All the news", f"<ul>{HEADLINES}</ul>")
HOMES = {
    "the root": ("https://site.example/",),
    "in another language": ("https://site.example/en/",),
    "a region too": ("https://site.example/uk-ua",),
    "a file": ("https://site.example/index.php",),
    "after a consent form": ("https://consent.site.example/c?x", "https://site.example/?guccounter=1"),
    "saying why": ("https://site.example/?error=404",),
    "by www": ("https://www.site.example/?utm_source=redirect",),
}


@pytest.mark.parametrize("name", HOMES)
def test_being_sent_to_the_front_page_is_not_the_page(name):
    assert judged(FRONT, LINK, *HOMES[name]) == Outcome.REDIRECT_HOME


@pytest.mark.parametrize(
    "way",
    [
        ("https://site.example/?p=123", "https://site.example/?p=123&x=1"),
        (LINK, "https://site.example/en/news/2022/denial"),
        (LINK, "https://site.example/a/"),
        ("http://site.example/", "https://site.example/"),
        ("https://site.example/", "https://site.example/uk/"),
    ],
)
def test_another_way_to_the_page_is_no_front_page(way):
    assert judged(page("Denial", prose()), *way) == Outcome.OK


LISTS = {
    "a front page": (FRONT, "https://site.example/"),
    "one with teasers": (
        page("News", "".join(f"<article><a href=/{n}>Story {n}</a><p>{PARAGRAPHS['uk']}</article>" for n in range(20))),
        "https://site.example/uk/",
    ),
    "a tag": (FRONT, "https://site.example/tag/denial"),
    "one that says so": (
        page("Search", f"<p>{PARAGRAPHS['de']}</p><ul>{HEADLINES}</ul>", structured(**{"@type": "CollectionPage"})),
        "https://site.example/suche?q=x",
    ),
    "russian": (
        page("Новости", "".join(f"<a href=/{n}>Жители города номер {n} рассказали, что было</a> " for n in range(60))),
        "https://site.example/news",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_articles_is_none(name):
    assert judged(*LISTS[name]) == Outcome.VERDICT_NOT_ARTICLE


NO_LISTS = {
    "a short report under a long menu": (page("Denial", MENU * 5 + f"<p>{PARAGRAPHS['en'] * 2}</p>"), LINK),
    "an article full of links": (
        page("Sources", prose() + "".join(f"<p>{PARAGRAPHS['fr']}<a href=/{n}>source {n}</a>" for n in range(40))),
        LINK,
    ),
    "an article on the front page": (page("The investigation", prose("de")), "https://site.example/"),
    "an article that says so": (page("Links of the day", f"<ul>{HEADLINES}</ul>", structured()), LINK),
    "related stories below a short one": (
        page("Заява", f"<p>{PARAGRAPHS['uk'] * 3}</p><h2>Також</h2><ul>{HEADLINES}</ul>"), LINK,
    ),
    "a list without links": (page("Names", "".join(f"<li>Person {n}, {n} years" for n in range(200))), LINK),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_LISTS)
def test_links_around_an_article_leave_it_one(name):
    assert judged(*NO_LISTS[name]) == Outcome.OK


YOUTUBE = "https://www.youtube.com/watch?v=abc"
DELETED = {
    "telegram": ("<div class='tgme_widget_message_error'>Post not found</div>", "https://t.me/channel/7?embed=1&mode=tme"),
    "youtube": (
        '<script>var x = {"playabilityStatus":{"status":"ERROR","reason":"Video unavailable"}}</script>',
        YOUTUBE,
    ),
    "x": (
        "<div data-testid='error-detail'><span>Hmm...this page doesn’t exist. Try searching.</span></div>",
        "https://x.com/ministry/status/12345",
    ),
    "facebook": (
        "<h2>This content isn't available right now</h2><p>The owner only shared it with a small group",
        "https://www.facebook.com/ministry/posts/12345",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DELETED)
def test_a_platform_says_itself_that_a_post_is_not_there(name):
    body, address = DELETED[name]
    assert judged(page("Platform", body), address) == Outcome.VERDICT_DELETED_POST


@pytest.mark.parametrize("name", DELETED)
def test_the_same_words_on_another_site_delete_nothing(name):
    body, _address = DELETED[name]
    assert judged(page("How platforms hide posts", body + prose())) == Outcome.OK


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ("<p>Video unavailable, wrote the channel. " + PARAGRAPHS["en"], YOUTUBE),
        ("<div data-testid='error-detail'>Something went wrong. Try reloading.</div>", "https://x.com/a/status/1"),
        ("<h2>This content isn't available right now</h2>", "https://www.facebook.com/ministry/about"),
        ("<p>Post not found, said the ministry. " + PARAGRAPHS["en"], "https://t.me/channel/7?embed=1&mode=tme"),
    ],
)
def test_a_word_in_the_body_deletes_nothing(body, address):
    assert judged(page("Platform", body), address) != Outcome.VERDICT_DELETED_POST


def test_a_private_video_asks_for_a_log_in():
    script = '<script>var x = {"playabilityStatus":{"status":"LOGIN_REQUIRED"}}</script><p>Sign in'
    assert judged(page("YouTube", script), YOUTUBE) == Outcome.VERDICT_LOGIN


@pytest.mark.parametrize("body", ["", "<img src=x>", "<p>…", "<p hidden>words", "<p class=sr-only>words", "<p> • </p>"])
def test_a_page_without_words_is_empty(body):
    assert judged(page("Title", body)) == Outcome.VERDICT_EMPTY


@pytest.mark.parametrize("body", ["<p>Ні.", "<p>404", "<p>No comment, said the minister.", "<p>7"])
def test_a_few_words_are_words(body):
    assert judged(page("Title", body)) == Outcome.OK
