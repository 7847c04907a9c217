"""Articles as drafts in somebody's help centre: what is posted, and where. Nothing here can publish anything."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.customer_form import CustomerForm
from kb.errors import InvalidRow
from kb.markdown import render
from kb.markdown_view import VARIABLE, View
from kb.model import Article, Audience, Confidence
from kb.settings_help_desks import HelpDesk
from kb.store import Store
from ui.http_post import Posted, post_json

_READ_BY_CUSTOMERS = frozenset({Audience.PARTNER, Audience.PUBLIC})
_LOCALES = {"nb": "no", "nn": "no", "en": "en-us"}
"""What help desks call a language where they call it otherwise."""
_HUBSPOT_API = "2027-03-beta"
_FRESHDESK_DRAFT, _FRESHDESK_PERMANENT = 1, 1


@dataclass(frozen=True, slots=True)
class DraftPost:
    """One request that makes a draft."""

    url: str
    body: Mapping[str, object]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Page:
    """An article as customers are to read it."""

    title: str
    html: str
    locale: str
    tags: tuple[str, ...]
    summary: str


def post_draft(store: Store, article: Article, desk: HelpDesk) -> Posted:
    """Make a draft of an article in a help centre.

    Args:
        store: Where its variables and the articles that it links are.
        article: Published here, for customers.
        desk: Which help centre.

    Raises:
        InvalidRow: It is not for customers, or names a variable that there is not.
    """
    post = draft_post(store, article, desk)
    body = json.dumps(post.body, ensure_ascii=False).encode()
    key = hashlib.sha256(f"{desk.system}/{article.id}/{article.revision.number}".encode()).hexdigest()
    return post_json(post.url, body, key=key, secret="", more=post.headers)


def draft_post(store: Store, article: Article, desk: HelpDesk) -> DraftPost:
    """What is posted for an article: the text that customers may read as HTML, and that it is a draft.

    Args:
        store: Where its variables and the articles that it links are.
        article: Published here, for customers.
        desk: Which help centre.

    Raises:
        InvalidRow: It is not for customers, or names a variable that there is not.
    """
    if article.audience not in _READ_BY_CUSTOMERS or article.confidence is Confidence.ARCHIVED:
        raise InvalidRow(
            f"article {article.id} is not for customers ({article.audience.value}, {article.confidence.value}).",
            hint="Set its audience to partner or public first; nothing was sent.",
        )
    variables = store.article_variables.values()
    form = CustomerForm(store)
    view = View(for_customer=True, variables=variables, article_url=lambda article_id, _: form.url(article_id))
    html = render(article.revision.body, view=view)
    unknown = {match["name"] for match in VARIABLE.finditer(html)} - variables.keys()
    if unknown:
        raise InvalidRow(
            f"article {article.id} names variables that there are not: {', '.join(sorted(unknown))}.",
            hint="Set them with `svar variables set NAME VALUE`; nothing was sent.",
        )
    revision = article.revision
    page = _Page(article.title, html, _LOCALES.get(article.locale, article.locale), revision.tags, revision.summary)
    return _POSTS[desk.system](page, desk)


def _zendesk(page: _Page, desk: HelpDesk) -> DraftPost:
    """As developer.zendesk.com has it: "draft" can be set when an article is made, and only then."""
    section, group = desk.place.split(":")
    article = {
        "title": page.title, "body": page.html, "locale": page.locale, "draft": True, "permission_group_id": int(group),
        "user_segment_id": None, "label_names": list(page.tags),
    }  # fmt: skip
    mail, token = desk.auth.split(":", 1)
    return DraftPost(
        f"{desk.url}/api/v2/help_center/{page.locale}/sections/{section}/articles.json",
        {"article": article, "notify_subscribers": False}, _basic(f"{mail}/token", token),
    )  # fmt: skip


def _freshdesk(page: _Page, desk: HelpDesk) -> DraftPost:
    """Status 1 is a draft, 2 would be published; type 1 is a permanent article."""
    body: dict[str, object] = {
        "title": page.title, "description": page.html, "type": _FRESHDESK_PERMANENT, "status": _FRESHDESK_DRAFT,
    }  # fmt: skip
    body |= {"tags": list(page.tags)} if page.tags else {}
    return DraftPost(f"{desk.url}/api/v2/solutions/folders/{desk.place}/articles", body, _basic(desk.auth, "X"))


def _hubspot(page: _Page, desk: HelpDesk) -> DraftPost:
    """The knowledge base API makes every article in the state DRAFT; publishing would be another request."""
    body: dict[str, object] = {
        "knowledgeBaseId": desk.place, "title": page.title, "language": page.locale, "body": page.html,
    }  # fmt: skip
    body |= {"metaDescription": page.summary} if page.summary else {}
    return DraftPost(
        f"{desk.url}/cms/knowledge-base/{_HUBSPOT_API}/articles", body, {"Authorization": f"Bearer {desk.auth}"}
    )


def _basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


_POSTS: Mapping[str, Callable[[_Page, HelpDesk], DraftPost]] = {
    "zendesk": _zendesk, "freshdesk": _freshdesk, "hubspot": _hubspot,
}  # fmt: skip
