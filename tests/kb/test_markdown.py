"""Markdown: what is rendered is safe, and every offset points at what it says."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb import markdown
from kb.markdown import blocks, plain, render, sections
from kb.markdown_parser import parse

PIECES = [
    "# Head", "## Head *two*", "Text with **bold** and `code`.", "1. one", "2. two", "   more", "- a", "  - b", "> quote",
    "| a | b |", "|---|---|", "| 1 | 2 |", "```", "~~~", "---", "===", "\ttab", "    code", "<script>alert(1)</script>",
    "[x](javascript:alert(1))", "![i](https://x.example/i.png)", "[ok](https://x.example)", '<img src=x onerror="a()">',
    "😀 𝔘", "", "", "a\x0bb\u2028c", "[r]: javascript:x", "[r]", "<b onclick='x'>", "\\", "&lt;", "* * *", "[", "]", "(", ")",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=80),
    st.tuples(st.lists(st.sampled_from(PIECES), max_size=14), st.sampled_from(["\n", "\r\n", "\n\n", "\r"])).map(
        lambda drawn: drawn[1].join(drawn[0])
    ),
)
TAG = re.compile(r"<[^>]*>")


@given(TEXTS)
@example("a\r\n# b\r\n\r\nc")
def test_sections_cover_the_text(text: str) -> None:
    found = sections(text)
    assert "".join(text[section.start : section.end] for section in found) == text
    assert all(section.start < section.end for section in found)
    assert all(bool(section.level) or index == 0 for index, section in enumerate(found))
    anchors = [section.anchor for section in found]
    assert len(set(anchors)) == len(anchors)


@given(TEXTS)
def test_blocks_are_ordered_and_in_range(text: str) -> None:
    position = 0
    for block in blocks(text):
        assert position <= block.start < block.end <= len(text)
        assert text[block.start : block.end].strip()
        position = block.end


@given(TEXTS)
def test_every_block_lies_in_one_section(text: str) -> None:
    found = sections(text)
    for block in blocks(text):
        home = next(section for section in found if section.start <= block.start < section.end)
        assert block.end <= home.end
        assert block.heading == home.heading


@given(TEXTS)
def test_rendered_html_is_safe(text: str) -> None:
    for tag in TAG.findall(render(text)):
        assert re.match(
            r"</?(?:p|h[1-6]|ul|ol|li|a|em|strong|s|code|pre|blockquote|hr|br|table|thead|tbody|tr|th|td)\b", tag
        )
        assert not re.search(r"\son\w+", re.sub(r'"[^"]*"', "", tag), re.IGNORECASE)
        href = re.search(r'href="([^"]*)"', tag)
        if href:
            assert re.match(r"(?:https?:|mailto:|[^:]*(?:[/?#]|$))", href.group(1), re.IGNORECASE)


@given(TEXTS)
def test_plain_text_takes_the_short_way_only_where_it_may(text: str) -> None:
    parsed = markdown._plain_lines(parse(text))
    thorough = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in parsed)).strip()
    assert plain(text) == thorough


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>\n"),
        ("[x](/help/y#z)", '<p><a href="/help/y#z">x</a></p>\n'),
        ("[x](mailto:a@b.example)", '<p><a href="mailto:a@b.example">x</a></p>\n'),
        (
            "[x](https://a.example)",
            '<p><a href="https://a.example" target="_blank" rel="noopener noreferrer">x</a></p>\n',
        ),
        ("[x](//a.example)", '<p><a href="//a.example" target="_blank" rel="noopener noreferrer">x</a></p>\n'),
        ("![the *hub*](hub.png)", '<p><a href="hub.png">the hub</a></p>\n'),
        ("[![hub](h.png)](/x)", '<p><a href="/x">hub</a></p>\n'),
        ("![](h.png)", '<p><a href="h.png">h.png</a></p>\n'),
        ("https://a.example", "<p>https://a.example</p>\n"),
        ('"q" -- (c)', "<p>&quot;q&quot; -- (c)</p>\n"),
    ],
)
def test_render(source: str, expected: str) -> None:
    assert render(source) == expected


def test_render_numbers_headings_like_sections() -> None:
    text = "# Å b!\n\n## Å b!\n\n## ???"
    assert [section.anchor for section in sections(text)] == ["å-b", "å-b-1", "section"]
    html = render(text, anchor_prefix="a7-")
    assert re.findall(r'id="([^"]*)"', html) == ["a7-å-b", "a7-å-b-1", "a7-section"]
    assert "id=" not in render(text)


def test_sections_of_a_text_with_windows_line_ends() -> None:
    text = "Intro 😀\r\n\r\n# One\r\nx\r\nTwo\r\n---\r\n> # not a section\r\n\r\n```\r\n# nor this\r\n```"
    found = [(s.heading, s.level, text[s.start : s.end]) for s in sections(text)]
    assert [(heading, level) for heading, level, _ in found] == [("", 0), ("One", 1), ("x Two", 2)]
    assert found[2][2].startswith("x\r\nTwo\r\n---")


def test_blank_lines_before_the_first_heading_are_no_section() -> None:
    assert [(s.heading, s.start) for s in sections("\n\n# A\n")] == [("A", 0)]
    assert sections("") == []
    assert [(s.heading, s.start, s.end) for s in sections(" \n")] == [("", 0, 2)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_blocks(end: str) -> None:
    pieces = [
        ("heading", "# A"),
        ("list", end.join(["1. one", "", "   more 😀", "2. two", "   - x", "3. three"])),
        ("paragraph", end.join(["p", "q"])),
        ("table", end.join(["| a | b |", "|---|---|", "| 1 | 2 |"])),
        ("quote", end.join(["> q", "lazy"])),
        ("code", end.join(["```", "x", "", "y", "```"])),
        ("rule", "***"),
        ("code", "\tindented"),
        ("paragraph", "no final newline"),
    ]
    text = (end * 2).join(piece for _, piece in pieces)
    assert [(b.kind, text[b.start : b.end]) for b in blocks(text)] == pieces
    assert {b.heading for b in blocks(text)} == {"A"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Two\nlines  of *text*", "Two lines of text"),
        ("bare\nlines\n\nand  more", "bare lines\n\nand more"),
        ("break  \nhere", "break\nhere"),
        ("[the page](https://a.example) ![pic](x.png) `code` ~~old~~", "the page pic code old"),
        ("# Head\ntext", "Head\n\ntext"),
        ("3. a\n4. b\n   - c\n\nend", "3. a\n4. b\n  - c\n\nend"),
        ("| a | b |\n|---|---|\n| 1 | |", "a | b\n1"),
        ("> quote\n\n```py\nx = 1\n\ny\n```", "quote\n\nx = 1\n\ny"),
        ("a &amp; b \\* c", "a & b * c"),
        ("<b>shown</b>", "<b>shown</b>"),
        ("", ""),
        ("---", ""),
    ],
)
def test_plain(source: str, expected: str) -> None:
    assert plain(source) == expected


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "![" * 50_000, "[" * 20_000 + "]" * 20_000, "# a\n" * 5_000, "`a" * 20_000]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.perf_counter()
    render(text)
    sections(text)
    # Linear is a fraction of a second, quadratic minutes: the bound tells them apart on any machine.
    assert time.perf_counter() - started < 60
