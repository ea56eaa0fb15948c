"""Charts drawn on the server: stretched SVG shapes under words in HTML, so that words keep their size on a phone."""

from collections.abc import Callable, Sequence
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.money import yen

WIDTH, HEIGHT = 1000, 200
WORDS = 13
TENTHS = (12, 15, 18, 24, 30, 45, 60, 75, 90, 120)
Point = tuple[str, int | float]
UNITS: dict[str, Callable[[float], str]] = {
    "yen": lambda value: yen(round(value)),
    "": lambda value: f"{value:,g}",
}


def ceiling(value: float) -> float:
    """The round number at the top of the axis, whose thirds are round too: 52,300 -> 60,000."""
    power: int = 10 ** (len(str(int(value))) - 1)
    return max(3, next(tenths * power / 10 for tenths in TENTHS if tenths * power >= value * 10))


def places(values: Sequence[float], top: float, width: int, height: int) -> list[tuple[float, float]]:
    """Where each value lies: in the middle of its column, measured from the upper left corner."""
    column = width / len(values)
    return [(round((i + 0.5) * column, 1), round(height - height * v / top, 1)) for i, v in enumerate(values)]


def curve(spots: Sequence[tuple[float, float]], height: int) -> SafeString:
    """The line through the spots and the area below it."""
    line = " ".join(f"{x},{y}" for x, y in spots)
    area = f"M{spots[0][0]},{height} L{line} L{spots[-1][0]},{height}Z"
    return format_html('<path class="area" d="{}"/><polyline class="curve" points="{}"/>', area, line)


def area_chart(points: Sequence[Point], *, label: str, unit: str = "") -> SafeString:
    """A figure of (label, value) points, with the same numbers as a table. unit: "yen" or nothing."""
    if not points:
        return format_html('<p class="muted">{}</p>', _("Nothing to show yet."))
    say = UNITS[unit]
    top = ceiling(max(value for _name, value in points))
    spots = places([value for _name, value in points], top, WIDTH, HEIGHT)
    return format_html(
        '<figure class="chart"><div class="plot"><ol class="ys" aria-hidden="true">{}</ol>'
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}{}{}</svg>'
        '<ol class="xs" aria-hidden="true">{}</ol></div>{}</figure>',
        format_html_join("", "<li>{}</li>", ((say(top * part / 3),) for part in (3, 2, 1, 0))),
        WIDTH,
        HEIGHT,
        label,
        format_html_join("", '<path class="rule" d="M0 {0}H{1}"/>', ((round(HEIGHT * n / 3), WIDTH) for n in range(4))),
        curve(spots, HEIGHT),
        hits(points, spots, say),
        names(points),
        table(points, label, say),
    )


def names(points: Sequence[Point]) -> SafeString:
    """The words below the points: as many as fit, counted from the last; every other one only on a wide screen."""
    step, last = ceil(len(points) / WORDS), len(points) - 1
    told = (
        (("fine" if (last - i) // step % 2 and len(points) > WORDS / 2 else ""), "" if (last - i) % step else name)
        for i, (name, _value) in enumerate(points)
    )
    return format_html_join("", '<li><span class="{}">{}</span></li>', told)


def hits(points: Sequence[Point], spots: Sequence[tuple[float, float]], say: Callable[[float], str]) -> SafeString:
    """Per point a column that shows its number under the pointer, and a dot."""
    column = WIDTH / len(points)
    return format_html_join(
        "",
        '<g><title>{}: {}</title><rect class="hit" x="{}" y="0" width="{}" height="{}"/>'
        '<path class="dot" d="M{} {}h0"/></g>',
        (
            (name, say(value), round(x - column / 2, 1), round(column, 1), HEIGHT, x, y)
            for (name, value), (x, y) in zip(points, spots, strict=True)
        ),
    )


def table(points: Sequence[Point], label: str, say: Callable[[float], str]) -> SafeString:
    """The numbers of a chart for those who can't see it, and for those who want them exact."""
    row = '<tr><th scope="row">{}</th><td class="num">{}</td></tr>'
    return format_html(
        '<details class="more"><summary>{}</summary><div class="table plain"><table>'
        '<caption class="sr-only">{}</caption><tbody>{}</tbody></table></div></details>',
        _("Show as a table"),
        label,
        format_html_join("", row, ((name, say(value)) for name, value in points)),
    )


def sparkline(values: Sequence[float], *, label: str) -> SafeString:
    """A small line for a table cell. label: what it shows, with the last value, for those who can't see it."""
    if not values:
        return SafeString("")
    spots = places(values, max(max(values), 1) * 1.1, 100, 24)
    return format_html(
        '<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        label,
        curve(spots, 24),
    )
