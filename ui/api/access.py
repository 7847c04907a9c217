"""What every handler needs: who asks, what they may do, and the service behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import Request

from kb.errors import KBError, PermissionDenied
from kb.model import Role, User
from kb.settings import Settings
from kb.store import Store
from ui.catalogue import choose

if TYPE_CHECKING:
    from assistant.rewriting.rewriter import Rewriter
    from assistant.service import Service
    from ui.api.recent import Recent
    from ui.api.turns import Turns
    from ui.auth import Attempts
    from ui.run_aside import RunAside


@dataclass(frozen=True, slots=True)
class Desk:
    """What one running server holds; in `app.state.desk`."""

    service: Service
    settings: Settings
    demo: bool
    static_version: str
    attempts: Attempts
    recent: Recent
    turns: Turns
    setup_code: str
    """Who makes the first admin must know it; `svar serve` prints it, and it dies with the first user."""
    rewriter: Rewriter | None = None
    """The language model behind drafts; None if none is set."""
    aside: RunAside | None = None
    """Runs long work in processes of its own; None where nothing may be begun."""
    notes: dict[str, str] = field(default_factory=dict)
    """What the server found out once, e.g. that there are users."""

    @property
    def store(self) -> Store:
        """The database behind the service."""
        return self.service.store


class Refused(KBError):
    """A request that is refused with a text of the catalogue.

    Args:
        code: Key in the catalogue after "error.", and the code in the answer.
        status: HTTP status.
        values: What stands for {name} in the text.
    """

    def __init__(self, code: str, status: int, **values: object) -> None:
        self.code = code
        self.status = status
        self.values = values
        super().__init__(code)


def desk_of(request: Request) -> Desk:
    """The server's desk."""
    desk: Desk = request.app.state.desk
    return desk


def user_of(request: Request) -> User | None:
    """Who asks, as the guard found out; None when nobody is signed in."""
    user: User | None = request.scope.get("state", {}).get("user")
    return user


def require(request: Request, role: Role) -> User:
    """The user who asks, if their role allows it; the first line of every handler.

    Raises:
        Refused: Nobody is signed in.
        PermissionDenied: The role is too small.
    """
    user = user_of(request)
    if user is None:
        raise Refused("unauthenticated", 401)
    if not user.role.allows(role):
        raise PermissionDenied(f"{user.role.value} may not do this; needed: {role.value}.")
    return user


def locale_of(request: Request) -> str:
    """The language to answer in: the user's, or the browser's."""
    user = user_of(request)
    return user.locale if user else choose(request.headers.get("accept-language", ""))
