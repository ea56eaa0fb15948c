"""Small pieces of a page made from a value: icon, chip, clause link, time, money. Plain functions, quick in lists."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from html import escape
from itertools import count

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import assets, terms
from core.calendar import JST, jst_date
from core.money import yen

EMPTY = SafeString("")
TONES = {"debug": "idle", "success": "ok", "warning": "warn", "error": "bad"}
ICONS = {"ok": "circle-check", "info": "info-circle", "warn": "alert-triangle", "bad": "alert-circle"}
# First match wins: Edge also says Chrome, Chrome also says Safari, Android also says Linux.
BROWSERS = (("Edg", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
numbers = count(1)


def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; decorative unless it has a label."""
    return drawn(name, str(label), css)


@lru_cache(2048)
def drawn(name: str, label: str, css: str) -> SafeString:
    """The same icon stands in every row of a list; it is put together once."""
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    css = f"icon {css}" if css else "icon"
    return format_html('<svg class="{}" {}><use href="{}#{}"/></svg>', css, told, assets.address("icons.svg"), name)


def chip(tone: str, word: object) -> SafeString:
    """A state in a word and a colour. tone: ok, busy, idle, warn, bad."""
    return format_html('<span class="chip {}">{}</span>', tone, word)


def named(url: str, name: str, number: int) -> SafeString:
    """A thing's name as a link, its number below it. url: an address of ours."""
    return SafeString(f'<a href="{url}">{escape(name)}</a><small>{number}</small>')


def quick(url: str, symbol: str, label: str) -> SafeString:
    """An icon that opens a question over the page. url: an address of ours; label: what it does, to what."""
    label = escape(label)
    return SafeString(
        f'<a class="button ghost icon" href="{url}" hx-get="{url}" hx-target="#dialog" aria-label="{label}" '
        f'title="{label}">{icon(symbol)}</a>'
    )


def badge(word: object, tone: str = "") -> SafeString:
    """A small label beside a name. tone: as of a chip, or brand."""
    return format_html('<span class="badge {}">{}</span>', tone, word)


def clause(reference: str) -> SafeString:
    """A link to what a clause of the terms says in plain words; nothing for an empty reference."""
    if not reference:
        return EMPTY
    return format_html('<a class="clause" href="/terms/{}">{}</a>', reference, cited(reference, get_language()))


@lru_cache(512)
def cited(reference: str, language: str | None) -> str:
    """How a clause is cited in a language: "Article 7, paragraph 4". Raises KeyError for one that doesn't exist."""
    return terms.label(terms.get(reference))


def copy(value: object, text: str = "") -> SafeString:
    """A value that one click copies. text: shown instead of the value."""
    return format_html(
        '<span class="copy"><span class="mono">{}</span><button class="needs-js" type="button" data-copy="{}" '
        'aria-label="{}">{}</button></span>',
        text or value,
        value,
        _("Copy %s") % value,
        icon("copy"),
    )


def code(text: str) -> SafeString:
    """A block of code with a copy button."""
    return format_html(
        '<div class="code"><pre tabindex="0"><code>{}</code></pre><button class="button ghost icon small needs-js" '
        'type="button" data-copy="{}" aria-label="{}">{}</button></div>',
        text,
        text,
        _("Copy"),
        icon("copy"),
    )


def when(at: datetime | date | None, now: datetime | None = None, form: str = "") -> SafeString:
    """A day or an instant in JST; with `now` its title says how long ago. form: "", "date", or "full" (with JST)."""
    if at is None:
        return SafeString("—")
    local = at.astimezone(JST) if isinstance(at, datetime) else at
    day = local.date() if isinstance(local, datetime) else local
    clock = f"{local:%H:%M}" if isinstance(local, datetime) and form != "date" else ""
    text = date_format(day, "DATE_FORMAT") if form == "full" else day.isoformat()
    text = f"{text} {clock}".strip() + (" (JST)" if form == "full" and clock else "")
    title = relative(at, now) if isinstance(at, datetime) and now else ""
    told = f' title="{title}"' if title else ""
    css = "" if form == "full" else ' class="nowrap"'
    return SafeString(f'<time{css} datetime="{local.isoformat()}"{told}>{text}</time>')


def until(at: datetime | None) -> SafeString:
    """A deadline in JST: its last day when it ends with the day, else day and time."""
    if at is None or at.astimezone(JST).time() != time.min:
        return when(at)
    return when(jst_date(at - timedelta(days=1)))


def relative(at: datetime, now: datetime) -> str:
    """How long ago, or in how long."""
    if at <= now:
        return _("%s ago") % timesince(at, now, depth=1)
    return _("in %s") % timesince(now, at, depth=1)


def money(amount: int, per: str = "", note: str = "") -> SafeString:
    """Yen, with what for ("month") and how ("incl. tax")."""
    small = " ".join(part for part in (f"/ {per}" if per else "", f"({note})" if note else "") if part)
    tail = format_html("<small> {}</small>", small) if small else EMPTY
    return format_html('<span class="money">{}{}</span>', yen(amount), tail)


def usage(value: float, maximum: float, label: str, text: str = "") -> SafeString:
    """How much of a limit is used; the bar turns amber at 75 % and red at 90 %."""
    return format_html(
        '<div class="usage"><span><span>{0}</span><span>{1}</span></span>'
        '<meter min="0" max="{3}" low="{4}" high="{5}" optimum="0" value="{2}" aria-label="{0}">{1}</meter></div>',
        label,
        text or f"{value:,g} / {maximum:,g}",
        value,
        maximum,
        maximum * 0.75,
        maximum * 0.9,
    )


def avatar(name: str) -> SafeString:
    """The first letter of a name in a circle; the name itself stands beside it."""
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', name[:1].upper())


def tags(names: Iterable[str]) -> SafeString:
    """The tags of a thing; nothing if it has none."""
    inner = format_html_join("", "<span>{}</span>", ((name,) for name in names))
    return format_html('<span class="tags">{}</span>', inner) if inner else EMPTY


def blocked(label: str, reason: str, symbol: str = "", reference: str = "", css: str = "") -> SafeString:
    """A button that can't be used now and, asked, says why; symbol: an icon, reference: a clause of the terms."""
    return format_html(
        '<span class="blocked"><button type="button" class="button {0}" aria-disabled="true" '
        'aria-describedby="why-{1}" popovertarget="why-{1}">{2}{3}{4}</button>'
        '<span class="reason" popover id="why-{1}">{5} {6}</span></span>',
        css,
        next(numbers),
        icon(symbol) if symbol else EMPTY,
        label,
        icon("help-circle", css="hint"),
        reason,
        clause(reference),
    )


def device(agent: str) -> str:
    """Browser and system out of a User-Agent header; the header itself when both are unknown."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return " · ".join(part for part in (browser, system) if part) or agent


def toast(text: object, tone: str = "info", reference: str = "") -> SafeString:
    """A message of one sentence. tone: ok, info, warn, bad or a level of django.contrib.messages."""
    tone = TONES.get(tone, tone)
    return format_html(
        '<div class="callout toast {}">{}<div><p>{} {}</p></div>'
        '<button type="button" class="close needs-js" data-dismiss aria-label="{}">{}</button></div>',
        tone,
        icon(ICONS.get(tone, "info-circle")),
        text,
        clause(reference),
        _("Close"),
        icon("x"),
    )
