"""Whole titles by which pages that are no articles call themselves, in the languages our sources are written in.

Each pattern is for a whole title or for one segment of it (what stands between the marks that set off a site's
name), never for a word within: "Page not found: how archives die" is an article.
"""

from __future__ import annotations

import re
from typing import Final

# " - " and " | " and their kin set off the name of the site; a colon does not.
BETWEEN: Final = re.compile(r"\s+[-–—:]\s+|\s*[|•·»›]+\s*")


def segments_of(title: str) -> list[str]:
    """A title and its parts between marks, without marks at their ends; none for an empty title."""
    whole = " ".join(title.split())
    parts = [whole, *BETWEEN.split(whole)]
    return list(dict.fromkeys(stripped for part in parts if (stripped := part.strip(" .…!?\"'«»“”|-–—"))))


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)


CHALLENGE_TITLE: Final = _any_of(
    r"just a moment",
    r"attention required!? [|] cloudflare",
    r"ddos-?guard",
    r"checking (?:if the site connection is secure|your browser(?: before accessing .{1,80})?)",
    r"verify(?:ing)? (?:that )?you are (?:a )?human",
    r"are you a (?:robot|human)",
    r"pardon our interruption",
    r"bot verification|human verification|robot check|captcha challenge",
    r"access to this page has been denied",
    r"making sure you(?:'|’)?re not a bot",
    r"vercel security checkpoint",
    r"sucuri website firewall.{0,40}",
    r"один момент|проверка браузера|перевірка браузера|вы не робот|я не робот|ви не робот",
    r"nur einen moment|überprüfung ihres browsers|sind sie ein roboter",
    r"un instant|êtes-vous un robot|vérification de votre navigateur",
)
# Titles that an article might bear as well: another sign must stand beside them.
WEAK_CHALLENGE_TITLE: Final = _any_of(
    r"attention required",
    r"access denied|zugriff verweigert|accès refusé|доступ (?:запрещ[её]н|ограничен)|доступ заборонено",
    r"security (?:check|verification)|sicherheitsüberprüfung|vérification de sécurité"
    r"|проверка безопасности|перевірка безпеки",
    r"(?:one moment,? )?please wait|bitte warten|подождите|зачекайте|veuillez patienter",
    r"ой|captcha|forbidden|403|human check|request unsuccessful",
)
CHALLENGE_WORDS: Final = _any_of(
    r"enable javascript and cookies to continue",
    r"checking (?:if the site connection is secure|your browser before)",
    r"complete the (?:security check|captcha)",
    r"verify (?:that )?you are (?:a )?human|confirm (?:that )?you are (?:a )?human",
    r"unusual traffic from your computer",
    r"errors\.edgesuite\.net",
    r"incapsula incident id",
    r"подтвердите, что (?:запросы отправляли вы|вы не робот)|підтвердьте, що ви не робот",
    r"bestätigen sie, dass sie (?:ein mensch|kein roboter) sind",
    r"confirmez que vous (?:êtes humain|n['’]êtes pas un robot)",
)

LOGIN_TITLE: Final = _any_of(
    r"log ?-?in(?:to| to| or sign up| or register)?(?: \S+){0,2}",
    r"sign ?-?in(?: to \S+(?: \S+)?)?|member log ?-?in|please log ?-?in",
    r"anmelden|anmeldung|einloggen|login erforderlich",
    r"вход(?: на сайт| в систему| в личный кабинет)?|войти|авторизация|личный кабинет",
    r"вхід(?: на сайт| до системи)?|увійти|авторизація|особистий кабінет",
    r"connexion|se connecter|identifiez-vous|identification",
    r"iniciar sesión|zaloguj się|logowanie|accedi",
)

_ERROR_CODE = r"(?:http\W*)?(?:error\W*|fehler\W*|erreur\W*|ошибка\W*|помилка\W*)?(?:404|410)(?:\W*(?:error|fehler))?"
_NOT_THERE = "|".join((
    (r"(?:(?:sorry|oops)\W+)?(?:the |this |that )?(?:page|article|story|content|post|file)"
    r"(?: (?:you (?:requested|are looking for|were looking for)))?"
    r" (?:(?:was |is |could |can)?(?: ?not|n['’]t)(?: be)? found|does(?: not|n['’]t) exist|no longer exists"
    r"|not available|unavailable|has been (?:removed|deleted))"),
    r"not found|nothing (?:was )?found",
    r"(?:die |diese )?(?:seite|artikel|inhalt)(?: wurde)? (?:leider )?(?:nicht gefunden|existiert nicht(?: mehr)?)",
    r"nicht gefunden",
    r"(?:cette |la )?(?:page|article|contenu) (?:est )?(?:non trouvée?|introuvable|n['’]existe (?:pas|plus))",
    r"(?:запрашиваемая |эта )?(?:страница|публикация|статья|новость) (?:не найдена|не существует|удалена)",
    r"такой страницы (?:нет|не существует)|(?:материал|документ|раздел) не найден|(?:ничего )?не найдено",
    r"(?:запитувану |цю )?сторінк[ау] (?:не знайдено|не знайдена|не існує|видалено)",
    r"(?:такої )?сторінки не існує|(?:матеріал|статтю|новину|публікацію) не знайдено|(?:нічого )?не знайдено",
    r"página no encontrada|pagina non trovata|strona nie (?:została znaleziona|istnieje)|sayfa bulunamadı",
))  # fmt: skip
MISSING_TITLE: Final = re.compile(
    rf"{_ERROR_CODE}(?:\W+(?:{_NOT_THERE}))?|(?:{_NOT_THERE})(?:\W+{_ERROR_CODE}\W*)?", re.IGNORECASE
)

CONSENT_TITLE: Final = _any_of(
    r"before you continue(?: to .{1,40})?|your privacy choices|cookie consent|we value your privacy|privacy gate",
    r"bevor sie (?:zu .{1,40} weitergehen|fortfahren)|zustimmung(?: erforderlich)?|cookie-?einstellungen"
    r"|ihre privatsphäre",
    r"avant (?:d['’]accéder|de continuer).{0,40}|vos choix en matière de cookies|gérer (?:vos|les) cookies",
    r"прежде чем (?:перейти|продолжить).{0,40}|согласие на использование (?:файлов )?cookies?",
    r"перш ніж (?:перейти|продовжити).{0,40}|згода на використання (?:файлів )?cookies?",
)
