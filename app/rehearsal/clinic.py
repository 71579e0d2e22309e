"""The clinic of the transcripts: two doctors, one country with answers by text message and one without."""

from datetime import time

from flows.clinic import BankAccount, Clinic, Doctor, EmergencyContact, Hours, Kind, SmsCountry

LIN = Doctor(
    "lin", "Dr. Lin", 9001, ("internal medicine",), ("zh_Hant", "en"), "Asia/Taipei",
    tuple(Hours(day, time(9), time(12)) for day in range(5)),
)  # fmt: skip
WEBER = Doctor(
    "weber", "Dr. Weber", 9002, ("oncology",), ("en",), "Europe/Berlin",
    (Hours(1, time(10), time(12)), Hours(3, time(10), time(12))),
)  # fmt: skip
KINDS = (
    Kind("call", "Video call", "視訊通話", 30, 300_000, 240_000),
    Kind("long", "Long video call", "長時間視訊通話", 60, 550_000),
    Kind("board", "Several specialists", "多專科會診", 45, 900_000, 700_000),
)
SATO = Doctor(
    "sato", "Dr. Sato", 9003, ("oncology", "imaging"), ("zh_Hant",), "Asia/Tokyo",
    (Hours(2, time(14), time(16)),),
)  # fmt: skip
DOCTORS = {"Lin": LIN, "Weber": WEBER, "Sato": SATO}


def clinic(doctors: tuple[Doctor, ...] = (LIN,), staff_language: str = "en", fee: int = 300_000) -> Clinic:
    """A clinic in Taipei; the first language is that of the staff group. ``fee`` in hundredths of a Taiwan dollar."""
    languages = (staff_language, "zh_Hant" if staff_language == "en" else "en")
    return Clinic(
        name="Cat Hospital",
        country="TW",
        zone="Asia/Taipei",
        languages=languages,
        currency="TWD",
        fee=fee,
        call_minutes=30,
        lead_hours=12,
        doctors=doctors,
        emergency=(EmergencyContact("Night Clinic Taipei", "+886 2 2345 6789", "open all night"),),
        sms=(SmsCountry("TW", "+886", False, False), SmsCountry("GB", "+44", True, True)),
        sms_name="Cat Hospital",
        bank=BankAccount("Cat Hospital Ltd.", "Example Bank (013)", "013-12345678901"),
    )
