"""Addresses: one spelling for every way to name an article, and what a link may mean."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.addresses import (
    EXACT,
    ID,
    OLD,
    SLUG,
    addresses_of,
    candidates,
    host_of,
    normalise_address,
    slug,
    urls_in,
)

HOSTS = frozenset({"help.example"})
URL_TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(max_size=30).map("https://".__add__),
    st.lists(
        st.sampled_from(["https://", "help.example", "/sv", "/kb", "/", "?q", "#x", ".html", "%20", "[", "℀", ":"])
    ).map("".join),
)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://help.example/reset", "help.example/reset"),
        ("http://www.Help.Example/Reset/", "help.example/reset"),
        ("https://help.example/reset.html", "help.example/reset"),
        ("https://help.example/reset?from=mail#step-2", "help.example/reset"),
        ("https://help.example/b%C3%A5t", "help.example/båt"),
        ("https://help.example:8443/reset", "help.example:8443/reset"),
        ("https://help.example/", "help.example"),
        ("/reset/", "/reset"),
        ("Reset-Password", "reset-password"),
        (" reset ", "reset"),
        ("KB-0042", "kb-0042"),
        ("", ""),
    ],
)
def test_one_spelling(written: str, address: str) -> None:
    assert normalise_address(written) == address


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("https://help.example/sv/kb/reset-password", "reset-password"),
        ("https://help.example/kb/Reset.html?x=1", "reset"),
        ("https://help.example", ""),
        ("https://help.example/", ""),
        ("/kb/reset", "reset"),
        ("reset", "reset"),
    ],
)
def test_slug(written: str, last: str) -> None:
    assert slug(written) == last


def test_an_address_has_the_strength_of_its_best_reason() -> None:
    found = addresses_of("kb-1", "17", "https://help.example/sv/kb/reset", ["https://old.example/reset", "kb-1"])
    assert found == {
        "kb-1": OLD,
        "17": ID,
        "help.example/sv/kb/reset": EXACT,
        "help.example/kb/reset": OLD,
        "reset": SLUG,
        "old.example/reset": OLD,
    }


@pytest.mark.parametrize(
    ("url", "without_language"),
    [
        ("https://help.example/sv/kb/reset", "help.example/kb/reset"),
        ("https://help.example/en-US/kb/reset", "help.example/kb/reset"),
        ("https://help.example/hc/en-us/articles/17", "help.example/hc/articles/17"),
        ("https://help.example/hc/da/articles/17", "help.example/hc/articles/17"),
        ("https://help.example/no/reset", "help.example/reset"),
    ],
)
def test_a_link_in_another_language_may_mean_the_article(url: str, without_language: str) -> None:
    assert candidates(url, known_hosts=HOSTS)[:2] == [normalise_address(url), without_language]
    assert addresses_of("x", "x", url)[without_language] == OLD


@pytest.mark.parametrize(
    ("target", "any_host", "trusted"),
    [
        ("https://help.example/kb/reset", False, True),
        ("https://www.help.example/kb/reset", False, True),
        ("https://shop.example/reset", False, False),
        ("https://help.example.evil.example/reset", False, False),
        ("https://help.example@evil.example/reset", False, False),
        ("https://shop.example/reset", True, True),
    ],
)
def test_the_last_part_counts_on_known_hosts_only(target: str, any_host: bool, trusted: bool) -> None:
    assert ("reset" in candidates(target, known_hosts=HOSTS, any_host=any_host)) is trusted


def test_candidates_of_a_plain_id() -> None:
    assert candidates("KB-0042") == ["kb-0042"]
    assert candidates("  ") == []


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://help.example/reset.", ["https://help.example/reset"]),
        ("[here](https://help.example/reset), or **https://help.example/b**!", ["https://help.example/reset", "https://help.example/b"]),
        ("<https://a.example> \"https://b.example/x\" 'https://c.example'", ["https://a.example", "https://b.example/x", "https://c.example"]),
        ("https://a.example/x https://a.example/x", ["https://a.example/x"]),
        ("http:// https://", []),
        ("mailto:a@b.example ftp://x.example", []),
    ],
)  # fmt: skip
def test_urls_of_a_text(text: str, urls: list[str]) -> None:
    assert urls_in(text) == urls


def test_urls_are_limited() -> None:
    assert len(urls_in(" ".join(f"https://a.example/{i}" for i in range(50)))) == 20


@given(URL_TEXTS)
@example("https://[half")
@example("https://exa\u2100mple.example/x")
@example("/[")
def test_no_text_breaks_an_address(text: str) -> None:
    """Links come from customers' and agents' keyboards; none may stop an import."""
    assert isinstance(normalise_address(text), str)
    assert isinstance(slug(text), str)
    assert isinstance(host_of(text), str)
    assert all(candidates(text, known_hosts=HOSTS, any_host=False))
    assert all(addresses_of("a", "b", text, [text]))


@given(URL_TEXTS)
def test_an_article_is_found_by_its_own_url(url: str) -> None:
    addresses = addresses_of("a1", "s1", url)
    found = candidates(url)
    assert not found or found[0] in addresses
