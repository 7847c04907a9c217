"""One row -> one noun: what is filled in, what is cleaned, and what is refused with which words."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import InvalidRow
from kb.importers import fields, rows
from kb.importers.rows import parse_row
from kb.model import Article, Audience, Author, CannedReply, Confidence, Ticket, TicketStatus

AT = datetime(2026, 5, 4, 7, 12, tzinfo=UTC)


def article(**row: object) -> Article:
    noun = parse_row({"id": "a1", **row}, source="files").noun
    assert isinstance(noun, Article)
    return noun


def ticket(**row: object) -> Ticket:
    noun = parse_row({"id": "t1", "subject": "", "created_at": "2026-05-04T09:12:00+02:00", **row}, source="desk").noun
    assert isinstance(noun, Ticket)
    return noun


def canned(**row: object) -> CannedReply:
    noun = parse_row({"id": "c1", "kind": "canned", **row}, source="files").noun
    assert isinstance(noun, CannedReply)
    return noun


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"title": "x"}, "article"),
        ({"title": "x", "subject": "y"}, "article"),
        ({"messages": []}, "ticket"),
        ({"subject": "x", "status": ""}, "ticket"),
        ({"subject": "x", "created_at": "2026-01-01"}, "ticket"),
        ({"shortcut": "hi", "title": "x"}, "canned"),
        ({"shortcut": "", "title": "x"}, "article"),
        ({"kind": "Canned", "messages": []}, "canned"),
    ],
    ids=str,
)
def test_kind(row: dict[str, object], kind: str) -> None:
    assert rows.kind_of(row) == kind


def test_a_full_article() -> None:
    found = article(
        id=7, title=" A \n title ", body="Text", locale="sv-SE", url="https://a.example/7", tags="x; y, x", summary="s",
        audience="Internal", state="draft", product="Hub", translation_of=3, updated_at="2026-05-04", source="wiki",
        verified_at="2026-05-04T09:12:00+02:00", source_id="seven",
    )  # fmt: skip
    assert (found.id, found.source, found.source_id, found.title) == ("7", "wiki", "seven", "A title")
    assert (found.locale, found.audience, found.confidence) == ("sv", Audience.INTERNAL, Confidence.WIP)
    assert (found.translation_of, found.verified_at, found.revision.tags) == ("3", AT, ("x", "y"))
    assert found.updated_at == found.revision.created_at == datetime(2026, 5, 4, tzinfo=UTC)


def test_what_an_article_may_leave_out() -> None:
    found = article(title="x")
    assert (found.source, found.source_id, found.locale, found.revision.body) == ("files", "a1", "und", "")
    assert (found.audience, found.confidence) == (Audience.PUBLIC, Confidence.VALIDATED)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Intro.\n\n## The *first* heading ##\n", "The first heading"),
        ("Press **the** button. Then wait.", "Press the button."),
        ("See [the page](https://a.example)\nand more", "See the page"),
        ("word " * 40, "word word word word word word word word word word word word word word word word…"),
        ("x" * 100, "x" * 80 + "…"),
    ],
)
def test_a_missing_title_comes_from_the_body(body: str, title: str) -> None:
    assert article(body=body).title == title
    assert article(title="  ", body=body).title == title


def test_html_becomes_markdown_with_full_links() -> None:
    found = article(html='<h1>T</h1><a href="/x">x</a><script>y</script>', url="https://a.example/kb/1")
    assert found.revision.body == "# T\n\n[x](https://a.example/x)"
    assert article(html="<p>h</p>", body="b").revision.body == "b"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00b\x08c\x7f\x85\td\n", "abc\td\n"),
        ("e\u0301", "é"),
        ("a\ud800b", "a\ufffdb"),
        ("\ufeffa", "a"),
        ("😀", "😀"),
    ],
)
def test_text_is_cleaned(dirty: str, clean: str) -> None:
    assert article(title="x", body=dirty).revision.body == clean


@given(st.text(alphabet=st.characters()))
def test_cleaned_text_is_storable_and_stays(text: str) -> None:
    once = fields.clean(text)
    once.encode("utf-8")
    assert "\x00" not in once
    assert "\r" not in once


def test_a_ticket_with_messages() -> None:
    found = ticket(
        subject="Help", status="Resolved", closed_at="2026-05-05", tags=["a", 1, None], priority="High",
        customer={"name": "Åsa", "email": "Asa@B.example", "plan": "Plus", "age": 4, "x": [1]},
        messages=[
            {"author": "customer", "public": True, "at": "2026-05-04T09:12:00+02:00", "body": "<p>Hi<br>you</p>"},
            {"author": "agent", "public": "false", "body": "1 < 2", "name": "Bo"},
        ],
    )  # fmt: skip
    assert (found.status, found.priority, found.tags) == (TicketStatus.SOLVED, "high", ("a", "1"))
    assert found.customer is not None
    assert (found.customer.id, found.customer.email) == ("email:asa@b.example", "asa@b.example")
    assert found.customer.attributes == {"plan": "Plus", "age": "4"}
    assert [(m.number, m.author, m.public, m.at, m.body, m.name) for m in found.messages] == [
        (0, Author.CUSTOMER, True, AT, "Hi  \nyou", ""),
        (1, Author.AGENT, False, AT, "1 < 2", "Bo"),
    ]


def test_a_flat_ticket() -> None:
    row = {
        "body": "q",
        "reply": "r",
        "closed_at": "2026-05-05",
        "customer_name": "Bo",
        "article_links": "https://a/x,y b",
    }
    parsed = parse_row({"id": 5, "subject": "s", "created_at": "2026-05-04", **row}, source="desk")
    found = parsed.noun
    assert isinstance(found, Ticket)
    assert parsed.addresses == ("https://a/x,y", "b")
    assert [(m.author, m.body, m.at.day) for m in found.messages] == [("customer", "q", 4), ("agent", "r", 5)]
    assert found.customer is not None
    assert (found.customer.id, found.status) == ("desk:5", TicketStatus.CLOSED)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("a,b;c d", ("a", "b", "c", "d")),
        ("https://a/x,https://b/y", ("https://a/x", "https://b/y")),
        (["https://a/x", 12, "https://a/x"], ("https://a/x", "12")),
        ("", ()),
    ],
)
def test_article_links(links: object, expected: tuple[str, ...]) -> None:
    row = {"id": "t", "subject": "s", "created_at": "2026-05-04", "article_links": links}
    assert parse_row(row, source="x").addresses == expected


def test_a_ticket_without_messages_takes_its_description() -> None:
    assert [m.body for m in ticket(subject="s", description="d").messages] == ["d"]
    assert ticket(subject="s").messages == ()
    assert ticket(subject="s").status == TicketStatus.OPEN


def test_a_ticket_takes_its_time_from_its_first_message() -> None:
    assert ticket(created_at="", messages=[{"author": "bot", "at": AT.isoformat(), "body": "x"}]).created_at == AT


@pytest.mark.parametrize(
    ("said", "status"), [("new", "open"), ("HOLD", "pending"), ("waiting", "pending"), ("solved", "solved")]
)
def test_status_aliases(said: str, status: str) -> None:
    assert ticket(subject="s", status=said).status == status


def test_a_canned_reply() -> None:
    found = canned(body="<p>", shortcut="hej", locale="Svenska", product="Hub", updated_at=0, tags="a")
    assert (found.title, found.body, found.locale, found.shortcut, found.tags) == ("hej", "<p>", "sv", "hej", ("a",))
    assert found.updated_at == datetime(1970, 1, 1, tzinfo=UTC)


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("no id", {"title": "x"}, r"id is missing"),
    ("blank id", {"id": " ", "title": "x"}, r"id is missing"),
    ("list id", {"id": [1], "title": "x"}, r"id is a list; allowed: text or a whole number"),
    ("true id", {"id": True, "title": "x"}, r"id is True; allowed"),
    ("fraction id", {"id": 1.5, "title": "x"}, r"id is 1\.5; allowed"),
    ("long id", {"id": "x" * 201, "title": "x"}, r"id 'x{40}…' has 201 characters; allowed: at most 200"),
    ("control id", {"id": "a\tb", "title": "x"}, r"id 'a\\tb' has control characters"),
    ("kind", {"id": 1, "kind": "faq"}, r"kind 'faq' is unknown; allowed: article, ticket, canned"),
    ("empty", {"id": 1}, r"title, body and html are all empty"),
    ("blank html", {"id": 1, "html": "<p></p>"}, r"title, body and html are all empty"),
    ("state", {"id": 1, "title": "x", "state": "live"}, r"state 'live' is unknown; allowed: wip, .*archived, draft, pub"),
    ("audience", {"id": 1, "title": "x", "audience": "all"}, r"audience 'all' is unknown; allowed: author, .*public"),
    ("locale", {"id": 1, "title": "x", "locale": "xx"}, r"unknown locale 'xx'; allowed: a language code such as sv"),
    ("locale list", {"id": 1, "title": "x", "locale": ["sv"]}, r"locale is a list; allowed"),
    ("body list", {"id": 1, "title": "x", "body": ["sv"]}, r"body is a list; allowed: text"),
    ("title object", {"id": 1, "title": {}}, r"title is an object; allowed: text"),
    ("tags object", {"id": 1, "title": "x", "tags": {}}, r"tags is an object; allowed"),
    ("tags nested", {"id": 1, "title": "x", "tags": [["a"]]}, r"tags has a list in it; allowed: texts"),
    ("many tags", {"id": 1, "title": "x", "tags": list(range(201))}, r"tags has 201 entries; allowed: at most 200"),
    ("url", {"id": 1, "title": "x", "url": "javascript:alert(1)"}, r"url 'javascript:alert\(1\)' is no web address"),
    ("broken url", {"id": 1, "title": "x", "url": "https://[x"}, r"url 'https://\[x' is no web address"),
    ("time", {"id": 1, "title": "x", "updated_at": "soon"}, r"updated_at 'soon' is no time; write it as 2026"),
    ("time list", {"id": 1, "title": "x", "updated_at": []}, r"updated_at is a list; allowed: a time"),
    ("year", {"id": 1, "title": "x", "updated_at": "0001-01-01"}, r"updated_at '0001-01-01' is outside the years"),
    ("big", {"id": 1, "title": "x", "body": "å" * 2_500_001}, r"body has 5,000,002 bytes; allowed: at most 5,000,000"),
    ("canned", {"id": 1, "kind": "canned", "title": "x"}, r"body is empty; a canned reply needs a text"),
    ("no time", {"id": 1, "kind": "ticket", "subject": "x"}, r"created_at is missing"),
    ("nothing said", {"id": 1, "kind": "ticket", "created_at": "2026-01-01"}, r"subject and messages are empty"),
    ("status", {"id": 1, "subject": "x", "created_at": 1, "status": "done"}, r"status 'done' is unknown; allowed: open, .*hold"),
    ("messages", {"id": 1, "created_at": 1, "messages": "x"}, r"messages is 'x'; allowed: a list of objects"),
    ("turn", {"id": 1, "created_at": 1, "messages": ["x"]}, r"messages\[0\]: it is 'x'; allowed: an object"),
    ("author", {"id": 1, "created_at": 1, "messages": [{"author": "me"}]}, r"messages\[0\]: author 'me' is unknown; allowed: cust"),
    ("no author", {"id": 1, "created_at": 1, "messages": [{"body": "x"}]}, r"messages\[0\]: author is missing; allowed: cust"),
    ("public", {"id": 1, "created_at": 1, "messages": [{"author": "bot", "public": "x"}]}, r"public is 'x'; allowed: true"),
    ("many", {"id": 1, "created_at": 1, "messages": [{"author": "bot"}] * 5001}, r"messages has 5,001 entries; allowed"),
    ("reply", {"id": 1, "subject": "x", "created_at": 1, "reply": {}}, r"reply is an object; allowed: text"),
    ("customer", {"id": 1, "subject": "x", "created_at": 1, "customer": 4}, r"customer is 4; allowed: an object"),
    ("link", {"id": 1, "subject": "x", "created_at": 1, "article_links": ["ftp://x"]}, r"article_links has 'ftp://x'; allowed"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused_rows_say_what_is_allowed(row: dict[str, object], reason: str) -> None:
    with pytest.raises(InvalidRow, match=reason) as caught:
        parse_row(row, source="files")
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(rows.FIELDS)), VALUES))
def test_any_row_is_taken_or_refused(row: dict[str, object]) -> None:
    with contextlib.suppress(InvalidRow):
        assert parse_row({"id": "x", **row}, source="files").noun.source_id


FILES_OF_A_MESSAGE = {
    "Zendesk": (
        [{"file_name": "a.png", "content_type": "Image/PNG", "content_url": "https://x.example/a", "size": 12}],
        [("a.png", "image/png", 12, "https://x.example/a")],
    ),
    "only an address": (["https://x.example/d/b.txt?k=1"], [("b.txt", "", 0, "https://x.example/d/b.txt?k=1")]),
    "only a name": (["c.pdf"], [("c.pdf", "", 0, "")]),
    "a script is no address": ([{"name": "d", "url": "javascript:alert(1)"}], [("d", "", 0, "")]),
    "nor is data": ([{"name": "e", "url": "data:text/html,<script>"}], [("e", "", 0, "")]),
    "nor is a path": ([{"name": "f", "url": "/etc/passwd"}], [("f", "", 0, "")]),
    "hidden in blanks": ([{"name": "g", "url": "java\nscript:alert(1)"}], [("g", "", 0, "")]),
    "size in words": ([{"name": "h", "size": "17"}], [("h", "", 17, "")]),
    "a long name": ([{"name": "n" * 999}], [("n" * 255, "", 0, "")]),
}


@pytest.mark.parametrize(("given", "kept"), FILES_OF_A_MESSAGE.values(), ids=FILES_OF_A_MESSAGE.keys())
def test_files_that_came_with_a_message(given: list[object], kept: list[tuple[str, str, int, str]]) -> None:
    row = {
        "id": 1,
        "subject": "s",
        "created_at": "2026-05-04",
        "messages": [{"author": "customer", "attachments": given}],
    }
    noun = parse_row(row, source="desk").noun

    assert isinstance(noun, Ticket)
    assert [(one.name, one.type, one.size, one.url) for one in noun.messages[0].attachments] == kept


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("x.png", r"attachments is 'x.png'; allowed: a list of objects"),
        ([{}], "has one without name and url"),
        ([4], "has 4 in it"),
        ([{"name": "x", "size": -1}], "size is -1; allowed: bytes"),
        ([{"name": "x", "size": True}], "size is True; allowed: bytes"),
        ([{"name": "x"}] * 201, "has 201 entries; allowed: at most 200"),
    ],
)
def test_files_that_cannot_be_read(given: object, reason: str) -> None:
    row = {
        "id": 1,
        "subject": "s",
        "created_at": "2026-05-04",
        "messages": [{"author": "customer", "attachments": given}],
    }

    with pytest.raises(InvalidRow, match=reason):
        parse_row(row, source="desk")
