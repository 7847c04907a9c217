"""A page's scripts as one: each module once, after what it imports, and nothing that would be lost on the way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.pages.joined import joined_files, joined_script
from ui.pages.page import PAGES, imported, modules, script_of, styles_of
from ui.static_files import FOLDER


def written(folder: Path, **sources: str) -> Path:
    for name, source in sources.items():
        (folder / f"{name}.js").write_text(source, "utf-8")
    return folder


def test_a_module_becomes_a_function_that_returns_what_it_exports(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        main='import { twice as two } from "./sums.js";\nexport { one } from "./sums.js";\ntwo(import.meta.url);\n',
        sums="export const one = 1;\nexport async function twice(n) {\n  return 2 * n;\n}\n",
    )

    assert joined_script(folder, "main.js").splitlines() == [
        "// sums.js",
        "const $sums = (() => {",
        "const one = 1;",
        "async function twice(n) {",
        "  return 2 * n;",
        "}",
        "",
        "return { one, twice };",
        "})();",
        "// main.js",
        "const $main = (() => {",
        "const two = $sums.twice;",
        "",
        "",
        'two(new URL("main.js", import.meta.url).href);',
        "",
        "return { one: $sums.one };",
        "})();",
    ]


def test_functions_may_be_imported_in_a_circle(tmp_path: Path) -> None:
    source = 'import {{ {0} }} from "./{0}.js";\nexport function {1}() {{\n  {0}();\n}}\n'
    folder = written(tmp_path, hen=source.format("egg", "hen"), egg=source.format("hen", "egg"))

    assert "const hen = (...args) => $hen.hen(...args);" in joined_script(folder, "hen.js")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("export default 1;\n", "export default 1"),
        ("export let n = 1;\n", "export let"),
        ('import * as sums from "./sums.js";\n', "import \\*"),
        ('import "./sums.js";\n', "import \\"),
        ('import { one } from "./sums.js";\nexport const two = 2;\n', "one of sums.js is no function"),
    ],
)
def test_what_would_be_lost_is_refused(tmp_path: Path, source: str, why: str) -> None:
    sums = 'import { two } from "./main.js";\nexport const one = 1;\n' if "two" in source else "export const one = 1;\n"
    folder = written(tmp_path, main=source, sums=sums)

    with pytest.raises(ValueError, match=why.replace("\\", "") if why.endswith("\\") else why):
        joined_script(folder, "sums.js" if "two" in source else "main.js")


def test_every_page_has_all_its_scripts_and_styles() -> None:
    made = joined_files(FOLDER)
    for page in PAGES:
        script = made[script_of(page)].decode()
        order = re.findall(r"^// ([\w/]+\.js)$\nconst \$", script, re.MULTILINE)
        assert sorted(order) == sorted({page.entry, *modules(page.entry)})
        assert order[-1] == page.entry
        late = [(n, o) for i, n in enumerate(order) for o in imported(FOLDER, n) if o not in order[:i]]
        assert len(late) <= 2  # circles of functions; the fewer the better
        styles = made[styles_of(page)].decode()
        assert all((FOLDER / f"{name}.css").read_text("utf-8") in styles for name in page.styles)
