"""A page's scripts as one script and its style sheets as one: each file that a browser fetches costs it milliseconds.

The files stay what they are, and each can still be fetched by itself; they are joined when the server starts. Every
module becomes a function that is called once, in the order in which a browser would run them, and that returns what
the module exports.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from ui.pages.page import PAGES, Page, imported, modules, script_of, styles_of

_EXPORTED = re.compile(r"^export (?=((?:async )?function\*?|const|class) ([\w$]+))", re.MULTILINE)
_IMPORTS = re.compile(r'^import \{([^{}]*)\} from "([^"]+)";$', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^{}]*)\} from "([^"]+)";$', re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_HERE = "import.meta.url"


def joined_files(folder: Path) -> dict[str, bytes]:
    """The joined script and style sheet of every page, by the name under which it is served.

    Args:
        folder: Of the pages' files, as `ui.static_files` has it.

    Raises:
        ValueError: A script has an import or an export that cannot be joined.
    """
    made: dict[str, bytes] = {}
    for page in PAGES:
        made[script_of(page)] = joined_script(folder, page.entry).encode()
        made[styles_of(page)] = _joined_styles(folder, page).encode()
    return made


def joined_script(folder: Path, entry: str) -> str:
    """A script with all that it imports, as one module that stands directly in the folder.

    Args:
        folder: Where the scripts are.
        entry: The first of them, as its path in the folder.

    Raises:
        ValueError: An import or an export that cannot be joined: a default one, all of a module under one name, a
            variable that changes, or a constant of a module that itself waits for the one that wants it.
    """
    parts: list[str] = []
    constants: dict[str, set[str]] = {}
    for name in (*modules(entry, folder), entry):
        source = (folder / name).read_text("utf-8")
        # Only functions can be named before they are there, by whoever stands in a circle of imports.
        constants[name] = {found[2] for found in _EXPORTED.finditer(source) if "function" not in found[1]}
    done: set[str] = set()
    for name in _in_order(folder, entry):
        parts.append(_as_function(folder, name, done, constants))
        done.add(name)
    return "\n".join(parts)


def _in_order(folder: Path, entry: str) -> list[str]:
    """What a browser runs first stands first: what a module imports before itself, in the order it names it."""
    order: list[str] = []
    begun: set[str] = set()

    def visit(name: str) -> None:
        begun.add(name)
        for other in imported(folder, name):
            if other not in begun:
                visit(other)
        order.append(name)

    visit(entry)
    return order


def _as_function(folder: Path, name: str, done: set[str], constants: dict[str, set[str]]) -> str:
    source = (folder / name).read_text("utf-8")
    targets = dict(zip(_addresses(source), imported(folder, name), strict=False))
    given = {found[2]: found[2] for found in _EXPORTED.finditer(source)}
    head: list[str] = []
    for names, address in _IMPORTS.findall(source):
        head += [_taken(name, targets[address], *each, done, constants) for each in _pairs(names)]
    for names, address in _PASSED_ON.findall(source):
        given |= {own: f"{_variable(targets[address])}.{theirs}" for theirs, own in _pairs(names)}
    body = _PASSED_ON.sub("", _IMPORTS.sub("", _EXPORTED.sub("", source)))
    left = _LEFT.search(body)
    if left is not None:
        raise ValueError(
            f"{name}: {left.group()!r} cannot be joined; allowed: `import {{ a, b as c }} from`, `export {{ a }} from`,"
            " and export before function, const or class."
        )
    body = body.replace(_HERE, f"new URL({json.dumps(name)}, {_HERE}).href")
    returned = ", ".join(own if own == theirs else f"{own}: {theirs}" for own, theirs in given.items())
    return f"// {name}\nconst {_variable(name)} = (() => {{\n{''.join(head)}{body}\nreturn {{ {returned} }};\n}})();"


def _taken(name: str, target: str, theirs: str, own: str, done: set[str], constants: dict[str, set[str]]) -> str:
    """The line that makes something of another module known in this one."""
    place = f"{_variable(target)}.{theirs}"
    if target in done:
        return f"const {own} = {place};\n"
    if theirs in constants[target]:
        raise ValueError(f"{name}: {theirs} of {target} is no function, and {target} waits for {name}; move it out.")
    return f"const {own} = (...args) => {place}(...args);\n"


def _addresses(source: str) -> list[str]:
    """What a module imports or passes on, as it is written there, each once, in the order of `imported`."""
    found = [*_IMPORTS.finditer(source), *_PASSED_ON.finditer(source)]
    return list(dict.fromkeys(each[2] for each in sorted(found, key=lambda each: each.start())))


def _pairs(names: str) -> list[tuple[str, str]]:
    """What stands between braces: (their name, own name)."""
    pairs = []
    for each in filter(None, (part.strip() for part in names.split(","))):
        theirs, _, own = each.partition(" as ")
        pairs.append((theirs.strip(), own.strip() or theirs.strip()))
    return pairs


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _joined_styles(folder: Path, page: Page) -> str:
    # The addresses in those of a folder would have to be written anew; only the shared ones have any.
    sheets = {name: (folder / f"{name}.css").read_text("utf-8") for name in page.styles}
    for name, sheet in sheets.items():
        if "/" in name and "url(" in sheet:
            raise ValueError(f"{name}.css: url() may stand in the shared style sheets only.")
    return "\n".join(f"/* {name}.css */\n{sheet}" for name, sheet in sheets.items())
