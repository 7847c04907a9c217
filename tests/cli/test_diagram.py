"""The reliability diagram as a picture."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from assistant.evaluation.reliability import reliability
from ui.commands.diagram import reliability_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_a_bar_per_range_with_questions() -> None:
    found = reliability([0.05, 0.15, 0.15, 0.95], [False, True, False, True])
    root = ET.fromstring(reliability_svg(found, title="set"))
    bars = [each for each in root.iter(f"{SVG}rect") if each.get("class") == "bar"]
    assert [float(bar.get("height", "")) for bar in bars] == [0, 160, 320]
    assert len(list(root.iter(f"{SVG}circle"))) == 3
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert "set: 4 questions" in texts
    assert any(text and text.startswith(f"calibration error {found.error:.3f} [") for text in texts)
    assert [text for text in texts if text in {"0", "1", "2"}] == ["1", "2", *"0" * 7, "1"]


def test_everything_lies_within_the_picture() -> None:
    found = reliability([n / 50 for n in range(51)], [n % 3 == 0 for n in range(51)])
    root = ET.fromstring(reliability_svg(found, title="set"))
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    for name, limit in (("x1", width), ("x2", width), ("cx", width), ("y1", height), ("y2", height), ("cy", height)):
        assert all(0 <= float(each.get(name, "")) <= limit for each in root.iter() if each.get(name))


def test_titles_are_text() -> None:
    drawn = reliability_svg(reliability([], []), title="<script>&")
    assert "<script>" not in drawn
    assert ET.fromstring(drawn) is not None
