"""Under which addresses an article is known, and what address a link means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from kb.locales import ISO_639_1

URL = re.compile(r"https?://[^\s<>()\[\]\"'`|\\^{}]+")
_TRAILING = ".,;:!?*_"
# Only what is a language: "/hc/" and "/kb/" are not.
_LOCALE_SEGMENT = re.compile(rf"/(?:{'|'.join(sorted(ISO_639_1))})(?:-[a-z]{{2}})?(?=/)")

EXACT, OLD, ID, SLUG = 4, 3, 2, 1
"""Strengths of an address: the article's URL, a redirect or old URL, its id, the last part of its URL."""


def normalise_address(target: str) -> str:
    """Bring a URL, slug or id to one spelling: no scheme, "www.", query, fragment, ".html" or final slash."""
    text = target.strip()
    if "://" not in text and not text.startswith("/"):
        return unquote(text).strip("/").casefold()
    try:
        parts = urlsplit(text)
    except ValueError:
        # Some characters make a host that no URL may have; such a link leads nowhere, but must not stop an import.
        return text.casefold()
    path = unquote(parts.path).casefold().removesuffix("/").removesuffix(".html")
    return parts.netloc.casefold().removeprefix("www.") + path


def slug(target: str) -> str:
    """The last part of a URL's path, e.g. "reset-password"; empty for a bare host."""
    text = normalise_address(target)
    return text.rsplit("/", 1)[1] if "/" in text else ("" if "://" in target else text)


def addresses_of(article_id: str, source_id: str, url: str, redirects: Iterable[str] = ()) -> dict[str, int]:
    """All addresses of an article with their strength; the stronger wins where one address is found twice."""
    found: dict[str, int] = {}

    def add(address: str, strength: int) -> None:
        if address:
            found[address] = max(strength, found.get(address, 0))

    for identity in (article_id, source_id):
        add(normalise_address(identity), ID)
    if url:
        add(normalise_address(url), EXACT)
        add(_without_locale(normalise_address(url)), OLD)
        add(slug(url), SLUG)
    for old in redirects:
        add(normalise_address(old), OLD)
        add(slug(old), SLUG)
    return found


def candidates(target: str, *, known_hosts: frozenset[str] = frozenset(), any_host: bool = True) -> list[str]:
    """The addresses that a link may mean, best first.

    Args:
        target: A URL, slug or id.
        known_hosts: Hosts that articles live on.
        any_host: Trust the last part of the path on every host; False (for URLs found in running text) trusts it only
            on known hosts, since /download exists everywhere.
    """
    full = normalise_address(target)
    found = [full, _without_locale(full)]
    host = full.split("/", 1)[0] if "://" in target else ""
    if slug(target) and (any_host or host in known_hosts):
        found.append(slug(target))
    return list(dict.fromkeys(a for a in found if a))


def urls_in(text: str, *, limit: int = 20) -> list[str]:
    """The distinct URLs of a text in their order, without the punctuation that follows them."""
    return list(dict.fromkeys(match.group().rstrip(_TRAILING) for match in URL.finditer(text)))[:limit]


def host_of(url: str) -> str:
    """Host of a URL without "www.", lower case; empty if there is none."""
    try:
        return urlsplit(url).netloc.casefold().removeprefix("www.")
    except ValueError:
        return ""


def _without_locale(address: str) -> str:
    return _LOCALE_SEGMENT.sub("", address, count=1)
