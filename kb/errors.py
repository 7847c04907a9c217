"""Errors that are shown to a person: what was wrong, what is allowed, what to do."""

from __future__ import annotations


class KBError(Exception):
    """Base of every error that Svar shows to a person as one clear line, never as a traceback.

    Args:
        message: What was wrong, with the value.
        hint: What to do next; empty if the message says it all.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} {hint}".strip())


class NotFound(KBError):
    """An article, ticket, revision or other noun that is not stored.

    Args:
        noun: The kind of thing, e.g. "article".
        noun_id: The id that was asked for.
    """

    def __init__(self, noun: str, noun_id: str, *, hint: str = "") -> None:
        self.noun = noun
        self.noun_id = noun_id
        super().__init__(f"No {noun} with id {noun_id!r}.", hint=hint)


class InvalidRow(KBError):
    """One row of an import that cannot be stored; the rest goes on."""


class DatabaseBusy(KBError):
    """Another process held the database longer than the waiting time."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The database {path} is locked by another process.",
            hint="Wait for the other import or index run to finish, then run this command again; nothing was changed.",
        )


class StorageFull(KBError):
    """The disk that holds the data folder is full; the current write was rolled back."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"The disk that holds {path} is full.",
            hint="Free some space and run the command again; what was written before is kept.",
        )


class StorageDamaged(KBError):
    """A file of the data folder is not what it should be."""


class SettingInvalid(KBError):
    """A setting has a value that is not allowed.

    Args:
        name: Name of the environment variable or option.
        value: What it was set to.
        allowed: What it may be.
    """

    def __init__(self, name: str, value: str, allowed: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name} is {value!r}; allowed: {allowed}.")


class PermissionDenied(KBError):
    """The user's role does not allow the verb."""


class Conflict(KBError):
    """The noun changed since the caller read it, or its name is taken."""
