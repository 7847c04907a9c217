"""The endpoint of a language model: the one place that opens a connection to it, through the openai client.

The client is let in here and nowhere else, and only when a model is set: it takes a second to import. It sends what it
is given to the one address of the settings: no second try behind one's back, no following of redirects, no organisation
taken from the environment, no report about the machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from assistant.rewriting.model import RewriteFailed, Trouble
from kb.settings import LanguageModel

if TYPE_CHECKING:
    from openai import AsyncOpenAI

MAX_CONNECT_S = 5.0
_SERVER_ERRORS = 500
_CONNECT_SHARE = 0.25
_FIRST_SHARE = 0.6
"""Share of the whole time until the first word: a model that has not begun by then will not be done in time."""
_TELLING = ("OS", "Arch", "Runtime", "Runtime-Version", "Lang", "Package-Version", "Async", "Retry-Count",
            "Read-Timeout", "Helper-Method")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that came from the endpoint."""

    text: str = ""
    sent: int | None = None
    """Tokens of the request, where the endpoint says so."""
    received: int | None = None


class Endpoint(Protocol):
    """What answers a request piece by piece."""

    def pieces(self, messages: Sequence[Mapping[str, str]], *, most_tokens: int) -> AsyncGenerator[Piece, None]:
        """The answer as it comes; closing the iterator ends the request.

        Args:
            messages: Roles and contents.
            most_tokens: Where the endpoint shall stop.

        Raises:
            RewriteFailed: Anything that is no answer.
        """


class OpenAIEndpoint:
    """Any server with the OpenAI chat protocol.

    Args:
        model: Address, name, key and time limit.
    """

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    async def pieces(self, messages: Sequence[Mapping[str, str]], *, most_tokens: int) -> AsyncGenerator[Piece, None]:
        """See Endpoint."""
        began = asyncio.get_running_loop().time()
        until = began + self._model.timeout_s * _FIRST_SHARE
        async with self._client() as client:
            with _one_form():
                async with asyncio.timeout_at(until):
                    stream = await client.chat.completions.create(
                        model=self._model.model, messages=cast(Any, list(messages)), stream=True, temperature=0.0,
                        max_tokens=most_tokens, stream_options={"include_usage": True}, extra_headers=self._headers(),
                    )  # fmt: skip
            async with stream:
                chunks = aiter(stream)
                while (piece := await _next(chunks, until)) is not None:
                    if piece.text:
                        until = began + self._model.timeout_s
                    yield piece

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[AsyncOpenAI]:
        import openai

        limits = openai.Timeout(
            self._model.timeout_s, connect=min(MAX_CONNECT_S, self._model.timeout_s * _CONNECT_SHARE)
        )
        async with openai.AsyncOpenAI(
            base_url=self._model.url, api_key=self._model.key or "none", max_retries=0, timeout=limits,
            http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, timeout=limits),
        ) as client:  # fmt: skip
            yield client

    def _headers(self) -> dict[str, Any]:
        """Nothing but what the request needs."""
        import openai

        left_out = [f"X-Stainless-{name}" for name in _TELLING] + ["OpenAI-Organization", "OpenAI-Project"]
        if not self._model.key:
            left_out.append("Authorization")
        return {**dict.fromkeys(left_out, openai.Omit()), "User-Agent": "svar"}


async def _next(chunks: AsyncIterator[object], until: float) -> Piece | None:
    with _one_form():
        async with asyncio.timeout_at(until):
            chunk = await anext(chunks, None)
        return None if chunk is None else _piece(chunk)


def _piece(chunk: object) -> Piece:
    """What one chunk says; a chunk may have no choices, no words, or nothing but the count of tokens."""
    choices = getattr(chunk, "choices", None) or []
    if not isinstance(choices, list):
        raise TypeError(f"choices is a {type(choices).__name__}")
    text = getattr(getattr(choices[0], "delta", None), "content", None) if choices else None
    if not isinstance(text, str | None):
        raise TypeError(f"content is a {type(text).__name__}")
    usage = getattr(chunk, "usage", None)
    return Piece(text or "", _count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))


def _count(usage: object, name: str) -> int | None:
    found = getattr(usage, name, None)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


@contextmanager
def _one_form() -> Iterator[None]:
    """Turn every failure of the client into ours."""
    import openai

    try:
        yield
    except (TimeoutError, openai.APITimeoutError) as error:
        raise RewriteFailed(Trouble.TIMEOUT) from error
    except openai.APIStatusError as error:
        raise RewriteFailed(_trouble_of(error.status_code), f"HTTP {error.status_code}") from error
    except openai.APIConnectionError as error:
        raise RewriteFailed(Trouble.UNREACHABLE, str(error.__cause__ or error)) from error
    except openai.APIError as error:
        raise RewriteFailed(Trouble.SERVER_ERROR, error.message) from error
    except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
        # What came is no stream of the protocol: no JSON, or JSON of another form.
        raise RewriteFailed(Trouble.MALFORMED, f"{type(error).__name__}: {error}") from error


def _trouble_of(status: int) -> Trouble:
    named = {401: Trouble.REFUSED_KEY, 403: Trouble.REFUSED_KEY, 408: Trouble.TIMEOUT, 429: Trouble.RATE_LIMITED}
    return named.get(status, Trouble.SERVER_ERROR if status >= _SERVER_ERRORS else Trouble.REJECTED)
