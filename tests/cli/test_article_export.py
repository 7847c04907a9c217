"""`svar export-articles`: drafts in a help centre that refuses anything else, and files that come back as they went."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.article_file import file_name, file_text
from kb.importers.run import import_paths
from kb.model import Article, Audience, Confidence
from kb.settings import Settings
from kb.settings_help_desks import help_desks_from_env
from kb.store import Store
from tests.conftest import Svar
from tests.fakes import an_article, put
from tests.ui.help_centre import HelpCentre, help_centre, is_draft
from ui.help_desk_drafts import post_draft

BODY = """Ring {{phone}}. Se [den andra](svar:other) och [listan](svar:hidden).

::: internal
Hemlig kod 4711
:::

1. Öppna **luckan**.

![Lampan](svar-file:f1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store.open(Settings(home=tmp_path / "home"))
    put(
        store,
        an_article("mine", BODY, locale="sv", title="Byt batteri", tags=("larm", "batteri"), summary="Så byter du."),
        an_article("other", "y", url="https://help.example/other"), an_article("hidden", "z", audience=Audience.INTERNAL),
    )  # fmt: skip
    store.article_variables.put("phone", "08-1 & 2")
    store.close()
    return tmp_path / "home"


@pytest.fixture
def centre() -> Iterator[HelpCentre]:
    with help_centre() as running:
        yield running


def env_of(centre: HelpCentre) -> dict[str, str]:
    names = {
        "ZENDESK": ("eva@firma.example:secret-token", "360:42"),
        "FRESHDESK": ("secret-key", "17"),
        "HUBSPOT": ("secret-pat", "9"),
    }
    return {
        f"SVAR_{name}_{part}": value for name, (auth, place) in names.items()
        for part, value in (("URL", centre.url), ("AUTH", auth), ("PLACE", place))
    }  # fmt: skip


HTML = (
    '<p>Ring 08-1 &amp; 2. Se <a href="https://help.example/other" target="_blank" rel="noopener noreferrer">den andra</a> och listan.</p>\n'
    "<ol>\n<li>Öppna <strong>luckan</strong>.</li>\n</ol>\n<p>Lampan</p>\n"
)
SYSTEMS = {
    "zendesk": (
        "/api/v2/help_center/sv/sections/360/articles.json", "Basic ZXZhQGZpcm1hLmV4YW1wbGUvdG9rZW46c2VjcmV0LXRva2Vu",
        {"article": {"title": "Byt batteri", "body": HTML, "locale": "sv", "draft": True, "permission_group_id": 42,
                     "user_segment_id": None, "label_names": ["larm", "batteri"]}, "notify_subscribers": False},
    ),
    "freshdesk": (
        "/api/v2/solutions/folders/17/articles", "Basic c2VjcmV0LWtleTpY",
        {"title": "Byt batteri", "description": HTML, "type": 1, "status": 1, "tags": ["larm", "batteri"]},
    ),
    "hubspot": (
        "/cms/knowledge-base/2027-03-beta/articles", "Bearer secret-pat",
        {"knowledgeBaseId": "9", "title": "Byt batteri", "language": "sv", "body": HTML, "metaDescription": "Så byter du."},
    ),
}  # fmt: skip


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_posted_is_a_draft_without_what_is_for_colleagues(
    folder: Path, centre: HelpCentre, system: str
) -> None:
    path, auth, article = SYSTEMS[system]
    store = Store.open(Settings(home=folder))
    desk = next(each for each in help_desks_from_env(env_of(centre)) if each.system == system)
    posted = post_draft(store, store.articles.get("mine"), desk)
    store.close()
    assert (posted.ok, posted.said, centre.refused) == (True, "HTTP 201", [])
    ((sent_to, headers, body),) = centre.drafts
    assert (sent_to, headers["authorization"], body) == (path, auth, article)
    assert "4711" not in json.dumps(body)


def test_a_draft_is_made_once(svar: Svar, folder: Path, centre: HelpCentre) -> None:
    args = ("export-articles", "mine", "hidden", "--to", "zendesk", "--home", folder, "--json")
    done = svar(*args, env=env_of(centre))
    assert done.returncode == 3
    rows = {row["id"]: row for row in json.loads(done.stdout)["articles"]}
    assert rows["mine"]["error"] == ""
    assert "not for customers (internal, validated)." in rows["hidden"]["error"]
    assert "secret" not in done.stdout + done.stderr
    assert "already" in json.loads(svar(*args, env=env_of(centre)).stdout)["articles"][0]["said"]
    assert len(centre.drafts) == 1
    svar("export-articles", "mine", "--to", "zendesk", "--again", "--home", folder, env=env_of(centre))
    assert [headers["idempotency-key"] for _, headers, _ in centre.drafts] == [
        centre.drafts[0][1]["idempotency-key"]
    ] * 2
    assert centre.refused == []


def test_the_help_centre_of_these_tests_refuses_what_is_no_draft() -> None:
    assert not is_draft(
        "/api/v2/help_center/sv/sections/1/articles.json", {"article": {"draft": False}, "notify_subscribers": False}
    )
    assert not is_draft("/api/v2/solutions/folders/1/articles", {"status": 2})
    assert not is_draft("/cms/knowledge-base/2027-03-beta/articles/1/draft/push-live", {})


def test_what_was_not_taken_can_be_sent_again(svar: Svar, folder: Path, centre: HelpCentre) -> None:
    args = ("export-articles", "mine", "--to", "zendesk", "--home", folder)
    centre.down = True
    done = svar(*args, env=env_of(centre))
    assert (done.returncode, done.stdout, done.stderr.strip()) == (3, "", "mine: zendesk did not take it: HTTP 503")
    centre.down = False
    assert svar(*args, env=env_of(centre)).stdout.strip() == "mine: draft in zendesk"


def test_an_unknown_variable_is_never_sent(svar: Svar, folder: Path, centre: HelpCentre) -> None:
    svar("variables", "remove", "phone", "--home", folder)
    done = svar("export-articles", "mine", "--to", "zendesk", "--home", folder, env=env_of(centre))
    assert done.returncode == 3
    assert "names variables that there are not: phone. Set them with `svar variables set" in done.stderr
    assert centre.drafts == []


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("mine", "--to", "zendesk"), 1, "zendesk is not set up. Set SVAR_ZENDESK_URL"),
        (("mine", "--to", "files"), 2, "--to files needs --out DIR"),
        (("nobody", "--to", "files", "--out", "x"), 1, "No article with id 'nobody'"),
    ],
)
def test_a_mistake_is_one_clear_line(svar: Svar, folder: Path, args: tuple[str, ...], code: int, says: str) -> None:
    done = svar("export-articles", *args, "--home", folder)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_files_come_back_as_the_same_articles(svar: Svar, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = svar("export-articles", "--all", "--to", "files", "--out", out, "--home", folder, "--json")
    assert done.returncode == 0
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.md")) == [
        "en/hidden.md",
        "en/other.md",
        "sv/mine.md",
    ]
    assert "unchanged" in svar("import", out, "--home", folder, "--json").stdout
    new = svar("import", out, "--home", tmp_path / "new", "--json")
    assert json.loads(new.stdout)["articles"] == {"new": 3, "changed": 0, "unchanged": 0}
    here, there = (Store.open(Settings(home=home)) for home in (folder, tmp_path / "new"))
    for article_id in ("mine", "other", "hidden"):
        assert as_imported(there.articles.get(article_id)) == as_imported(here.articles.get(article_id))
    here.close()
    there.close()


