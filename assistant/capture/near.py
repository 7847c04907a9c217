"""Which version of an article readers of a language are shown."""

from __future__ import annotations

from collections.abc import Iterable

from kb.articles import Articles, Kin
from kb.knowledge.candidate import NearArticle
from kb.model import Confidence


class NearArticles:
    """Articles as what may answer a candidate.

    Args:
        articles: Of the database.
    """

    def __init__(self, articles: Articles) -> None:
        self._articles = articles

    def families(self, ids: Iterable[str], locale: str) -> dict[str, NearArticle]:
        """By article id and by family, the live version that readers of a language are shown.

        Args:
            ids: Of articles or families.
            locale: The readers' language; where a family has none in it, its original stands.
        """
        kin = [each for each in self._articles.families(ids) if each.confidence is not Confidence.ARCHIVED]
        chosen: dict[str, Kin] = {}
        for each in sorted(kin, key=lambda k: (k.locale != locale, k.id != k.family, k.id)):
            chosen.setdefault(each.family, each)
        titles = {a.id: a.title for a in self._articles.get_many(each.id for each in chosen.values()).values()}
        near = {f: NearArticle(k.id, f, titles[k.id], k.locale) for f, k in chosen.items() if k.id in titles}
        return near | {each.id: near[each.family] for each in kin if each.family in near}
