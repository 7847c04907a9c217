"""What our own links, files and variables become, for colleagues and for customers; all of it safe to show."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.customer_markdown import customer_markdown, our_links
from kb.markdown import plain, render, sections
from kb.markdown_view import View

URLS = {"a1": "https://help.example/a1", "å b#1": "https://help.example/odd"}
VALUES = {
    "phone": "08-123 456",
    "shop": "https://shop.example/?a=1&b=2",
    "evil": '"><script>alert(1)</script>',
    "marks": "**b** [x](javascript:1)",
}
AGENT = View(
    internal_label="Bara för oss", unknown_label="Finns inte", variables=VALUES,
    article_url=lambda article_id, anchor: f"/read?id={article_id}" + (f"#{anchor}" if anchor else ""),
    file_url=lambda file_id: f"/files/{file_id}",
)  # fmt: skip
CUSTOMER = View(for_customer=True, variables=VALUES, article_url=lambda article_id, _: URLS.get(article_id, ""))

CASES = {
    "a link to an article": (
        "[se **här**](svar:a1#start)",
        '<a href="/read?id=a1#start" class="article-link" data-article="a1" data-anchor="start" target="_blank">se <strong>här</strong></a>',
        '<a href="https://help.example/a1" target="_blank" rel="noopener noreferrer">se <strong>här</strong></a>',
    ),
    "an article that customers cannot read": (
        "[se](svar:secret)", '<a href="/read?id=secret" class="article-link" data-article="secret" data-anchor="" target="_blank">se</a>', "se",
    ),
    "an id with signs of its own": (
        "[x](svar:%C3%A5%20b%231)",
        '<a href="/read?id=å b#1" class="article-link" data-article="å b#1" data-anchor="" target="_blank">x</a>',
        '<a href="https://help.example/odd" target="_blank" rel="noopener noreferrer">x</a>',
    ),
    "a picture": ('![Lampan "A"](svar-file:f1)', '<img src="/files/f1" alt="Lampan &quot;A&quot;" class="article-image" loading="lazy">', "Lampan &quot;A&quot;"),
    "a file": ("[Manual](svar-file:f1)", '<a href="/files/f1" target="_blank" rel="noopener noreferrer">Manual</a>', "Manual"),
    "a picture of another server": (
        "![x](https://x.example/i.png)", '<a href="https://x.example/i.png" target="_blank" rel="noopener noreferrer">x</a>',
        '<a href="https://x.example/i.png" target="_blank" rel="noopener noreferrer">x</a>',
    ),
    "a variable": ("Ring {{phone}} nu", "Ring 08-123 456 nu", "Ring 08-123 456 nu"),
    "an address": (
        "{{ shop }}", '<a href="https://shop.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">https://shop.example/?a=1&amp;b=2</a>',
        '<a href="https://shop.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">https://shop.example/?a=1&amp;b=2</a>',
    ),
    "an address behind a link": (
        "[butiken]({{shop}})", '<a href="https://shop.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">butiken</a>',
        '<a href="https://shop.example/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">butiken</a>',
    ),
    "no address behind a link": ("[x]({{phone}})", "x", "x"),
    "an unknown variable": (
        "{{nobody}}", '<span class="unknown-variable" title="Finns inte">{{nobody}}</span>', '<span class="unknown-variable">{{nobody}}</span>',
    ),
    "a merge field of a letter": ("{{ticket.id}}", "{{ticket.id}}", "{{ticket.id}}"),
    "a variable in code": ("`{{phone}}`", "<code>{{phone}}</code>", "<code>{{phone}}</code>"),
    "a value with markup": ("{{marks}}", "**b** [x](javascript:1)", "**b** [x](javascript:1)"),
    "a value with a script": ("{{evil}}", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
}  # fmt: skip


@pytest.mark.parametrize(("source", "agent", "customer"), CASES.values(), ids=CASES)
def test_what_becomes_of_it(source: str, agent: str, customer: str) -> None:
    assert render(source, view=AGENT) == f"<p>{agent}</p>\n"
    assert render(source, view=CUSTOMER) == f"<p>{customer}</p>\n"


PIECES = [
    "[x](svar:a1)", "![i](svar-file:f)", "{{evil}}", "{{marks}}", "::: internal", ":::", '[x](svar:"><b>)', "[x](svar:a'onx=1)", "<svar:a1>",
    "[x](svar:javascript:alert)", "![i](svar-file:../../x)", "[r]: svar:a1", "[r]", "[{{evil}}]({{evil}})", "# {{evil}}", "> {{phone}}",
    "[a [b](svar:a1) c](svar:a2)", "`{{evil}}`", "[x](svar:)", "| {{evil}} |\n|---|\n| [x](svar:a1) |", "javascript:alert(1)", "{{", "}}",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("\n".join))
def test_it_is_safe_to_show(text: str) -> None:
    for view in (AGENT, CUSTOMER, View()):
        html = render(text, view=view)
        tags = re.findall(r"<[^>]*>", html)
        assert "<script" not in html
        assert not [tag for tag in tags if re.search(r"(?:href|src)=\"(?:svar|javascript)|\son\w+=", tag)]
        assert all(
            tag[1:].lstrip("/").split()[0].rstrip(">/")
            in {
                "p",
                "a",
                "img",
                "span",
                "aside",
                "code",
                "h1",
                "blockquote",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "br",
            }
            for tag in tags
        )


def test_anchors_are_those_of_the_sections() -> None:
    text = "# {{phone}} och [x](svar:a1)\n\n# {{phone}} och [x](svar:a1)"
    html = render(text, anchor_prefix="p-", view=AGENT)
    assert re.findall(r'id="p-([^"]*)"', html) == [section.anchor for section in sections(text)]


def test_large_texts_take_linear_time() -> None:
    began = time.process_time()
    render("::: internal\n> {{phone}} [x](svar:a1) ![y](svar-file:f)\n:::\n\n" * 3_000, view=AGENT)
    render("{{" * 100_000 + "phone", view=AGENT)
    assert time.process_time() - began < 8


LETTERS = {
    "a link": ("Se [här](svar:a1#x).", "Se [här](https://help.example/a1)."),
    "a link to what is not theirs": ("Se [här [a]](svar:secret).", "Se här [a]."),
    "a picture": ("![Lampan](svar-file:f1)", "Lampan"),
    "a variable": ("Ring {{phone}}.", "Ring 08-123 456."),
    "an unknown one": ("Ring {{nobody}}.", "Ring {{nobody}}."),
    "a hole": ("a\n      \n       \n     \nb", "a\n\nb"),
    "another link": ("[x](https://x.example)", "[x](https://x.example)"),
}


@pytest.mark.parametrize(("source", "expected"), LETTERS.values(), ids=LETTERS)
def test_what_goes_into_a_letter(source: str, expected: str) -> None:
    assert (
        customer_markdown(source, variables=VALUES, article_url=lambda article_id: URLS.get(article_id, "")) == expected
    )


def test_what_is_left_of_our_links_is_seen() -> None:
    assert our_links("a [x](svar:a1) <svar:b> svar:c, [r]: svar-file:d") == (
        "svar:a1",
        "svar:b",
        "svar:c,",
        "svar-file:d",
    )
    assert our_links("Vi svarar: snart. svar: ja") == ()


def test_the_words_of_a_text_have_no_marks() -> None:
    assert plain("a [x](svar:a1)\n\n::: internal\nb ![y](svar-file:f)\n:::") == "a x\n\nb y"
