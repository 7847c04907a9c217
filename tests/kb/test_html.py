"""Hostile and broken HTML becomes clean Markdown, and quickly."""

from __future__ import annotations

import gzip
import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kb.html import looks_like_html, to_markdown

CASES = re.findall(
    r"## ([^\n]+)\n```html\n(.*?)\n```\n```markdown\n(.*?)\n```\n(?=\n##|\Z)",
    Path(__file__).with_name("files").joinpath("html_cases.md").read_text("utf-8"),
    re.DOTALL,
)
SUMO = Path(__file__).parents[2] / "../shared/data/sumo/articles.jsonl.gz"
LIVE = re.compile(r"<(?:script|style|iframe|object|img|svg)|javascript:|\bon\w+\s*=\s*[\"']", re.IGNORECASE)
SNIPPETS = [
    "<p>", "</p>", "<b>", "</b>", "<ul><li>", "</ul>", "<table><tr><td>", "</table>", "<script>", "</script>", "<!--", "-->",
    '<a href="javascript:x">', "</a>", "<img src=x onerror=alert(1)>", "<pre>", "</pre>", "<code>", "`", "*", "_", "<", ">",
    "&lt;", "&#60;script&#62;", "text", " ", "\n", "<br>", "<h1>", "<svg onload=x>", "<![CDATA[", "<?php", "\x00", "😀",
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases(html: str, expected: str) -> None:
    assert to_markdown(html) == expected


def test_all_cases_were_found() -> None:
    text = Path(__file__).with_name("files").joinpath("html_cases.md").read_text("utf-8")
    assert len(CASES) == text.count("\n## ") > 10


@pytest.mark.parametrize("html", ["", "  \n", "<p></p>", "<!-- x -->", "<script>x</script>", "<br><br>"])
def test_nothing_readable_is_empty(html: str) -> None:
    assert to_markdown(html).strip() == ""


def test_relative_links_start_from_the_base() -> None:
    html = '<a href="/kb/x">x</a> <a href="#part">y</a> <a href="https://b.example/">z</a>'
    expected = "[x](https://a.example/kb/x) [y](https://a.example/kb/me#part) [z](https://b.example/)"
    assert to_markdown(html, base_url="https://a.example/kb/me") == expected


@given(st.lists(st.sampled_from(SNIPPETS), max_size=30).map("".join))
@settings(deadline=None, max_examples=300)
def test_nothing_live_is_left(html: str) -> None:
    rendered = MarkdownIt("js-default", {"linkify": False}).render(to_markdown(html))
    assert not LIVE.search(re.sub(r"<(?:pre|code)>.*?</(?:pre|code)>", "", rendered, flags=re.DOTALL))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_is_survived(html: str) -> None:
    assert "\x00" not in to_markdown(html)


@pytest.mark.parametrize(
    "html",
    [
        "<" * 50_000,
        "<a" * 50_000,
        "<!--" * 50_000,
        "<![" * 50_000,
        "<a b='" * 50_000 + ">",
        "<div>" * 50_000,
        "<p>x" * 20_000,
        "<li>x" * 20_000,
        "<ol>" + "<li>x</li>" * 10_000,
        "<b>x</b>" * 10_000,
        "<table><tr>" + "<td colspan=1000>x" * 2_000,
        "<script>" + "</" * 50_000,
        "<table><tr><td>" * 2_000,
    ],
    ids=lambda html: html[:16],
)
def test_hostile_markup_takes_linear_time(html: str) -> None:
    # Linear is a fraction of a second, quadratic minutes: the bound tells them apart on any machine.
    started = time.perf_counter()
    to_markdown(html)
    assert time.perf_counter() - started < 60


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Hi</p>", True),
        ("\n <DIV class=x>Hi", True),
        ("<!DOCTYPE html><html>", True),
        ("Hi<br>there<br/>you", True),
        ("a\nb\nc <br> d\ne", False),
        ("1 < 2", False),
        ("<user> wrote", False),
        ("plain", False),
        ("<https://a.example>", False),
    ],
)
def test_looks_like_html(text: str, expected: bool) -> None:
    assert looks_like_html(text) is expected


@pytest.mark.data
@pytest.mark.skipif(not SUMO.exists(), reason="the shared data is not beside the clone")
def test_669_real_articles() -> None:
    with gzip.open(SUMO, "rt", encoding="utf-8") as handle:
        pages = [json.loads(line)["html"] for line in handle]
    converted = [to_markdown(page) for page in pages]
    assert not any("Table of Contents" in text or 'The image "' in text for text in converted)
    outside_code = [re.sub(r"`[^`]*`", "", text) for text in converted]
    assert not [text for text in outside_code if re.search(r"(?<!\\)</?[a-z]+[ >]", text)]
