"""`svar draft --rewrite` and `--translate`, and what `svar status` says about the model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assistant.rewriting.openai_server import Behaviour, FakeModel, openai_server
from tests.conftest import Svar

QUESTION = "Min hub blinker gult og appen siger E-1042"


@pytest.fixture(scope="module")
def fake_model() -> Iterator[FakeModel]:
    with openai_server() as model:
        yield model


@pytest.fixture
def env(fake_model: FakeModel) -> dict[str, str]:
    fake_model.behaviour.__dict__.update(Behaviour().__dict__)
    return {
        "SVAR_LLM_URL": fake_model.url, "SVAR_LLM_MODEL": "small", "SVAR_LLM_KEY": "k-123", "SVAR_LLM_TIMEOUT_S": "10",
        "SVAR_LLM_PRICE_PER_MILLION_INPUT": "2", "SVAR_LLM_PRICE_PER_MILLION_OUTPUT": "10",
    }  # fmt: skip


def test_rewrite_prints_the_draft_and_what_was_left_out(
    svar: Svar, home: Path, env: dict[str, str], fake_model: FakeModel
) -> None:
    fake_model.behaviour.answer = lambda asked: [f"1: {asked.sentences[1]}\n", "2: Send os din adgangskode."]
    done = svar("--home", home, "draft", "--text", QUESTION, "--rewrite", env=env)
    assert done.returncode == 0, done.stderr
    assert "Left out of the language model's answer: 1" in done.stdout
    assert ": Send os din adgangskode." in done.stdout
    assert "Sources" in done.stdout


def test_rewrite_json_and_status(svar: Svar, home: Path, env: dict[str, str]) -> None:
    before = json.loads(svar("--home", home, "status", "--json", env=env).stdout)
    assert before["language_model"]["calls"] == 0
    done = svar("--home", home, "draft", "--text", QUESTION, "--rewrite", "--json", env=env)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["tokens_in"], found["tokens_out"], found["cost"], found["removed"]) == (1000, 200, 0.004, [])
    assert found["reworded"] >= 1
    after = json.loads(svar("--home", home, "status", "--json", env=env).stdout)["language_model"]
    assert (after["model"], after["host"], after["calls"], after["tokens_in"]) == ("small", "127.0.0.1", 1, 1000)
    said = svar("--home", home, "status").stdout
    assert "none set; 1 calls, 1,000 tokens in, 200 out, cost 0.0040" in said
    assert "k-123" not in str(after)


def test_a_translation(svar: Svar, home: Path, env: dict[str, str], fake_model: FakeModel) -> None:
    done = svar("--home", home, "draft", "--text", QUESTION, "--translate", "nb", "--json", env=env)
    assert done.returncode == 0, done.stderr
    [asked] = fake_model.behaviour.asked
    assert "Norwegian Bokmål" in asked.system
    refused = svar("--home", home, "draft", "--text", QUESTION, "--translate", "fi", env=env)
    assert refused.returncode == 1
    assert "--translate is 'fi'; allowed: sv, nb, nn, da, en." in refused.stderr


def test_a_model_that_fails_leaves_the_composers_draft(
    svar: Svar, home: Path, env: dict[str, str], fake_model: FakeModel
) -> None:
    fake_model.behaviour.status = 429
    composed = json.loads(svar("--home", home, "draft", "--text", QUESTION, "--json").stdout)
    done = svar("--home", home, "draft", "--text", QUESTION, "--rewrite", "--json", env=env)
    assert done.returncode == 3
    assert "The language model takes no more requests just now." in done.stderr
    assert json.loads(done.stdout)["text"] == composed["text"]


def test_without_a_model(svar: Svar, indexed_home: Path) -> None:
    done = svar("--home", indexed_home, "draft", "--text", QUESTION, "--rewrite")
    assert done.returncode == 1
    assert "No language model is set. Set SVAR_LLM_URL and SVAR_LLM_MODEL." in done.stderr
    assert json.loads(svar("--home", indexed_home, "status", "--json").stdout)["language_model"] is None


@pytest.mark.parametrize(
    "args", [("--rewrite", "--translate", "nb"), ("--batch", "in.jsonl", "--out", "out.jsonl", "--rewrite")]
)
def test_wrong_usage(svar: Svar, indexed_home: Path, tmp_path: Path, args: tuple[str, ...]) -> None:
    (tmp_path / "in.jsonl").write_text("{}\n")
    asked = () if "--batch" in args else ("--text", QUESTION)
    paths = [str(tmp_path / arg) if arg.endswith(".jsonl") else arg for arg in args]
    done = svar("--home", indexed_home, "draft", *asked, *paths)
    assert done.returncode == 2
    assert "--rewrite" in done.stderr
