"""The first rows of a table: what kind of thing its rows are, and which column is which field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from kb.importers.customer_rows import customer_fields
from kb.importers.record import Record, Rejected, Unused
from kb.importers.rows import FIELDS, Kind
from kb.importers.survey_rows import SURVEY_FIELDS, scale_in, survey_fields

_IMPORT_ID = '{"ImportId"'
"""How each cell of the third row of a Qualtrics export begins."""


class Header:
    """What the rows below it mean."""

    def __init__(self, cells: Sequence[object]) -> None:
        self._texts = ["" if cell is None else str(cell).strip() for cell in cells]
        while self._texts and not self._texts[-1]:
            self._texts.pop()
        names = [re.sub(r"[\s-]+", "_", text.lower()) for text in self._texts]
        self.fault = ""
        """Why the table cannot be read; empty if it can."""
        self._kind: Kind | None = None
        self._more: list[str] = []
        self._rows = 1
        known = [name for name in names if name in FIELDS]
        survey = None if "id" in known and {"title", "body", "subject"} & set(known) else survey_fields(self._texts)
        people = customer_fields(names) if "kind" not in names else None
        self._names = survey or people or names
        if survey is not None:
            self._kind = Kind.SATISFACTION
        elif people is not None:
            self._kind = Kind.CUSTOMER
        else:
            self.fault = _fault(names, known)

    def takes(self, cells: Sequence[object]) -> bool:
        """Whether the next row still belongs to the header, as two tools write it; then its texts count as names.

        SurveyMonkey has a second row with the parts of questions, Qualtrics a second with the questions and a third
        with ids of its own.

        Args:
            cells: The row below the ones that were taken.
        """
        texts = ["" if cell is None else str(cell).strip() for cell in cells]
        self._rows += 1
        if self._rows > 3 or not any(texts):
            return False
        first = self._texts[0].casefold() if self._texts else ""
        is_monkey = self._rows == 2 and first == "respondent id" and not texts[0]
        is_qualtrics = "responseid" in {text.casefold() for text in self._texts} and (
            self._rows == 2 or any(text.startswith(_IMPORT_ID) for text in texts)
        )
        if not is_monkey and not is_qualtrics:
            return False
        if self._rows == 2:
            self._more = texts
            wider = self._texts + [""] * (len(texts) - len(self._texts))
            # A question of several parts has its text above the first of them only.
            self._texts = [name or (texts[i] if is_monkey else "") for i, name in enumerate(wider)]
            found = survey_fields(self._texts, texts)
            if found is not None:
                self._kind, self._names, self.fault = Kind.SATISFACTION, found, ""
        return True

    @property
    def may_go_on(self) -> bool:
        """Whether the fault of the first row may be mended by the second: a Qualtrics export names questions there."""
        return bool(self.fault) and self._rows == 1 and "responseid" in {text.casefold() for text in self._texts}

    def unused(self, path: Path) -> Unused | None:
        """The columns of a survey that nobody here understands; None if there are none."""
        if self._kind is not Kind.SATISFACTION:
            return None
        left = [text for text, name in zip(self._texts, self._names, strict=False) if text and not name]
        return Unused(path, tuple(left)) if left else None

    def record(self, path: Path, line: int, cells: Sequence[object]) -> Record | Rejected:
        """A row of cells by field name; missing cells at the end are empty."""
        extra = [cell for cell in cells[len(self._names) :] if cell is not None and cell != ""]
        if extra:
            found = len(self._names) + len(extra)
            reason = f"the row has {found} cells, the header {len(self._names)}; put texts with delimiters in quotes"
            return Rejected(path, line, reason)
        padded = [*cells, *[None] * (len(self._names) - len(cells))]
        row: dict[str, object] = {name: cell for name, cell in zip(self._names, padded, strict=False) if name}
        if self._kind is not None:
            row["kind"] = self._kind.value
        if self._kind is Kind.SATISFACTION and not row.get("scale"):
            asked = self._names.index("score") if "score" in self._names else None
            told = [*self._texts[asked : asked + 1], *self._more[asked : asked + 1]] if asked is not None else []
            row["scale"] = next(filter(None, map(scale_in, told)), None)
        return Record(line, row)


def score_of_header(names: Sequence[str]) -> tuple[int, int]:
    """How well some names suit a table: how many are understood, then how many there are; to find its delimiter."""
    plain = [name.strip().strip('"') for name in names]
    known = sum(name.lower() in FIELDS for name in plain)
    survey = survey_fields(plain) or []
    return max(known, sum(name in SURVEY_FIELDS for name in survey)), len(plain)


def _fault(names: Sequence[str], known: Sequence[str]) -> str:
    doubled = sorted({name for name in known if known.count(name) > 1})
    if not known:
        found = ", ".join(name for name in names[:6] if name) or "nothing"
        allowed = ", ".join(sorted(FIELDS))
        return f"the first row must name the columns, found {found[:100]}; allowed: {allowed}"
    if "id" not in known:
        return "there is no column id; every row needs one that stays the same"
    return f"column {doubled[0]} stands there twice; allowed: once" if doubled else ""
