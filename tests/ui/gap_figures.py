"""What a small run found, as it is stored."""

from __future__ import annotations

from typing import Any

FIGURES: dict[str, Any] = {
    "id": "gap-1", "label": "Why is my hub offline?", "cause": "no_article", "remedy": "capture", "locale": "en",
    "languages": {"en": 5}, "products": {"hub": 5}, "asked": 5, "tickets": ["t1", "t2", "t3"], "searches": ["hub"],
    "weekly": 2.0, "minutes": 30.0, "trend": 1.0, "work": 150.0, "closure": None,
}  # fmt: skip
SUMMARY: dict[str, Any] = {
    "tickets": 9, "coverage": {"linked": 5, "none": 4}, "pareto": {"work": [0.75], "eighty_work": None}, "topics": [],
    "weeks": [
        {"week": "2026-W19", "locale": "en", "product": "", "tickets": 4, "covered": 1},
        {"week": "2026-W19", "locale": "da", "product": "", "tickets": 3, "covered": 3},
        {"week": "2026-W20", "locale": "en", "product": "", "tickets": 2, "covered": 1},
    ],
}  # fmt: skip
