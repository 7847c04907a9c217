"""Views of the queue: those of the product, the team's and one's own."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kb.desk.filters import Sort, filter_from_data, filter_to_data
from kb.desk.views import MAX_NAME, View
from kb.model import Role, User
from ui.api.access import desk_of, require

router = APIRouter(prefix="/views", tags=["views"])
Id = Annotated[str, Field(max_length=200)]
Short = Annotated[str, Field(max_length=200)]


class Wish(BaseModel):
    """A view as somebody wants it."""

    name: str = Field(max_length=4 * MAX_NAME)
    filter: dict[Short, list[Short] | bool | int | Short | None] = Field(max_length=30)
    sort: Sort = Sort.DUE
    shared: bool = False


class Arrangement(BaseModel):
    """In which order somebody wants the views, and which of them not at all."""

    order: list[Id] = Field(max_length=1000)
    hidden: list[Id] = Field(default_factory=list, max_length=1000)


@router.get("")
def list_views(request: Request) -> dict[str, Any]:
    """All views that the user may see, in the user's order, also those that are put away."""
    user = require(request, Role.AGENT)
    return _answer(desk_of(request).store.views.of(user.id), user)


@router.get("/counts")
def count_views(request: Request) -> dict[str, Any]:
    """How many tickets each view holds that is not put away."""
    user = require(request, Role.AGENT)
    store = desk_of(request).store
    wanted = {view.id: view.filter for view in store.views.of(user.id) if not view.hidden}
    return {"counts": store.queue.counts(wanted, store.queue.asker(user.id))}


@router.post("", status_code=201)
def create_view(request: Request, wish: Wish) -> dict[str, Any]:
    """Keep a filter under a name."""
    user = require(request, Role.AGENT)
    view = desk_of(request).store.views.create(
        name=wish.name, wanted=filter_from_data(wish.filter), sort=wish.sort, shared=wish.shared, user=user
    )
    return {"view": _view(view, user)}


@router.put("/order")
def arrange_views(request: Request, wish: Arrangement) -> dict[str, Any]:
    """Put the views into the user's own order, and some away."""
    user = require(request, Role.AGENT)
    views = desk_of(request).store.views.arrange(user_id=user.id, order=wish.order, hidden=wish.hidden)
    return _answer(views, user)


@router.put("/{view_id}")
def replace_view(request: Request, view_id: str, wish: Wish) -> dict[str, Any]:
    """Change a view of one's own; a lead may change what is shared."""
    user = require(request, Role.AGENT)
    view = desk_of(request).store.views.replace(
        view_id, name=wish.name, wanted=filter_from_data(wish.filter), sort=wish.sort, shared=wish.shared, user=user
    )
    return {"view": _view(view, user)}


@router.delete("/{view_id}")
def delete_view(request: Request, view_id: str) -> dict[str, Any]:
    """Forget a view of one's own; a lead may forget what is shared."""
    user = require(request, Role.AGENT)
    desk_of(request).store.views.delete(view_id, user=user)
    return {"deleted": view_id}


def _answer(views: list[View], user: User) -> dict[str, Any]:
    return {"views": [_view(view, user) for view in views]}


def _view(view: View, user: User) -> dict[str, Any]:
    mine = view.owner_id == user.id
    return {
        "id": view.id,
        "name": view.name,
        "filter": filter_to_data(view.filter),
        "sort": view.sort.value,
        "shared": view.shared,
        "built_in": view.is_built_in,
        "mine": mine,
        "may_change": mine or (view.shared and not view.is_built_in and user.role.allows(Role.LEAD)),
        "hidden": view.hidden,
    }
