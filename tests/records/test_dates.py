"""Dates as they stand on reports."""

import pytest

from records.dates import dates_in


@pytest.mark.parametrize(
    "text",
    [
        "2026/5/3", "2026-05-03", "2026.05.03", "2026年5月3日", "2026 年 5 月 3 日", "民國115年5月3日", "民國 115 年 5 月 3 日",
        "115.05.03", "115/5/3", "115-05-03", "3 May 2026", "03-MAY-2026", "3rd May, 2026", "May 3, 2026", "May 3rd 2026",
        "20260503", "２０２６／５／３", "採樣日期:2026/05/03 10:22", "Date:2026-05-03T10:22", "3.May.2026", "2026/5/3.",
    ],
)  # fmt: skip
def test_a_date_is_found_in_every_usual_form(text: str) -> None:
    assert dates_in(text) == ["2026-05-03"]


@pytest.mark.parametrize(
    ("text", "day"), [("31/5/2026", "2026-05-31"), ("5/31/2026", "2026-05-31"), ("5.5.2026", "2026-05-05")]
)
def test_the_year_may_stand_last_where_only_one_reading_is_possible(text: str, day: str) -> None:
    assert dates_in(text) == [day]


@pytest.mark.parametrize(
    "text",
    ["", "3/5/2026", "2026/13/1", "2026/2/30", "1.2.3.4", "192.168.115.5.3", "115.05", "12.5.26", "1985-01-01", "2199/1/1",
     "5.3 - 11.5", "0912-345-678", "id 202605031", "tel 02-2026-0503", "A20260503"],
)  # fmt: skip
def test_what_is_no_date_or_may_be_two_is_passed_over(text: str) -> None:
    assert dates_in(text) == []


def test_dates_come_in_the_order_of_the_text_each_once_and_at_most_twelve() -> None:
    assert dates_in("Recheck 2026/6/1, first seen 3 May 2026, again 115.06.01") == ["2026-06-01", "2026-05-03"]
    assert len(dates_in(" ".join(f"2026/1/{day}" for day in range(1, 29)))) == 12
