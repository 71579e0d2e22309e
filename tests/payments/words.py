"""Builders for the rail's tests."""

from datetime import time

from flows.clinic import Clinic, Doctor, EmergencyContact, Hours, SmsCountry


def clinic() -> Clinic:
    """A small clinic in Taipei."""
    hours = (Hours(0, time(9), time(17)),)
    doctors = (
        Doctor("lin", "Dr. Lin", 9001, ("oncology",), ("en",), "Asia/Taipei", hours),
        Doctor("wang", "Dr. Wang", 9002, ("surgery",), ("en",), "Asia/Taipei", hours),
    )
    return Clinic(
        name="Second Look", country="TW", zone="Asia/Taipei", languages=("en", "zh_Hant"), currency="TWD", fee=300000,
        call_minutes=30, lead_hours=24, doctors=doctors, emergency=(EmergencyContact("Night clinic", "+886222222222"),),
        sms=(SmsCountry("TW", "+886", two_way=False, links=False), SmsCountry("HK", "+852", two_way=True, links=True)),
    )  # fmt: skip
