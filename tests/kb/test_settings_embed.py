"""Who may show the workspace in a frame."""

from __future__ import annotations

import pytest

from kb.errors import SettingInvalid
from kb.settings_embed import Embedding, embedding_from_env


def test_nobody_by_default() -> None:
    assert embedding_from_env({}) == Embedding()
    assert not embedding_from_env({"SVAR_EMBED_ORIGINS": " , "}).is_allowed


def test_origins_are_read_as_browsers_write_them() -> None:
    found = embedding_from_env(
        {"SVAR_EMBED_ORIGINS": "https://Firma.Zendesk.com/, http://127.0.0.1:8000 https://a.b:8443"}
    )

    assert found.origins == ("https://firma.zendesk.com", "http://127.0.0.1:8000", "https://a.b:8443")


@pytest.mark.parametrize(
    "text",
    [
        "*", "https://*.zendesk.com", "firma.zendesk.com", "http://firma.zendesk.com", "https://a.b/path", "https://a.b?x",
        "https://a.b#x", "https://u:p@a.b", "https://a.b;script-src", "https://a.b'", "javascript:x", "https://",
        "https://a.b:0", "https://a.b:99999", "https://å.se", "https://a.b\nhttps://*",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(SettingInvalid, match="SVAR_EMBED_ORIGINS"):
        embedding_from_env({"SVAR_EMBED_ORIGINS": text})


@pytest.mark.parametrize("secret", ["short", "x" * 31, "å" * 40, "x" * 40 + "\n" + "y"])
def test_a_weak_secret_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(SettingInvalid, match="SVAR_EMBED_SECRET") as refusal:
        embedding_from_env({"SVAR_EMBED_SECRET": secret})

    assert secret not in str(refusal.value)
    assert secret not in repr(embedding_from_env({"SVAR_EMBED_SECRET": "y" * 40}))
