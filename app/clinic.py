"""clinic.toml: read, checked, and turned into what the decisions know. Wrong contents are refused with the field, the fault and an example."""

import tomllib
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app import kinds
from app.bank import Bank
from app.holidays import public_holidays
from desk.rooms import PLACE
from flows.calendar_address import sound
from flows.clinic import Clinic, Doctor, EmergencyContact, Hours, SmsCountry
from flows.refunds import PROMISED
from flows.sms_countries import COUNTRIES

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EXAMPLE = "see clinic.example.toml"


class WrongClinic(Exception):
    """A sentence for the operator."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError('is not a time zone; for example "Asia/Taipei"')
    return name


Zone = Annotated[str, AfterValidator(_zone)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{2,20}$")]
Language = Literal["en", "zh_Hant"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Doctor(_Part):
    name: str = Field(min_length=2, max_length=60)
    telegram: int | None = Field(None, gt=0)
    disciplines: list[str] = Field(min_length=1)
    languages: list[Language] = Field(min_length=1)
    zone: Zone
    hours: dict[Weekday, list[str]]
    on_call: list[Weekday] = Field([], max_length=7)
    calls_per_day: int = Field(0, ge=0, le=100)
    calendar: str = Field("", max_length=2000)

    @field_validator("calendar")
    @classmethod
    def _calendar_is_an_address(cls, address: str) -> str:
        # The sentence names no part of it: whoever knows the address reads the calendar.
        if address and not sound(address):
            raise ValueError('is not the secret address of an iCalendar feed; for example "https://…/basic.ics"')
        return address

    @model_validator(mode="after")
    def _hours_make_sense(self) -> "_Doctor":
        self.windows()
        return self

    def windows(self) -> tuple[Hours, ...]:
        """The weekly windows, each "HH:MM-HH:MM" on 5-minute marks."""
        return tuple(_window(day, span) for day, spans in self.hours.items() for span in spans)


def _window(day: str, span: str) -> Hours:
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in span.split("-"))
    except ValueError:
        raise ValueError(f'{day} "{span}" is not a span of time; for example "09:00-12:30"') from None
    if opens >= closes or opens.minute % 5 or closes.minute % 5:
        raise ValueError(f'{day} "{span}" must begin before it ends, on 5-minute marks; for example "09:00-12:30"')
    return Hours(DAYS.index(day), opens, closes)


class _Contact(_Part):
    name: str = Field(min_length=2)
    phone: Phone
    note: str = ""


class _Sms(_Part):
    """What is left out is as the country's rule has it (``flows.sms_countries``); a clinic may be stricter, never laxer."""

    prefix: str = Field("", pattern=r"^(\+[1-9][0-9]{0,5})?$")
    two_way: bool | None = None
    links: bool | None = None


class _Refunds(_Part):
    """Per cent of the fee. Kinder than the consent promises (``flows.refunds.PROMISED``) is allowed, harder is not."""

    before_call: int = Field(PROMISED["before_call"], ge=PROMISED["before_call"], le=100)
    after_call: int = Field(PROMISED["after_call"], ge=PROMISED["after_call"], le=100)


class _Opinion(_Part):
    """``second_reader``: whether a colleague reads an opinion before the owner gets it; left out, wherever there are two doctors or more."""

    second_reader: bool | None = None


class _Holidays(_Part):
    """The public holidays of the clinic's country, by the ``holidays`` library; days of the house besides, and days it works all the same."""

    observed: bool = True
    closed: list[date] = []
    open: list[date] = []

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "_Holidays":
        both = sorted(set(self.closed) & set(self.open))
        if both:
            raise ValueError(f"{both[0]} is written under closed and under open; a day is one of them")
        return self

    def days(self, country: str) -> frozenset[date]:
        """Every day on which nobody is called."""
        found = public_holidays(country) if self.observed else ()
        return frozenset({*found, *self.closed} - {*self.open})


