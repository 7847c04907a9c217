"""A reliability diagram as a picture: how often the list was useful, by the chance that was shown. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.evaluation.reliability import Bin, Reliability

_SIDE, _LEFT, _TOP = 320, 56, 40
_WIDTH, _HEIGHT = _LEFT + _SIDE + 24, _TOP + _SIDE + 84
_BELOW = _TOP + _SIDE


def reliability_svg(found: Reliability, *, title: str) -> str:
    """Draw a diagram: a bar per range of chances, as high as the share that was useful, with its interval.

    The diagonal is where a chance means what it says; the dot is the mean chance within a range. Under the axis stands
    how many questions a range has; ranges without questions have no bar.

    Args:
        found: What to draw.
        title: Stands above the picture.

    Returns:
        A whole SVG document.
    """
    low, high = found.interval
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11" fill="#222">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        _text(_LEFT, 18, f"{title}: {found.questions} questions", anchor="start", size=13),
        _text(_LEFT, 33, f"calibration error {found.error:.3f} [{low:.3f}, {high:.3f}]", anchor="start"),
        *_axes(),
        *(part for each in found.bins if each.questions for part in _bar(each)),
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#888" stroke-dasharray="4 3"/>',
        *(_count(each) for each in found.bins),
        _text(_x(0.5), _BELOW + 48, "questions per range", colour="#666"),
        _text(_x(0.5), _BELOW + 70, "chance that was shown"),
        f'<g transform="rotate(-90 16 {_y(0.5)})">{_text(16, _y(0.5), "share with a useful article among five")}</g>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axes() -> Iterator[str]:
    yield f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#222"/>'
    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        yield _text(_x(tick), _BELOW + 16, f"{tick:.1f}")
        yield _text(_LEFT - 8, _y(tick) + 4, f"{tick:.1f}", anchor="end")


def _bar(each: Bin) -> Iterator[str]:
    left, width = _x(each.low), _x(each.high) - _x(each.low)
    middle = left + width / 2
    low, high = each.interval
    yield (
        f'<rect class="bar" x="{left + 1:.1f}" y="{_y(each.useful):.1f}" width="{width - 2:.1f}"'
        f' height="{_SIDE * each.useful:.1f}" fill="#9ecae1"/>'
    )
    yield f'<line x1="{middle:.1f}" y1="{_y(low):.1f}" x2="{middle:.1f}" y2="{_y(high):.1f}" stroke="#08519c"/>'
    yield f'<circle cx="{_x(each.shown):.1f}" cy="{_y(each.useful):.1f}" r="3.5" fill="#08519c"/>'


def _count(each: Bin) -> str:
    return _text((_x(each.low) + _x(each.high)) / 2, _BELOW + 32, str(each.questions), colour="#666")


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 11, colour: str = "#222") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{escape(text)}</text>'
    )


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)
