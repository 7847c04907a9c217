"""The links of a draft: each found where it stands, and told whether it leads somewhere."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.links import Destination, LinkKind, LinkState, checked_links, files_named, links_of
from kb.markdown_view import article_href, article_target

ARTICLES = {
    "a1": Destination("a1", frozenset({"restart"})),
    "old": Destination("a1", frozenset({"restart"})),
    "gone": Destination("gone", frozenset(), readable=False),
    "files:å b.md": Destination("files:å b.md", frozenset()),
}
CASES = {
    "an article": ("[x](svar:a1)", LinkKind.ARTICLE, LinkState.OK),
    "a heading of it": ("[x](svar:a1#restart)", LinkKind.ARTICLE, LinkState.OK),
    "a heading that is not there": ("[x](svar:a1#nowhere)", LinkKind.ARTICLE, LinkState.BROKEN),
    "one that was merged": ("[x](svar:old)", LinkKind.ARTICLE, LinkState.REDIRECTED),
    "one that is archived": ("[x](svar:gone)", LinkKind.ARTICLE, LinkState.BROKEN),
    "one that never was": ("[x](svar:nobody)", LinkKind.ARTICLE, LinkState.BROKEN),
    "an id with other letters": ("[x](svar:files:%C3%A5%20b.md)", LinkKind.ARTICLE, LinkState.OK),
    "a heading of the text": ("[x](#own)\n\n# Own", LinkKind.ANCHOR, LinkState.OK),
    "one that the text has not": ("[x](#other)\n\n# Own", LinkKind.ANCHOR, LinkState.BROKEN),
    "a picture": ("![x](svar-file:f1)", LinkKind.FILE, LinkState.OK),
    "a file that is gone": ("[x](svar-file:f2)", LinkKind.FILE, LinkState.BROKEN),
    "another site": ("[x](https://x.example/a_(b) \"t\")", LinkKind.WEB, LinkState.UNCHECKED),
    "a bare address": ("see https://x.example/a, or", LinkKind.WEB, LinkState.UNCHECKED),
    "mail": ("[x](mailto:a@b.example)", LinkKind.MAIL, LinkState.UNCHECKED),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "state"), CASES.values(), ids=CASES)
def test_what_is_known_about_a_link(text: str, kind: LinkKind, state: LinkState) -> None:
    (found,) = checked_links(text, ARTICLES, {"f1"})
    assert (found.link.kind, found.state) == (kind, state)
    assert found.now == ("a1" if state is LinkState.REDIRECTED else "")
    assert found.link.target in text[found.link.start : found.link.end]


def test_code_has_no_links() -> None:
    assert links_of("`[x](svar:a1)`\n\n```\n[y](svar:a1)\n```\n~~~\n[z](svar:a1)") == ()


def test_links_come_in_order() -> None:
    text = "https://a.example [b](svar:b) ![c](svar-file:c) [https://d.example](https://d.example)"
    assert [link.target for link in links_of(text)] == [
        "https://a.example",
        "svar:b",
        "svar-file:c",
        "https://d.example",
    ]
    assert files_named(links_of(text)) == ["c"]


@given(
    st.text(min_size=1, max_size=20).filter(lambda t: t.isprintable()),
    st.text(max_size=10).filter(lambda t: t.isprintable()),
)
def test_a_link_names_its_article(article_id: str, anchor: str) -> None:
    href = article_href(article_id, anchor)
    target = article_target(href)
    assert target is not None
    assert (target.article_id, target.anchor) == (article_id, anchor)
    assert [link.target for link in links_of(f"[x]({href})")] == [href]


@pytest.mark.parametrize(
    "text", ["[" * 300_000, "[[]" * 60_000, "](" * 200_000, "```\n" * 100_000, "https://" * 60_000]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    began = time.process_time()
    links_of(text)
    assert time.process_time() - began < 3
