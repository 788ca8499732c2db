"""Which articles a letter relies on, and how they are written. What is not verified and in force is refused."""

from __future__ import annotations

from datetime import date

from flows.case import Case
from flows.knowledge import Article, Knowledge, Letter

#: Laws that protect only those who buy for their own daily life (消费者权益保护法第二条): not a reseller's to cite.
CONSUMER_LAW = ("consumer-", "consumer-rules-", "penalty-", "seven-day-")


class CitationError(ValueError):
    """A citation that may not leave the house: unknown, not in force on the day, or not verified (G, C)."""


def in_force(article: Article, on: date) -> bool:
    """Whether the article applies on that day."""
    return article.in_force_from <= on and (article.in_force_to is None or on <= article.in_force_to)


def cited(case: Case, letter: Letter, knowledge: Knowledge, on: date) -> tuple[Article, ...]:
    """The articles that this letter relies on; a reseller's rests on no consumer law. Raises CitationError."""
    if not letter.cites:
        return ()
    articles = []
    role = case.facts.get("role")
    for name in knowledge.problems[case.problem].cites.get(letter.channel, ()):
        if role is not None and role.value == "reseller" and name.startswith(CONSUMER_LAW):
            continue
        article = knowledge.articles.get(name)
        if article is None or not in_force(article, on) or article.certainty in ("G", "C"):
            raise CitationError(f"{case.problem}: {name} can't be cited on {on} in {letter.id}")
        articles.append(article)
    return tuple(articles)


def citation_text(articles: tuple[Article, ...]) -> str:
    """《电子商务法》第二十条、第五十一条第二款、《民法典》第五百七十七条"""
    parts, law = [], ""
    for article in articles:
        name = article.law.strip("《》").removeprefix("中华人民共和国")
        parts.append(article.article if name == law else f"《{name}》{article.article}")
        law = name
    return "、".join(parts)
