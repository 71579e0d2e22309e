"""The clinic as the decisions see it: who works when, what it costs, whom to ring in an emergency. Read from clinic.toml by ``app.clinic``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Hours:
    """A weekly window in the doctor's own zone. ``weekday`` 0 = Monday; ``closes`` may not lie before ``opens``."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor. ``telegram`` is the numeric user id of who is enrolled, 0 = nobody: names change hands, numbers do not (pitfall 28)."""

    key: str
    name: str
    telegram: int
    disciplines: tuple[str, ...]
    languages: tuple[str, ...]
    zone: str
    hours: tuple[Hours, ...]
    calls_per_day: int = 0  # at most so many calls on one day of the doctor's own calendar; 0 = as many as fit
    calendar: str = field(default="", repr=False, compare=False)  # the secret address of the doctor's own calendar
    on_call: tuple[int, ...] = ()  # the weekdays on the clinic's calendar on which the doctor is on call, 0 = Monday


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """Somebody who answers now."""

    name: str
    phone: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SmsCountry:
    """What a text to this country may be (pitfall 61). ``prefix`` is the dialling code with its plus sign."""

    country: str
    prefix: str
    two_way: bool
    links: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of consultation. ``minutes`` of the call; fees in minor units, ``fee_for_vets`` 0 = as owners."""

    key: str
    name_en: str
    name_zh_hant: str
    minutes: int
    fee: int
    fee_for_vets: int = 0


@dataclass(frozen=True, slots=True)
class Consultation:
    """The kind of consultation that the doctors chose, with what it costs this person; ``key`` is "" where the clinic has but one kind."""

    key: str
    name_en: str
    name_zh_hant: str
    minutes: int  # of the call
    fee: int
    currency: str


@dataclass(frozen=True, slots=True)
class BankAccount:
    """The clinic's account for transfers, as the owner's bank asks for it."""

    holder: str
    bank: str
    account: str


@dataclass(frozen=True, slots=True)
class Clinic:
    """The whole of clinic.toml. ``fee`` in minor units of ``currency``; where there are ``kinds``, it and ``call_minutes`` are those of the first. ``quiet`` = no SMS from..to, in the owner's zone."""

    name: str
    country: str
    zone: str
    languages: tuple[str, ...]
    currency: str
    fee: int
    call_minutes: int
    lead_hours: int
    doctors: tuple[Doctor, ...]
    emergency: tuple[EmergencyContact, ...]
    sms: tuple[SmsCountry, ...]
    quiet_from: time = time(20, 30)
    quiet_to: time = time(9, 0)
    review_hours: int = 24
    urgent_review_hours: int = 0  # the same for cases that cannot wait so long; 0 = owners are told nothing else
    digest_at: time | None = None  # when the group is told each morning what needs somebody; None = never
    digest_days: tuple[int, ...] = (0, 1, 2, 3, 4, 5)  # 0 = Monday
    undo_seconds: int = 0  # so long a decision can be undone before the owner hears of it; 0 = she hears at once
    second_reader: bool = False  # whether a colleague reads an opinion before the owner does
    phone: str = ""
    before_call_percent: int = 100  # of the fee, paid back to an owner who ends the case before the call
    after_call_percent: int = 0  # and after it has begun
    takes_payments: bool = True  # False where no payment rail is set up: then nothing can be accepted
    rails: tuple[str, ...] = ("stripe",)  # the ways to pay that are set up, the usual one first (``flows.rails``)
    bank: BankAccount | None = None  # for transfers
    sms_per_day: int = 300  # text messages in all within 24 hours: above it somebody abuses us, or something is broken
    sms_per_number: int = 8  # and to one number
    buffer_minutes: int = 0  # between two calls of one doctor
    earlier_minutes: int = 30  # so long an earlier time is kept for whoever waits for one
    accept_hours: int = 12  # so long a colleague who is asked may take to accept; then the next one is asked
    room: str = ""  # address of a room for calls online, with "{room}" where its name belongs; "" = by telephone only
    kinds: tuple[Kind, ...] = ()  # of consultation, the usual one first; none: there is but one, and it has no name
    closed: frozenset[date] = frozenset()  # holidays: days on a doctor's own calendar on which nobody is called
    sms_name: str = (
        ""  # how the clinic is called in an English text: at most 24 plain letters, else the price doubles (pitfall 64)
    )

    def doctor(self, key: str) -> Doctor | None:
        """The doctor with this key."""
        return next((d for d in self.doctors if d.key == key), None)

    def doctor_by_telegram(self, person: int) -> Doctor | None:
        """The enrolled doctor with this Telegram id; None for anybody else in the group."""
        return next((d for d in self.doctors if person and d.telegram == person), None)

    def with_accounts(self, accounts: Mapping[str, int]) -> "Clinic":
        """As enrolled by code and dismissed since clinic.toml was read: accounts by doctor's key, 0 = dismissed. Others keep their number."""
        given = set(accounts.values())
        kept = (
            replace(d, telegram=accounts.get(d.key, 0 if d.telegram in given else d.telegram)) for d in self.doctors
        )
        return replace(self, doctors=tuple(kept)) if accounts else self

    def sms_country(self, phone: str) -> SmsCountry | None:
        """The longest dialling code that fits; None = no SMS may go there."""
        fits = [c for c in self.sms if phone.startswith(c.prefix)]
        return max(fits, key=lambda c: len(c.prefix), default=None)
