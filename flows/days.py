"""Days and months as people say them in either language."""

from datetime import date

from flows.wording import mark, say

WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))
MONTHS = (
    mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun"),
    mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec"),
)  # fmt: skip


def weekday_words(day: date, language: str) -> str:
    """A day of these weeks as people say it, for example "Wed 25 Nov"."""
    month, weekday = say(language, MONTHS[day.month - 1]), say(language, WEEKDAYS[day.weekday()])
    return say(language, "{weekday} {day} {month}", weekday=weekday, day=day.day, month=month)


def day_words(day: str, language: str) -> str:
    """A day (YYYY-MM-DD) as people say it, for example "3 May 2026"."""
    at = date.fromisoformat(day)
    return say(language, "{day} {month} {year}", day=at.day, month=say(language, MONTHS[at.month - 1]), year=at.year)
