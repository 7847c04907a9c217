"""What a data set can be asked beyond itself: across languages, with one language each, among distractors. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from assistant.evaluation.datasets import Labelled, Row
from kb.locales import normalise_locale

OWN, OTHER = "own", "other"
"""Groups of the mixed base: the answer exists in the language of the question, or only in another one."""

Item = Mapping[str, str]
"""One article in several languages: article ids by language."""


def across(queries: Sequence[Labelled], items: Sequence[Item]) -> list[Labelled]:
    """Every question whose answer exists in several languages, asked once per language with answers only in that one.

    Args:
        queries: Questions with their answers.
        items: Which articles are the same one.

    Returns:
        In the order of the queries, then of languages: group "da>nb" is a Danish question that only bokmål articles
        may answer, "da>da" the same question with answers of its own language. A question without an answer in its
        own language is left out, since its share would have no denominator.
    """
    item_of = _by_article(items)
    found: list[Labelled] = []
    for query in queries:
        versions = _versions(query, item_of)
        if query.locale not in versions or len(versions) < 2:
            continue
        found += [
            replace(query, relevant=frozenset(ids), group=f"{query.locale}>{locale}", within=(locale,))
            for locale, ids in sorted(versions.items())
        ]
    return found


def left_out(items: Sequence[Item]) -> frozenset[str]:
    """The articles that a mixed base does without: of every item one language stays, chosen by a stable hash.

    Args:
        items: Which articles are the same one; one in a single language stays as it is.

    Returns:
        Article ids. An article that several items name is left out if any of them leaves it out.
    """
    return frozenset(
        article_id for item in items for locale, article_id in item.items() if locale != _kept_locale(item)
    )


def mixed(queries: Sequence[Labelled], items: Sequence[Item]) -> list[Labelled]:
    """The questions to a mixed base: all that ask about an item of which one language was kept.

    Args:
        queries: Questions with their answers in the whole base.
        items: Which articles are the same one, as for `left_out`.

    Returns:
        In the order of the queries, each with the versions that stayed as its answers, in group OWN if one of them is
        in the question's language, else OTHER.
    """
    item_of, gone = _by_article(items), left_out(items)
    found: list[Labelled] = []
    for query in queries:
        versions = _versions(query, item_of)
        if len(versions) < 2:
            continue
        kept = {locale: ids - gone for locale, ids in versions.items()}
        stayed = frozenset().union(*kept.values())
        if stayed:
            found.append(replace(query, relevant=stayed, group=OWN if kept.get(query.locale) else OTHER))
    return found


def distractors(pages: Iterable[Row], own: Iterable[Row], locale: str, count: int) -> Iterator[Row]:
    """The first articles in a language that answer nothing here.

    Args:
        pages: Articles to choose from.
        own: The articles of the data set. What has the id or the address of one of them is left out, since a page that
            holds the labelled answer is no distractor.
        locale: In which language.
        count: How many at most.
    """
    taken = {name for row in own for name in (str(row.get("id")), _address(row)) if name}
    others = (
        row
        for row in pages
        if normalise_locale(row.get("locale")) == locale
        and str(row.get("id")) not in taken
        and _address(row) not in taken
    )
    return islice(others, count)


def existing(items: Iterable[Item], articles: Iterable[str]) -> list[Item]:
    """The items that exist in two languages or more, without ids of articles that are not there."""
    known = frozenset(articles)
    there = ({locale: article for locale, article in item.items() if article in known} for item in items)
    return [item for item in there if len(item) > 1]


def _versions(query: Labelled, item_of: Mapping[str, Sequence[Item]]) -> dict[str, set[str]]:
    """The answers to a question by language, translations included."""
    versions: dict[str, set[str]] = {}
    for article_id in query.relevant:
        for item in item_of.get(article_id, ()):
            for locale, version in item.items():
                versions.setdefault(locale, set()).add(version)
    return versions


def _by_article(items: Sequence[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        for article_id in item.values():
            found.setdefault(article_id, []).append(item)
    return found


def _kept_locale(item: Item) -> str:
    """Which language stays: by a hash of the ids, so that it is the same on every machine and in every order."""
    locales = sorted(item)
    name = "\n".join(item[locale] for locale in locales)
    return locales[int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) % len(locales)]


def _address(row: Row) -> str:
    """Where an article lives, without the place on the page; empty if it does not say."""
    return str(row.get("url") or "").split("#")[0].casefold()
