"""Settings: read once, and a bad value is named with its variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import SettingInvalid
from kb.settings import DEFAULT_MODEL, Settings


def test_nothing_set_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    settings = Settings.from_env({})
    assert settings == Settings(home=Path("/home/anna/.svar"))
    assert settings.models_folder == Path("/home/anna/.svar/models")


def test_everything_set(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "SVAR_HOME": str(tmp_path), "SVAR_MODELS": "/srv/models", "SVAR_MODEL": "/srv/models/other",
            "SVAR_QUERY_PROMPT": "ask: ", "SVAR_PASSAGE_PROMPT": "tell: ", "SVAR_BUSY_TIMEOUT_S": "2.5",
            "SVAR_THREADS": "4", "SVAR_MIN_CONFIDENCE": "0.25",
            "SVAR_ORDER_PATTERN": r"WEB\d+", "SVAR_CUSTOMER_PATTERN": "C[0-9]{6}", "SVAR_TONE": "formal", "SVAR_SCOPE": "product",
        }
    )  # fmt: skip
    assert settings == Settings(
        home=tmp_path, models=Path("/srv/models"), model="/srv/models/other", query_prompt="ask: ",
        passage_prompt="tell: ", busy_timeout_s=2.5, threads=4, min_confidence=0.25,
        order_pattern=r"WEB\d+", customer_pattern="C[0-9]{6}", tone="formal", scope="product",
    )  # fmt: skip
    assert settings.models_folder == Path("/srv/models")


def test_the_option_wins_over_the_variable(tmp_path: Path) -> None:
    assert Settings.from_env({"SVAR_HOME": "/elsewhere"}, home=tmp_path).home == tmp_path


def test_the_home_sign_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert Settings.from_env({"SVAR_HOME": "~/kb"}).home == Path("/home/anna/kb")


@pytest.mark.parametrize("model", ["", "  ", DEFAULT_MODEL])
def test_only_the_default_model_has_the_prompts_of_e5(model: str) -> None:
    own = Settings.from_env({"SVAR_MODEL": model})
    assert (own.model, own.query_prompt, own.passage_prompt) == (DEFAULT_MODEL, "query: ", "passage: ")
    other = Settings.from_env({"SVAR_MODEL": "KBLab/sentence-bert-swedish-cased"})
    assert (other.query_prompt, other.passage_prompt) == ("", "")


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("SVAR_BUSY_TIMEOUT_S", "soon", "a number from 0 to 600"),
        ("SVAR_BUSY_TIMEOUT_S", "-1", "a number from 0 to 600"),
        ("SVAR_BUSY_TIMEOUT_S", "nan", "a number from 0 to 600"),
        ("SVAR_BUSY_TIMEOUT_S", "inf", "a number from 0 to 600"),
        ("SVAR_THREADS", "257", "a number from 0 to 256"),
        ("SVAR_THREADS", "two", "a number from 0 to 256"),
        ("SVAR_MIN_CONFIDENCE", "1.01", "a number from 0 to 1"),
        ("SVAR_MIN_CONFIDENCE", "50 %", "a number from 0 to 1"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str, allowed: str) -> None:
    with pytest.raises(SettingInvalid, match=rf"^{name} is '{value}'; allowed: {allowed}\.$") as caught:
        Settings.from_env({name: value})
    assert (caught.value.name, caught.value.value) == (name, value)


@given(st.text(max_size=8))
def test_any_text_is_a_number_in_range_or_refused(text: str) -> None:
    try:
        settings = Settings.from_env({"SVAR_MIN_CONFIDENCE": text})
    except SettingInvalid:
        return
    assert 0.0 <= settings.min_confidence <= 1.0
