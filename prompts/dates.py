"""Days, times and lists of names as people of a language write them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list

BRITISH: Final = Locale("en", "GB")


class Missing(ValueError):
    """There is no date to write."""


@lru_cache
def language(locale: str) -> Locale:
    """The language of a locale such as "en", "en-easy" or "pt-BR". English is written as in Britain."""
    for name in (locale.replace("-", "_"), locale.partition("-")[0]):
        try:
            found = Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
        return BRITISH if found.language == "en" and not found.territory else found
    return BRITISH


def same_language(one: str, other: str) -> bool:
    """Whether two locales are of one language: Easy English is English."""
    return one.partition("-")[0].casefold() == other.partition("-")[0].casefold()


def language_name(locale: str, spoken: str) -> str:
    """What the language of a locale is called in another one: English, Saesneg, angielski."""
    return language(locale.partition("-")[0]).get_language_name(language(spoken)) or locale


def from_the_right(locale: str) -> bool:
    """Whether a locale is written from right to left."""
    return language(locale).text_direction == "rtl"


def filters(locale: str) -> Mapping[str, Callable[..., str]]:
    """What a template of this locale may write behind a bar."""
    spoken = language(locale)
    return MappingProxyType(
        {
            "day": lambda value: _day(_date(value), spoken),
            "time": lambda value: _time(_moment(value), spoken),
            "names": lambda value: _names(value, spoken),
        }
    )


def _date(value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise Missing("there is no date to write")


def _moment(value: object) -> time:
    if isinstance(value, datetime):
        return value.time()
    raise Missing("there is no time to write")


@lru_cache(maxsize=1024)
def _day(value: date, spoken: Locale) -> str:
    """Thursday 26 November"""
    weekday = format_date(value, "EEEE", locale=spoken)
    return f"{weekday} {format_skeleton('MMMMd', datetime.combine(value, time()), locale=spoken)}"


@lru_cache(maxsize=1024)
def _time(value: time, spoken: Locale) -> str:
    """6pm, 6:30pm; in other languages than English as usual there."""
    if spoken.language != "en":
        return format_time(value, "short", locale=spoken)
    if value.minute == 0 and value.hour in (0, 12):
        return "midday" if value.hour else "midnight"
    return format_time(value, "h:mma" if value.minute else "ha", locale=spoken).lower()


def _names(value: object, spoken: Locale) -> str:
    """a, b and c"""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise Missing("there is no list to write")
    return format_list([str(item) for item in value], locale=spoken)
