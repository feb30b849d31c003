"""What synthetic parties say, in three languages. Invented sentences about invented events."""

LANGUAGES = ("en", "uk", "ru")

# By kind of statement: what it says in English, Ukrainian, Russian. {a} accused, {p} place, {n} number, {s} street.
OPENINGS: dict[str, tuple[str, str, str]] = {
    "allegation": ("{a} shelled {s} in {p}", "{a} обстріляли {s} у місті {p}", "{a} обстреляли {s} в городе {p}"),
    "denial": (
        "Our units did not fire on {s} in {p}",
        "Наші підрозділи не стріляли по {s} у місті {p}",
        "Наши подразделения не стреляли по {s} в городе {p}",
    ),
    "acknowledgement": (
        "A shell of ours fell on {s} in {p}",
        "Наш снаряд упав на {s} у місті {p}",
        "Наш снаряд упал на {s} в городе {p}",
    ),
    "justification": (
        "There was a firing position on {s} in {p}",
        "На {s} у місті {p} була вогнева позиція",
        "На {s} в городе {p} была огневая позиция",
    ),
    "characterization": (
        "What was done in {p} is a crime",
        "Те, що сталося у {p}, є злочином",
        "То, что было в {p}, преступление",
    ),
    "casualty_figure": (
        "{n} people were killed on {s} in {p}",
        "На {s} у {p} загинули {n} людей",
        "На {s} в {p} погибли {n} человек",
    ),
    "authenticity_claim": (
        "The video from {p} is staged",
        "Відео з міста {p} постановне",
        "Видео из города {p} постановочное",
    ),
    "humanitarian_claim": (
        "{n} tonnes of food reached {p}",
        "До міста {p} привезли {n} тонн їжі",
        "В город {p} привезли {n} тонн еды",
    ),
    "movement_claim": (
        "The column left {p} that week",
        "Колона залишила {p} того тижня",
        "Колонна покинула {p} на той неделе",
    ),
    "motive_claim": (
        "The pictures of {p} were made for the talks",
        "Знімки з {p} зробили до переговорів",
        "Снимки из {p} сделали к переговорам",
    ),
    "condemnation": (
        "We condemn what happened in {p}",
        "Ми засуджуємо те, що сталося у {p}",
        "Мы осуждаем то, что произошло в {p}",
    ),
    "endorsement": (
        "We welcome the inquiry into {p}",
        "Ми вітаємо розслідування подій у {p}",
        "Мы приветствуем расследование событий в {p}",
    ),
    "announcement": (
        "An inquiry into {p} has been opened",
        "Розпочато розслідування подій у {p}",
        "Начато расследование событий в {p}",
    ),
    "appeal": (
        "Open a road for civilians out of {p}",
        "Відкрийте дорогу для цивільних із {p}",
        "Откройте дорогу для гражданских из {p}",
    ),
    "testimony": ("I saw {n} bodies on {s} in {p}", "Я бачила {n} тіл на {s} у {p}", "Я видела {n} тел на {s} в {p}"),
    "finding": (
        "The craters on {s} in {p} show one direction",
        "Вирви на {s} у {p} вказують один напрямок",
        "Воронки на {s} в {p} указывают одно направление",
    ),
    "correction": (
        "We gave a wrong number for {p}",
        "Ми назвали хибне число щодо {p}",
        "Мы назвали неверное число по {p}",
    ),
    "retraction": (
        "We take back our report on {p}",
        "Ми відкликаємо наше повідомлення про {p}",
        "Мы отзываем наше сообщение о {p}",
    ),
    "no_comment": ("We do not comment on {p}", "Ми не коментуємо події у {p}", "Мы не комментируем события в {p}"),
}

