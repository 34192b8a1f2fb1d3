import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from settings import BadSetting, Settings, read, settings, table


def test_without_an_environment_everything_has_a_default():
    assert (settings.port, settings.language, settings.time_zone) == (8000, "ru", "Europe/Moscow")
    assert settings.data_dir.is_absolute()
    assert settings.address == "http://127.0.0.1:8000"


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "given", "hint"),
    [
        ("PORT", "70000", "less than or equal to 65535"),
        ("PORT", "http", "valid integer"),
        ("LANGUAGE", "de", "'ru' or 'en'"),
        ("TIME_ZONE", "Europe/Moskow", "tz database"),
        ("DATABASE_URL", "mysql://localhost/x", "postgresql://"),
        ("REDIS_URL", "localhost", "redis://"),
        ("INSTALLATION_SECRET", "short", "32 characters"),
        ("SESSION_MAX_HOURS", "1", "SESSION_IDLE_HOURS"),
        ("EVENTS_AMQP_URL", "http://localhost/", "amqp:// or amqps://"),
        ("EVENTS_AMQP_URL", "localhost:5672", "amqp://user:password@host:5672/vhost"),
        ("EVENTS_AMQP_URL", "amqp://", "amqp://user:password@host:5672/vhost"),
        ("EVENTS_AMQP_URL", "amqp://me:pass/word@host/", "as %XX"),
        ("EVENTS_AMQP_URL", "amqp://host:none/", "as %XX"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_what_is_expected(monkeypatch, name, given, hint):
    monkeypatch.setenv(name, given)
    with pytest.raises(BadSetting) as refusal:
        read()
    assert str(refusal.value).startswith(f"Setting {name} is ")
    assert hint in str(refusal.value)


def test_an_empty_value_means_the_default(monkeypatch):
    monkeypatch.setenv("PORT", "")
    assert read().port == 8000


def test_secrets_are_not_shown_by_a_refusal_nor_by_repr(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://root:hunter2@localhost/x")
    with pytest.raises(BadSetting) as refusal:
        read()
    assert "hunter2" not in str(refusal.value)
    monkeypatch.setenv("DATABASE_URL", "postgresql://root:hunter2@localhost/x")
    assert "hunter2" not in repr(read())


@pytest.mark.parametrize("address", ["amqp://me:hunter2/@host", "amqp://me:hunter2#@host", "rabbit://me:hunter2@host"])
def test_a_broken_address_of_the_broker_is_refused_without_its_password(monkeypatch, address):
    monkeypatch.setenv("EVENTS_AMQP_URL", address)
    with pytest.raises(BadSetting) as refusal:
        read()
    assert "hunter2" not in str(refusal.value)
    monkeypatch.setenv("EVENTS_AMQP_URL", "amqps://me:hunter%232@host:5671/office")
    assert "hunter" not in repr(read())


def test_a_program_started_with_a_bad_value_says_one_sentence_and_ends_with_2():
    environment = {**os.environ, "PORT": "none"}
    done = subprocess.run(
        [sys.executable, "-m", "jobs", "stack"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Setting PORT is 'none'")
    assert done.stderr.count("\n") == 1


def test_the_table_describes_every_setting():
    assert all(f"`{name.upper()}`" in table() for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())
