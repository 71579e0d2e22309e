"""Every setting, its meaning and its check. The only place that reads the environment; ``.env.example`` is generated from here."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PLACEHOLDER = "change-me"


class WrongSetting(Exception):
    """A sentence for the operator: the field, what is wrong with it, an example."""


class Settings(BaseSettings):
    """Read from the environment and ``.env``. Secrets never print themselves."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite:///var/second-look.db", description="SQLite file or postgresql://user:password@host/name"
    )
    files_url: str = Field(
        "file:var/files",
        description="Where the owners' records are kept: file:folder (relative to where the service is started), file:///folder, or s3://bucket/prefix",
    )
    files_s3_endpoint: str = Field(
        "", description="Of an S3-compatible store; empty = Amazon's own", examples=["https://objects.example.com"]
    )
    files_s3_region: str = Field("", description="Of the bucket", examples=["ap-northeast-1"])
    files_s3_key_id: str = Field(
        "", description="May read, write, list and delete in the bucket; empty = the machine's own role"
    )
    files_s3_secret: SecretStr = Field(SecretStr(""), description="Of that key")
    uploads_folder: Path = Field(
        Path("var/uploads"),
        description="Folder for files that are still being sent through the browser; on the disk of the records' folder",
    )
    public_url: str = Field(
        "http://127.0.0.1:8080", description="How the outside reaches this service; providers sign and call it"
    )
    secret_key: SecretStr = Field(
        SecretStr(PLACEHOLDER), description="At least 32 characters; signs links. Make one: openssl rand -hex 32"
    )
    clinic_file: Path = Field(Path("clinic.toml"), description="The clinic: doctors, hours, fee, emergency contacts")
    http_host: str = Field("127.0.0.1", description="Address to listen on")
    http_port: int = Field(8080, ge=1, le=65535, description="Port to listen on", examples=["8080"])

    owner_bot_token: SecretStr = Field(
        SecretStr(""), description="The public bot's token from BotFather", examples=["123456:ABC-…"]
    )
    staff_bot_token: SecretStr = Field(
        SecretStr(""), description="The staff bot's token; another bot than the public one"
    )
    staff_chat_id: int = Field(0, description="The doctors' group", examples=["-1001234567890"])
    telegram_api_url: str = Field("https://api.telegram.org", description="Bot API server")
    telegram_updates: Literal["webhook", "polling"] = Field(
        "polling", description="webhook needs PUBLIC_URL to be reachable over https"
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""), description="At least 32 characters of A-Z a-z 0-9 _ -; needed for webhook"
    )
    telegram_webhook_secret_former: SecretStr = Field(
        SecretStr(""), description="Still accepted while the secret is being changed"
    )

    twilio_account_sid: str = Field("", description="Empty = no text messages", examples=["AC0123…"])
    twilio_auth_token: SecretStr = Field(SecretStr(""), description="Signs Twilio's webhooks too")
    twilio_auth_token_former: SecretStr = Field(
        SecretStr(""), description="Still accepted while the token is being changed"
    )
    twilio_from: str = Field(
        "", description="The number or sender name that texts come from", examples=["+12025550100"]
    )
    twilio_api_url: str = Field("", description="Empty = Twilio itself")

    stripe_secret_key: SecretStr = Field(
        SecretStr(""), description="Empty = no payments, and no case can be accepted", examples=["sk_live_…"]
    )
    stripe_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Of the endpoint PUBLIC_URL/stripe/webhook", examples=["whsec_…"]
    )
    stripe_webhook_secret_former: SecretStr = Field(
        SecretStr(""), description="Still accepted while the secret is being changed"
    )
    stripe_api_url: str = Field("", description="Empty = Stripe itself")

    telegram_provider_token: SecretStr = Field(
        SecretStr(""), description="Empty = no invoices in Telegram; BotFather gives one for a payment provider"
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged")
    lease_seconds: float = Field(
        30, gt=2, le=600, description="After this long another process may take over a message that is being sent"
    )
    reminders_per_second: float = Field(
        20, gt=0, le=1000, description="No faster do reminders leave, however many are due: Telegram takes about 30 messages a second"
    )  # fmt: skip
    clock_url: str = Field("", description="Rehearsals only: a sandbox whose clock this service follows")
    crash_point: str = Field(
        "", description="Rehearsals only: NAME or NAME:N, where this process kills itself (desk.points)"
    )

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        if len(self.secret_key.get_secret_value()) < 32 or self.secret_key.get_secret_value() == PLACEHOLDER:
            raise ValueError("SECRET_KEY: is missing or shorter than 32 characters. Example: openssl rand -hex 32")
        if self.telegram_updates == "webhook" and len(self.telegram_webhook_secret.get_secret_value()) < 32:
            raise ValueError("TELEGRAM_WEBHOOK_SECRET: has fewer than 32 characters. Example: openssl rand -hex 32")
        if self.owner_bot_token == self.staff_bot_token and self.owner_bot_token.get_secret_value():
            raise ValueError("STAFF_BOT_TOKEN: is the same as OWNER_BOT_TOKEN; the group needs a bot of its own")
        if self.twilio_account_sid and not (self.twilio_auth_token.get_secret_value() and self.twilio_from):
            raise ValueError(
                "TWILIO_FROM: is needed with TWILIO_AUTH_TOKEN where TWILIO_ACCOUNT_SID is set. Example: +12025550100"
            )
        half = bool(self.files_s3_key_id) != bool(self.files_s3_secret.get_secret_value())
        if half and self.files_url.startswith("s3:"):
            raise ValueError(
                "FILES_S3_SECRET: and FILES_S3_KEY_ID belong together. Leave both empty for the machine's own role"
            )
        if self.stripe_secret_key.get_secret_value() and not self.stripe_webhook_secret.get_secret_value():
            raise ValueError("STRIPE_WEBHOOK_SECRET: is needed where STRIPE_SECRET_KEY is set. Example: whsec_…")
        rehearsing = "CLOCK_URL" if self.clock_url else "CRASH_POINT" if self.crash_point else ""
        if rehearsing and urlsplit(self.telegram_api_url).hostname not in LOOPBACK:
            raise ValueError(
                f"{rehearsing}: is for rehearsals against a sandbox on this machine; leave it empty with the real Telegram"
            )
        return self


def files_access(settings: Settings) -> dict[str, str]:
    """How to reach the bucket of FILES_URL, as ``storage.shelf.open_shelf`` takes it."""
    secret = settings.files_s3_secret.get_secret_value()
    return {
        "endpoint": settings.files_s3_endpoint,
        "region": settings.files_s3_region,
        "key_id": settings.files_s3_key_id,
        "secret": secret,
    }


def load_settings() -> Settings:
    """The settings, or WrongSetting with a sentence for the operator that never shows a value."""
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSetting(
            "\n".join(_sentence(row) for row in error.errors(include_input=False, include_url=False))
        ) from None


def _sentence(row: object) -> str:
    assert isinstance(row, dict)
    place = ".".join(str(part) for part in row["loc"]).upper()
    words = str(row["msg"]).removeprefix("Value error, ")
    if not place:
        return words
    example = next(
        (
            f" Example: {e[0]}"
            for name, f in Settings.model_fields.items()
            if name == place.lower() and (e := f.examples)
        ),
        "",
    )
    return f"{place}: {words}.{example}"


def example_env() -> str:
    """The text of ``.env.example``: every setting with its meaning and default."""
    lines = ["# Settings of Second Look. Copy to .env. Generated by `second-look settings`; do not edit by hand."]
    for name, field in Settings.model_fields.items():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        example = f" (for example {field.examples[0]})" if field.examples else ""
        lines += ["", f"# {field.description}{example}", f"{name.upper()}={default}"]
    return "\n".join(lines) + "\n"