class _Colleagues(_Part):
    """How long a colleague who is asked for a view may take to say that she will read the case."""

    accept_within_hours: int = Field(12, ge=1, le=168)


class _Digest(_Part):
    """The word of the morning, on the clinic's clock. No days: none."""

    at: time = time(8, 30)
    days: list[Weekday] = Field(["mon", "tue", "wed", "thu", "fri", "sat"], max_length=7)

    @field_validator("at")
    @classmethod
    def _in_the_morning(cls, at: time) -> time:
        if not time(4) <= at <= time(12):
            raise ValueError("is not in the morning; for example 08:30:00")
        return at


class _Room(_Part):
    """Where calls online are held."""

    url: str = Field(max_length=200)

    @field_validator("url")
    @classmethod
    def _has_a_place(cls, url: str) -> str:
        if not url.startswith("https://") or url.count(PLACE) != 1 or any(sign.isspace() for sign in url):
            raise ValueError(
                f"an https address with {PLACE} where the room's name belongs; for example https://meet.example.org/{PLACE}"
            )
        return url


class _Clinic(_Part):
    name: str = Field(min_length=2, max_length=60)
    country: str = Field(pattern="^[A-Z]{2}$")
    zone: Zone
    languages: list[Language] = Field(min_length=1)
    currency: str = Field(pattern="^[A-Z]{3}$")
    fee: int = Field(gt=0, description="minor units")
    call_minutes: int = Field(ge=10, le=120, multiple_of=5)
    lead_hours: int = Field(12, ge=0, le=240)
    review_hours: int = Field(24, ge=1, le=240)
    urgent_review_hours: int | None = Field(None, ge=1, le=240)
    undo_seconds: int = Field(120, ge=0, le=3600)
    phone: str = ""
    sms_name: str = Field("", max_length=24, pattern="^[A-Za-z0-9 .,&'()-]*$")
    quiet_from: time = time(20, 30)
    quiet_to: time = time(9, 0)
    refunds: _Refunds = _Refunds()
    bank: Bank | None = None
    doctors: dict[str, _Doctor] = Field(min_length=1)
    emergency: list[_Contact] = Field(min_length=1)
    sms: dict[str, _Sms] = {}
    sms_per_day: int = Field(300, ge=1, le=100_000)
    sms_per_number: int = Field(8, ge=1, le=100)
    buffer_minutes: int = Field(0, ge=0, le=120, multiple_of=5)
    earlier_minutes: int = Field(30, ge=5, le=120)
    holidays: _Holidays = _Holidays()
    colleagues: _Colleagues = _Colleagues()
    opinion: _Opinion = _Opinion()
    digest: _Digest = _Digest()
    room: _Room | None = None
    consultations: list[kinds.Consultation] = Field([], max_length=6)

    _from_first = model_validator(mode="before")(kinds.with_first)

    @model_validator(mode="after")
    def _fits_together(self) -> "_Clinic":
        people = [doctor.telegram for doctor in self.doctors.values() if doctor.telegram]
        if len(set(people)) != len(people):
            raise ValueError("doctors: two of them have the same telegram id; every doctor needs an own one")
        if self.opinion.second_reader and len(self.doctors) < 2:
            raise ValueError(
                "opinion: second_reader needs a second doctor; write false, or name another one under doctors"
            )
        if self.quiet_to >= self.quiet_from:
            raise ValueError("quiet_to: must be earlier in the day than quiet_from; for example 09:00:00 and 20:30:00")
        if (self.urgent_review_hours or 0) > self.review_hours:
            raise ValueError("urgent_review_hours: must not be longer than review_hours; for example 4 and 24")
        kinds.check(self.currency, self.fee, self.consultations)
        try:
            self.holidays.days(self.country)
        except NotImplementedError:
            raise ValueError(
                f"holidays: those of {self.country} are not known; write observed = false and the days under closed"
            ) from None
        for country, sms in self.sms.items():
            self._fits_country(country, sms)
        if not self.sms_name and not (self.name.isascii() and len(self.name) <= 24):
            raise ValueError(
                'sms_name: is needed where the name is longer than 24 plain letters; for example "Example Cat Hospital"'
            )
        return self

    def _fits_country(self, country: str, sms: _Sms) -> None:
        rule = COUNTRIES.get(country)
        if rule is None:
            known = ", ".join(COUNTRIES)
            raise ValueError(f"sms: nobody has looked up what texts to {country} may be; known are {known}")
        if sms.prefix and not sms.prefix.startswith(rule.prefix):
            raise ValueError(f"sms: the dialling code of {country} is {rule.prefix}")
        if (sms.two_way and not rule.two_way) or (sms.links and not rule.links):
            raise ValueError(f"sms: texts to {country} allow neither more answers nor more links than {rule.source}")
        if self.quiet_from > rule.night_from or self.quiet_to < rule.night_to:
            raise ValueError(
                f"quiet_from: texts to {country} may not arrive from {rule.night_from} to {rule.night_to}; for example 20:30:00 to 09:00:00"
            )


