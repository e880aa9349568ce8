"""The page's templates: one Jinja2 environment, everything escaped unless it is already Markup."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Undefined
from markupsafe import Markup

HERE = Path(__file__).parent
STATIC = HERE / "static"


def render(template: str, **context: Any) -> Markup:
    """One template as safe HTML."""
    return Markup(_ENVIRONMENT.get_template(template).render(**context))


def clock_time(at: datetime) -> str:
    """ "09:41", in this computer's zone."""
    return f"{at.astimezone():%H:%M}"


def day_and_time(at: datetime) -> str:
    """ "5 March 2026, 09:41", in this computer's zone."""
    local = at.astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def short_day_and_time(at: datetime) -> str:
    """ "5 Mar, 09:41", in this computer's zone."""
    local = at.astimezone()
    return f"{local.day} {local:%b, %H:%M}"


def day(at: datetime) -> str:
    """ "Thursday, 5 March", in this computer's zone."""
    local = at.astimezone()
    return f"{local:%A}, {local.day} {local:%B}"


def span(seconds: float) -> str:
    """ "2 d 3 h": how long that is, in its two largest units that are not zero; "" for less than a second."""
    left = timedelta(seconds=int(seconds))
    hours, rest = divmod(left.seconds, 3600)
    parts = {"d": left.days, "h": hours, "min": rest // 60, "s": rest % 60}
    return " ".join([f"{count} {unit}" for unit, count in parts.items() if count][:2])


_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=Undefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    clock_time=clock_time,
    day_and_time=day_and_time,
    short_day_and_time=short_day_and_time,
    day=day,
    span=span,
)
