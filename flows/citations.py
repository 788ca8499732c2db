"""Which articles a letter relies on, and how they are written. What is not verified and in force is refused."""

from __future__ import annotations

import re
from datetime import date

from flows.case import Case
from flows.knowledge import Article, Knowledge, Letter

#: Laws that protect only those who buy for their own daily life (消费者权益保护法第二条): not a reseller's to cite.
CONSUMER_LAW = ("consumer-", "consumer-rules-", "penalty-", "seven-day-")


#: Letters that name the child's age as a ground of its own; elsewhere the age stands in what happened.
CHILD_BASIS = frozenset({"court", "game_minor"})
#: 民法典: a child under eight can do no legal act (第二十条, 第一百四十四条); from eight on the guardian's consent decides.
UNDER_EIGHT = ("civil-20", "civil-144")
FROM_EIGHT = ("civil-19", "civil-145")
_YEARS = re.compile(r"(?<!\d)\d{1,2}(?!\d)")


class CitationError(ValueError):
    """A citation that may not leave the house: unknown, not in force on the day, or not verified (G, C)."""


def in_force(article: Article, on: date) -> bool:
    """Whether the article applies on that day."""
    return article.in_force_from <= on and (article.in_force_to is None or on <= article.in_force_to)


def cited(case: Case, letter: Letter, knowledge: Knowledge, on: date) -> tuple[Article, ...]:
    """The articles that this letter relies on; a reseller's rests on no consumer law. Raises CitationError."""
    if not letter.cites:
        return ()
    role = case.facts.get("role")
    trade = role is not None and role.value == "reseller"
    names = knowledge.problems[case.problem].cites.get(letter.channel, ())
    own = child_names(case) if letter.channel in CHILD_BASIS else ()
    return tuple(
        checked(name, knowledge, on)
        for name in (*own, *names)
        if not (trade and name.startswith(CONSUMER_LAW))
    )


def checked(name: str, knowledge: Knowledge, on: date) -> Article:
    """The article of that id. Raises CitationError for one that may not be cited on that day."""
    article = knowledge.articles.get(name)
    if article is None or not in_force(article, on) or article.certainty in ("G", "C"):
        raise CitationError(f"{name} can't be cited on {on}")
    return article


def child_years(case: Case) -> int | None:
    """The age of the child in full years; None where it was not told or can't be read as one number."""
    fact = case.facts.get("child_age")
    found = _YEARS.findall(str(fact.value)) if fact else []
    return int(found[0]) if len(found) == 1 else None


def child_names(case: Case) -> tuple[str, ...]:
    """Ids of the articles that fit the age of the child: its capacity, and what follows for the payment."""
    years = child_years(case)
    if case.problem != "minor_purchase" or years is None or years >= 18:
        return ()
    return UNDER_EIGHT if years < 8 else FROM_EIGHT


def citation_text(articles: tuple[Article, ...]) -> str:
    """《电子商务法》第二十条、第五十一条第二款、《民法典》第五百七十七条"""
    parts, law = [], ""
    for article in articles:
        name = article.law.strip("《》").removeprefix("中华人民共和国")
        parts.append(article.article if name == law else f"《{name}》{article.article}")
        law = name
    return "、".join(parts)