def load_clinic(file: Path) -> Clinic:
    """The clinic from its file. Raises WrongClinic."""
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise WrongClinic(f"{file} is not there; copy clinic.example.toml and fill it in") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongClinic(f"{file} is not valid TOML: {error}") from None
    try:
        return _clinic(_Clinic.model_validate(raw))
    except ValidationError as error:
        rows = error.errors(include_url=False)
        raise WrongClinic("\n".join(f"{file}: {_sentence(row['loc'], row['msg'])}" for row in rows)) from None


def _sentence(place: tuple[int | str, ...], words: str) -> str:
    where = ".".join(str(part) for part in place)
    words = words.removeprefix("Value error, ")
    return f"{where}: {words} ({EXAMPLE})" if where else words


def _clinic(read: _Clinic) -> Clinic:
    doctors = tuple(
        Doctor(
            key,
            d.name,
            d.telegram or 0,
            tuple(d.disciplines),
            tuple(d.languages),
            d.zone,
            d.windows(),
            d.calls_per_day,
            d.calendar,
            tuple(DAYS.index(day) for day in d.on_call),
        )
        for key, d in read.doctors.items()
    )
    contacts = tuple(EmergencyContact(c.name, c.phone, c.note) for c in read.emergency)
    sms = tuple(_country(country, s) for country, s in read.sms.items())
    return Clinic(
        name=read.name, country=read.country, zone=read.zone, languages=tuple(read.languages), currency=read.currency,
        fee=read.fee, call_minutes=read.call_minutes, lead_hours=read.lead_hours, doctors=doctors, emergency=contacts, sms=sms,
        quiet_from=read.quiet_from, quiet_to=read.quiet_to, review_hours=read.review_hours, undo_seconds=read.undo_seconds, phone=read.phone, sms_name=read.sms_name or read.name,
        before_call_percent=read.refunds.before_call, after_call_percent=read.refunds.after_call,
        sms_per_day=read.sms_per_day, sms_per_number=read.sms_per_number,
        buffer_minutes=read.buffer_minutes, earlier_minutes=read.earlier_minutes, closed=read.holidays.days(read.country),
        kinds=tuple(one.kind() for one in read.consultations), accept_hours=read.colleagues.accept_within_hours,
        bank=read.bank.as_known() if read.bank else None,
        second_reader=len(doctors) > 1 if read.opinion.second_reader is None else read.opinion.second_reader,
        room=read.room.url if read.room else "", urgent_review_hours=read.urgent_review_hours or 0,
        digest_at=read.digest.at if read.digest.days else None, digest_days=tuple(DAYS.index(day) for day in read.digest.days),
    )  # fmt: skip


def _country(country: str, chosen: _Sms) -> SmsCountry:
    rule = COUNTRIES[country]
    two_way = rule.two_way if chosen.two_way is None else chosen.two_way
    links = rule.links if chosen.links is None else chosen.links
    return SmsCountry(country, chosen.prefix or rule.prefix, two_way, links)