DETAILS: tuple[tuple[str, str, str], ...] = (
    (
        "shortly after the bread queue had formed",
        "невдовзі після того, як зібралася черга по хліб",
        "вскоре после того, как собралась очередь за хлебом",
    ),
    ("and the fires burned until the morning", "і пожежі горіли до ранку", "и пожары горели до утра"),
    (
        "as the satellite pictures of that day show",
        "як показують супутникові знімки того дня",
        "как показывают спутниковые снимки того дня",
    ),
    (
        "while the road to the north was closed",
        "поки дорога на північ була закрита",
        "пока дорога на север была закрыта",
    ),
    ("between house {n} and the school", "між будинком {n} і школою", "между домом {n} и школой"),
    (
        "and nobody was let through for days",
        "і кілька днів нікого не пропускали",
        "и несколько дней никого не пропускали",
    ),
    ("which the municipal records bear out", "що підтверджують міські записи", "что подтверждают городские записи"),
    ("on the third day without water", "на третій день без води", "на третий день без воды"),
)

STREETS: tuple[tuple[str, str, str], ...] = (
    ("Apple Street", "вулиці Яблуневій", "улице Яблоневой"),
    ("Station Square", "площі Вокзальній", "площади Вокзальной"),
    ("Mill Lane", "провулку Млиновому", "переулке Мельничном"),
    ("Garden Street", "вулиці Садовій", "улице Садовой"),
)

BETWEEN: tuple[tuple[str, str, str], ...] = (
    (
        "The office said this in its evening briefing.",
        "Про це сказали на вечірньому брифінгу.",
        "Об этом сказали на вечернем брифинге.",
    ),
    (
        "Reporters on the spot had no way to check it.",
        "Журналісти на місці не мали змоги це перевірити.",
        "Журналисты на месте не могли это проверить.",
    ),
    (
        "Calls to the number given were not answered.",
        "На дзвінки за вказаним номером не відповіли.",
        "На звонки по указанному номеру не ответили.",
    ),
    ("It was quiet in the town by evening 🕯.", "До вечора в місті стало тихо 🕯.", "К вечеру в городе стало тихо 🕯."),
)

SAID = ("said", "сказано в заяві", "сказано в заявлении")
QUOTES = (("“", "”"), ("«", "»"), ("«", "»"))

# Parties: a kind, and the pattern of the name in the three languages; {t} is a town, {k} a running number.
BODIES: tuple[tuple[str, str, str, str], ...] = (
    ("armed_force", "Army group {k}", "Угруповання військ {k}", "Группировка войск {k}"),
    ("state_body", "Ministry {k}", "Міністерство {k}", "Министерство {k}"),
    ("media", "Herald of {t} {k}", "Вісник міста {t} {k}", "Вестник города {t} {k}"),
    ("ngo", "Witness Group {t} {k}", "Група свідків {t} {k}", "Группа свидетелей {t} {k}"),
    ("person", "Official {k} of {t}", "Посадовець {k} з міста {t}", "Чиновник {k} из города {t}"),
    ("igo", "Commission {k}", "Комісія {k}", "Комиссия {k}"),
    ("witness", "Resident {k} of {t}", "Мешканець {k} міста {t}", "Житель {k} города {t}"),
)

TOWNS: tuple[tuple[str, str, str], ...] = tuple(
    (en + end_en, uk + end_uk, ru + end_ru)
    for en, uk, ru in (
        ("Verb", "Верб", "Верб"),
        ("Lypov", "Липов", "Липов"),
        ("Dubn", "Дубн", "Дубн"),
        ("Kalyn", "Калин", "Калин"),
        ("Zhovt", "Жовт", "Жовт"),
        ("Sosn", "Сосн", "Сосн"),
        ("Berez", "Берез", "Берез"),
        ("Topol", "Топол", "Топол"),
    )
    for end_en, end_uk, end_ru in (
        ("ivka", "івка", "овка"),
        ("yne", "ине", "ино"),
        ("ychi", "ичі", "ичи"),
        ("ets", "ець", "ец"),
        ("anka", "анка", "анка"),
        ("ove", "ове", "ово"),
    )
)
