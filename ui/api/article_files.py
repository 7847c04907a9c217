"""Files of articles, and the team's variables."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from kb.errors import NotFound
from kb.knowledge.article_files import ArticleFile
from kb.knowledge.article_variables import LONGEST_VALUE
from kb.model import Audience, Role, User
from kb.store import Store
from ui.api.access import Refused, desk_of, require
from ui.api.article_prose import FILES
from ui.wire import to_json

router = APIRouter(tags=["article files"])
_Id = Annotated[str, Query(min_length=1, max_length=200)]
_A_DAY = "private, max-age=86400, immutable"
"""What a file's id names never changes; only who is signed in may keep it."""


class Value(BaseModel):
    """What a variable stands for."""

    value: str = Field(max_length=LONGEST_VALUE)


@router.post("/article-files", status_code=201)
async def add_file(
    request: Request, article_id: _Id, name: Annotated[str, Query(min_length=1, max_length=300)]
) -> dict[str, Any]:
    """Keep the request's body as a file of an article or a draft; what kind of file it is, its bytes tell."""
    user = require(request, Role.CONTRIBUTOR)
    desk = desk_of(request)
    if not _is_there(desk.store, article_id):
        raise NotFound("article", article_id)
    if not desk.settings.file_limit_mb:
        raise Refused("files_off", 409)
    content = await request.body()
    limit = desk.settings.file_limit_mb
    return {"file": file_json(desk.store.article_files.add(article_id, name, content, limit_mb=limit, actor=user.id))}


@router.get("/article-files")
def list_files(request: Request, article_id: _Id) -> dict[str, Any]:
    """The files of an article or a draft, first added first."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    if not _may_read(store, user, article_id):
        raise NotFound("article", article_id)
    return {"files": [file_json(each) for each in store.article_files.of_article(article_id)]}


@router.get("/article-files/{file_id}")
def one_file(request: Request, file_id: str) -> Response:
    """The bytes of a file, for whoever may read its article."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    file = store.article_files.get(file_id)
    if not _may_read(store, user, file.article_id):
        raise NotFound("article file", file_id)
    shown = file.is_image or file.type == "video/mp4"
    # The guard adds nosniff. What is not a picture is never opened in place, whatever somebody put into it.
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in file.name)
    headers = {
        "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{name}"', "Cache-Control": _A_DAY,
    }  # fmt: skip
    return Response(store.article_files.content(file_id), media_type=file.type, headers=headers)


@router.delete("/article-files/{file_id}")
def delete_file(request: Request, file_id: str) -> dict[str, bool]:
    """Forget a file."""
    user = require(request, Role.CONTRIBUTOR)
    desk_of(request).store.article_files.delete(file_id, actor=user.id)
    return {"deleted": True}


@router.get("/article-variables")
def variables(request: Request) -> dict[str, Any]:
    """The team's variables by name."""
    require(request, Role.AGENT)
    return _variables(desk_of(request).store)


@router.put("/article-variables/{name}")
def set_variable(request: Request, name: str, wanted: Value) -> dict[str, Any]:
    """Give a variable a value; every article that names it shows it from then on."""
    user = require(request, Role.PUBLISHER)
    store = desk_of(request).store
    store.article_variables.put(name, wanted.value, actor=user.id)
    return _variables(store)


@router.delete("/article-variables/{name}")
def remove_variable(request: Request, name: str) -> dict[str, Any]:
    """Take a variable away."""
    user = require(request, Role.PUBLISHER)
    store = desk_of(request).store
    store.article_variables.remove(name, actor=user.id)
    return _variables(store)


def file_json(file: ArticleFile) -> dict[str, Any]:
    """A file as the editor needs it."""
    wire: dict[str, Any] = to_json(file)
    return wire | {"url": f"{FILES}{file.id}", "markdown": file.markdown}


def _variables(store: Store) -> dict[str, Any]:
    return {"variables": to_json(store.article_variables.list())}


def _is_there(store: Store, article_id: str) -> bool:
    return store.article_drafts.find(article_id) is not None or article_id in store.articles.get_many([article_id])


def _may_read(store: Store, user: User, article_id: str) -> bool:
    """Writers may read all; readers what is published for more than its author."""
    article = store.articles.get_many([article_id]).get(article_id)
    if user.role.allows(Role.CONTRIBUTOR):
        return article is not None or store.article_drafts.find(article_id) is not None
    return article is not None and article.audience is not Audience.AUTHOR