def as_imported(article: Article) -> Article:
    """What a file says of an article: all but when it was confirmed last and has to be again."""
    return replace(article, verify_due_at=None, revision=replace(article.revision, created_at=None))


LINES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=30
).filter(lambda text: text == normalize("NFC", " ".join(text.split())) and text.isprintable())
BODIES = st.one_of(
    st.sampled_from(["---\na: b\n---\n", "# Head\n\ntext", "a\n---\nb", "::: internal\nx\n:::", '"', "- a\n- b"]), LINES
)


@settings(max_examples=40, deadline=None)
@example(
    title="~", body="a", tags=["~"], questions=[], audience=Audience.PUBLIC, state=Confidence.VALIDATED, article_id="no"
)
@given(
    title=LINES, body=BODIES, tags=st.lists(st.sampled_from(["a", "å ä", "no", "~", "1", "[x]", '"']), unique=True, max_size=3),
    questions=st.lists(st.sampled_from(["Varför: då?", "- x", "'", "null, no", "{a}"]), unique=True, max_size=3),
    audience=st.sampled_from(list(Audience)), state=st.sampled_from(list(Confidence)), article_id=st.sampled_from(["a1", "Å/b c", "x.y", "no"]),
)  # fmt: skip
def test_any_article_comes_back(
    tmp_path_factory: pytest.TempPathFactory, title: str, body: str, tags: list[str], questions: list[str], audience: Audience,
    state: Confidence, article_id: str,
) -> None:  # fmt: skip
    article = an_article(
        article_id, body, title=title, tags=tuple(tags), summary="Kort: så.", locale="nn", product="Hub: 2", audience=audience, confidence=state,
        url="https://help.example/a?b=1", updated_at=datetime(2026, 5, 1, 8, 30, tzinfo=UTC), source="zen desk",
    )  # fmt: skip
    article = replace(article, revision=replace(article.revision, questions=tuple(questions)))
    folder = tmp_path_factory.mktemp("back")
    path = folder / "files" / file_name(article)
    path.parent.mkdir(parents=True)
    path.write_text(file_text(article), "utf-8", newline="\n")
    store = Store.open(Settings(home=folder / "home"))
    try:
        report = import_paths(store, [folder / "files"])
        assert not report.rejected
        found = store.articles.get(article_id)
        same = replace(found, verified_at=None, verify_due_at=None, revision=replace(found.revision, created_at=None))
        assert same == article
    finally:
        store.close()


def test_no_two_articles_share_a_file() -> None:
    ids = ["a", "A", "å", "a/b", "a-b", "a b", ".a", "x" * 200, "x" * 201, "con", ""]
    assert len({file_name(an_article(each)) for each in ids}) == len(ids)
    assert file_name(an_article("../../etc/passwd")).startswith("en/etc-passwd-")
