"""Typed settings from the environment; a bad value ends the program. `python -m settings` lists them."""

import base64
import sys
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class BadSetting(ValueError):
    """A setting has a value that cannot work; the message names it and what is expected."""


def one_of_schemes(*schemes: str) -> AfterValidator:
    """A check that an address is empty or begins with one of the schemes."""

    def check(url: str) -> str:
        if url and (urlsplit(url).scheme not in schemes or not urlsplit(url).netloc + urlsplit(url).path):
            raise ValueError("it should begin with " + " or ".join(f"{scheme}://" for scheme in schemes))
        return url

    return AfterValidator(check)


def sound_broker(url: str) -> str:
    """The address if it can be taken apart; the refusal repeats nothing of it, since a password may be in any part."""
    try:
        parts = urlsplit(url)
        is_sound = bool(parts.hostname) and parts.port != 0 and "@" not in parts.path + parts.query + parts.fragment
    except ValueError:
        is_sound = False
    if url and not is_sound:
        raise ValueError(
            "it should be amqp://user:password@host:5672/vhost, other signs than letters and digits as %XX"
        )
    return url


def is_webhook_secret(secret: str) -> bool:
    """Whether it is a key as Standard Webhooks writes it."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return secret.startswith("whsec_") and 24 <= len(key) <= 64


DatabaseUrl = Annotated[str, one_of_schemes("postgresql", "postgres", "postgresql+asyncpg")]
RedisUrl = Annotated[str, one_of_schemes("redis", "rediss", "unix")]
BackupUrl = Annotated[str, one_of_schemes("s3", "file")]
StorageUrl = Annotated[str, one_of_schemes("s3")]
WebUrl = Annotated[str, one_of_schemes("http", "https")]
SmtpUrl = Annotated[str, one_of_schemes("smtp", "smtps")]
WebPushContact = Annotated[str, one_of_schemes("mailto", "https")]
ProxyUrl = Annotated[str, one_of_schemes("http", "https")]
BrokerUrl = Annotated[str, AfterValidator(sound_broker), one_of_schemes("amqp", "amqps")]


class Settings(BaseSettings):
    """What an installation may decide: field `some_name` is the variable `SOME_NAME`, `repr=False` marks a secret."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True, extra="ignore")

    host: str = Field("127.0.0.1", description="address on which the panel listens")
    port: int = Field(8000, ge=1, le=65535, description="port of the panel")
    public_url: WebUrl = Field("", description="address that people open, used in links; empty = http://HOST:PORT")
    data_dir: Path = Field(Path("var"), description="folder of all that is kept: databases, documents, secrets, logs")
    database_url: DatabaseUrl = Field(
        "",
        repr=False,
        description="PostgreSQL 18+ as a user who may create roles; empty = embedded in DATA_DIR",
    )
    redis_url: RedisUrl = Field("", repr=False, description="Redis or Valkey; empty = embedded in DATA_DIR")
    installation_secret: str = Field(
        "",
        min_length=32,
        validate_default=False,
        repr=False,
        description="secret from which passwords of the database roles are derived, the same on every host; "
        "empty = generated into DATA_DIR/secrets.json",
    )
    demo_password: str = Field("demo", repr=False, description="password of the people of the demo world")
    time_zone: str = Field("Europe/Moscow", description="zone in which people read and write times")
    language: Literal["ru", "en"] = Field("ru", description="language of the panel until a person chooses one")
    session_idle_hours: int = Field(12, ge=1, description="hours without a request after which a session ends")
    session_max_hours: int = Field(168, ge=1, description="hours after sign-in at which a session ends in any case")
    trusted_proxies: str = Field(
        "", description="addresses of proxies whose X-Forwarded-For and -Proto are believed, by commas; empty = none"
    )
    web_workers: int = Field(1, ge=1, le=64, description="processes that serve the panel")
    nightly_recalculation: Literal["off", "tell", "apply"] = Field(
        "tell",
        description="what becomes of expected lines that differ from the rules at night: tell = the accountant hears "
        "of the preview, apply = it is applied",
    )
    count_within_ms: int = Field(
        50, ge=1, le=5_000, description="milliseconds a list waits for the number of its rows; later it comes by itself"
    )
    bulk_at_most: int = Field(
        100_000, ge=1, le=1_000_000, description="records of a list that may be chosen for one step at most"
    )
    bulk_at_once: int = Field(
        50, ge=1, le=500, description="records up to which a step for many is done at once; more are done by the worker"
    )
    storage_url: StorageUrl = Field(
        "",
        description="where documents are kept: s3://bucket/prefix?endpoint=https://…&region=…, its keys in "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; empty = DATA_DIR/documents",
    )
    backup_url: BackupUrl = Field(
        "",
        description="where backups are kept: file:///another/disk or s3://bucket/prefix?endpoint=https://…; "
        "empty = DATA_DIR/backups, which a broken disk takes along",
    )
    close_running_month: bool = Field(False, description="whether a month may be closed before it is over")
    largest_document_mb: int = Field(200, ge=1, le=5000, description="megabytes of the largest document")
    file_shares: Literal["off", "acl"] = Field(
        "off", description="acl = rights on the folders of documents follow who sees the deal (Linux, package acl)"
    )
    telegram_token: str = Field(
        "", pattern=r"^(\d+:\S+)?$", repr=False, description="token of the bot, given by BotFather; empty = no Telegram"
    )
    telegram_api_url: WebUrl = Field(
        "https://api.telegram.org", description="address of the Bot API server, the public one or another"
    )
    telegram_webhook_secret: str = Field(
        "",
        pattern=r"^[A-Za-z0-9_-]{0,256}$",
        repr=False,
        description="secret that Telegram shows when it calls PUBLIC_URL/telegram/webhook; empty = the bot asks for "
        "updates itself",
    )
    telegram_signature_key: str = Field(
        "",
        min_length=16,
        validate_default=False,
        repr=False,
        description="key by which a proxy before the webhook signs each call: X-Telegram-Signature holds the "
        "HMAC-SHA-256 of the body in hex; empty = no signature is asked for",
    )
    telegram_files: Literal["off", "deal"] = Field(
        "off",
        description="what becomes of files sent to the bot: off = a link to the panel, deal = into the deal's folder",
    )
    telegram_proxy: ProxyUrl = Field(
        "", repr=False, description="proxy by which Telegram is reached: http://user:password@host:port; empty = none"
    )
    smtp_url: SmtpUrl = Field(
        "",
        repr=False,
        description="mail server: smtp://user:password@host:587 (encrypted where the server offers it) or "
        "smtps://…:465; empty = no e-mail",
    )
    mail_from: str = Field(
        "",
        pattern=r"^([^@\s<>]+@[^@\s<>]+)?$",
        description="address that e-mails come from",
        validate_default=True,
    )
    web_push_contact: WebPushContact = Field(
        "",
        description="whom push services may write to, mailto:… or https://…; empty = no notifications by browsers",
    )
    web_push_hosts: str = Field(
        "fcm.googleapis.com,updates.push.services.mozilla.com,*.notify.windows.com,web.push.apple.com",
        description="push services that may be called, by commas; *. stands for any name before the rest",
    )
    events_webhook_url: WebUrl = Field("", description="address to which events are sent, signed; empty = nowhere")
    events_webhook_secrets: str = Field(
        "",
        repr=False,
        description="secrets that sign what is sent, whsec_… each (24 to 64 bytes in base64), by commas; "
        "two while a receiver changes from one to the other",
        validate_default=True,
    )
    events_amqp_url: BrokerUrl = Field(
        "",
        repr=False,
        description="RabbitMQ whose exchanges get the same events: amqp:// or amqps://user:password@host:port/vhost; "
        "empty = none",
    )

    @field_validator("events_webhook_secrets")
    @classmethod
    def _sound_secrets(cls, told: str, info: ValidationInfo) -> str:
        secrets = [one.strip() for one in told.split(",") if one.strip()]
        if info.data.get("events_webhook_url") and not secrets:
            raise ValueError("it should name at least one secret where EVENTS_WEBHOOK_URL is set")
        if not all(is_webhook_secret(secret) for secret in secrets):
            raise ValueError("each should be whsec_ and 24 to 64 bytes in base64")
        return ",".join(secrets)

    @field_validator("mail_from")
    @classmethod
    def _sender_where_mail_is_sent(cls, sender: str, info: ValidationInfo) -> str:
        if info.data.get("smtp_url") and not sender:
            raise ValueError("it should name an address where SMTP_URL is set")
        return sender

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("it should be a zone of the tz database such as Europe/Moscow") from None
        return name

    @field_validator("session_max_hours")
    @classmethod
    def _not_below_idle(cls, hours: int, info: ValidationInfo) -> int:
        if hours < info.data.get("session_idle_hours", 1):
            raise ValueError("it should not be less than SESSION_IDLE_HOURS")
        return hours

    @field_validator("file_shares")
    @classmethod
    def _shares_need_a_folder(cls, shares: str, info: ValidationInfo) -> str:
        if shares == "acl" and info.data.get("storage_url"):
            raise ValueError("it should be off where documents are kept in S3, which has no folders to share")
        return shares

    @property
    def largest_document(self) -> int:
        """The largest document in bytes."""
        return self.largest_document_mb * 1024 * 1024

    @property
    def events_webhook_keys(self) -> tuple[str, ...]:
        """The secrets that sign events."""
        return tuple(one for one in self.events_webhook_secrets.split(",") if one)

    @property
    def address(self) -> str:
        """The address that people open, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def zone(self) -> ZoneInfo:
        """The zone of TIME_ZONE."""
        return ZoneInfo(self.time_zone)


def read(**overrides: Any) -> Settings:
    """Settings from the environment; raises BadSetting with one sentence for the first bad value."""
    try:
        return Settings(**overrides)
    except ValidationError as problem:
        first = problem.errors()[0]
    name = str(first["loc"][0])
    field = Settings.model_fields[name]
    given = repr(first["input"]) if field.repr else "a secret value"
    expected = first["msg"].removeprefix("Value error, ").replace("Input should", "it should").replace("String", "it")
    raise BadSetting(f"Setting {name.upper()} is {given}: {expected} ({field.description}).")


def table() -> str:
    """All settings as a Markdown table."""
    rows = [
        f"| `{name.upper()}` | {f'`{field.default}`' if str(field.default) else ''} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(table())
    raise SystemExit(0)

try:
    settings = read()
except BadSetting as bad:
    print(bad, file=sys.stderr)
    raise SystemExit(2) from None
