"""``[bank]`` in clinic.toml: the account that owners transfer the fee to. A wrong one is refused, because money would go astray."""

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

from flows.clinic import BankAccount

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")


class Bank(BaseModel):
    """Each as the owner's bank asks for it; ``account`` with the bank's code where the country has one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holder: str = Field(min_length=2, max_length=70)
    bank: str = Field(min_length=2, max_length=70)
    account: str = Field(pattern=r"^[0-9A-Z][0-9A-Z -]{4,40}$")

    @field_validator("account")
    @classmethod
    def _can_be_paid_to(cls, account: str) -> str:
        plain = re.sub(r"[ -]", "", account)
        if sum(sign.isdigit() for sign in plain) < 5:
            raise ValueError('is no account number; for example "013-12345678901"')
        if plain[:2].isalpha() and not _is_iban(plain):
            raise ValueError("begins like an IBAN, and its check digits do not fit; please copy it once more")
        return account

    def as_known(self) -> BankAccount:
        """As the decisions know it."""
        return BankAccount(self.holder, self.bank, self.account)


def _is_iban(plain: str) -> bool:
    """ISO 13616: the first four signs moved to the end, letters as numbers, and the rest by 97 is 1."""
    if not IBAN.fullmatch(plain):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1
