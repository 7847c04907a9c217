"""Why a move of a draft or an article is refused, each with a code that the page has words for."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from kb.errors import Conflict, InvalidRow, PermissionDenied
from kb.model import Role, User


class RoleTooSmall(PermissionDenied):
    """The move takes a larger role.

    Args:
        user: Who wanted it.
        what: What they wanted, in words.
        needed: The smallest role that may.
    """

    code = "role_needed"

    def __init__(self, user: User, what: str, needed: Role) -> None:
        self.needed = needed
        self.values: dict[str, object] = {"role": needed.value}
        super().__init__(
            f"{user.role.value} may not {what}; needed: {needed.value}.",
            hint="Request a review, or ask somebody with that role.",
        )


class MoveRefused(Conflict):
    """The state does not allow the move.

    Args:
        noun: "draft" or "article".
        move: What was wanted.
        state: Where it stands.
        states: In which it would be allowed.
    """

    code = "move_refused"

    def __init__(self, noun: str, move: StrEnum, state: StrEnum, states: Iterable[StrEnum]) -> None:
        self.values: dict[str, object] = {"move": move.value, "state": state.value}
        super().__init__(
            f"{noun.capitalize()}s that are {state.value} do not allow {move.value}.",
            hint=f"Allowed while they are: {', '.join(each.value for each in states)}.",
        )


class ArticleNotLive(Conflict):
    """What is to be written to, or merged into, is archived, merged or deleted.

    Args:
        article_id: Which article.
        state: Where it stands.
    """

    code = "article_not_live"

    def __init__(self, article_id: str, state: StrEnum) -> None:
        self.values: dict[str, object] = {"id": article_id, "state": state.value}
        super().__init__(f"The article {article_id} is {state.value}.", hint="Restore it first, or choose another one.")


class DraftInTheWay(Conflict):
    """Somebody is writing on the article that is to go.

    Args:
        article_id: Which article.
    """

    code = "draft_in_the_way"

    def __init__(self, article_id: str) -> None:
        self.values: dict[str, object] = {"id": article_id}
        super().__init__(f"There is a draft of {article_id}.", hint="Publish or discard the draft first.")


class NothingToUndo(Conflict):
    """The article's last move is not the one that is to be taken back, or there is none."""

    code = "nothing_to_undo"

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        super().__init__(
            "There is nothing to take back here: something else was done with the article since.",
            hint="Its history shows what.",
        )


class LanguageTaken(Conflict):
    """The family of translations has an article in this language already.

    Args:
        locale: The language.
        article_id: The article that has it.
    """

    code = "language_taken"

    def __init__(self, locale: str, article_id: str) -> None:
        self.values: dict[str, object] = {"locale": locale, "id": article_id}
        super().__init__(
            f"There is already a version in {locale}: {article_id}.", hint="Edit that one, or merge the two."
        )


class PublishedTextChanged(Conflict):
    """The published text changed since the draft began, and its writer has not taken note.

    Args:
        base: The revision it began from.
        current: The revision that is published.
    """

    code = "published_changed"

    def __init__(self, base: int, current: int) -> None:
        self.base, self.current = base, current
        self.values: dict[str, object] = {"base": base, "current": current}
        super().__init__(
            f"The published text changed meanwhile: the draft began from revision {base}, published is {current}.",
            hint="Look at the difference, take over what is needed, then take note of it and publish.",
        )


class TextMissing(InvalidRow):
    """What is to be reviewed or published has no title or no text.

    Args:
        missing: Which of them.
    """

    code = "text_missing"

    def __init__(self, missing: list[str]) -> None:
        self.values: dict[str, object] = {"missing": ", ".join(missing)}
        super().__init__(f"an article needs a title and a text; missing: {', '.join(missing)}")


class ReasonMissing(InvalidRow):
    """The move takes a reason.

    Args:
        what: What needs it.
        length: How many characters it has.
        most: How many it may have.
    """

    code = "reason_missing"

    def __init__(self, what: str, length: int, most: int) -> None:
        self.values: dict[str, object] = {"most": most}
        super().__init__(f"to {what} takes a reason of 1 to {most} characters; it has {length}")


class BadTime(InvalidRow):
    """The time to publish does not lie ahead, or too far."""

    code = "bad_publish_time"

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        super().__init__("the time to publish must lie ahead, within two years, e.g. 2026-12-01T07:00:00+01:00")
