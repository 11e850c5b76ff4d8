"""Settings: where each comes from, and the key that an embedded house makes for itself."""

import stat
from pathlib import Path

import pytest

from core.config import WrongSetting, load

KEY = {"DAUDA_SECRET_KEY": "a key for tests"}


def test_the_defaults_are_one_process_on_sqlite(tmp_path: Path) -> None:
    settings = load({"DAUDA_VAR_DIR": str(tmp_path)}, dotenv=None)
    assert settings.embedded
    assert settings.database_url == f"sqlite:///{tmp_path}/dauda.db"
    assert (settings.redis_url, settings.public_url, settings.twilio, settings.telegram) == (None, None, None, None)
    assert (settings.feed_rate_limit, settings.log_format, settings.worker_batch_size) == (60, "text", 50)


def test_the_key_made_at_the_first_start_is_its_owners_alone_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    first = load({"DAUDA_VAR_DIR": str(folder)}, dotenv=None)
    kept = folder / "secret.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() == first.secret_key
    assert len(first.secret_key) >= 32
    assert load({"DAUDA_VAR_DIR": str(folder)}, dotenv=None).secret_key == first.secret_key


@pytest.mark.parametrize("given", [{"DAUDA_DATABASE_URL": "postgresql://h/d"}, {"DAUDA_REDIS_URL": "redis://h"}])
def test_with_several_processes_the_key_must_be_given(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(WrongSetting) as caught:
        load({"DAUDA_VAR_DIR": str(tmp_path), **given}, dotenv=None)
    assert caught.value.facts["name"] == "DAUDA_SECRET_KEY"
    assert not (tmp_path / "secret.key").exists()
    assert load({"DAUDA_VAR_DIR": str(tmp_path), **given, **KEY}, dotenv=None).secret_key == "a key for tests"


def test_a_setting_may_be_a_file_and_not_both(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from a file\n")
    given = {"DAUDA_VAR_DIR": str(tmp_path), "DAUDA_SECRET_KEY_FILE": str(file)}
    assert load(given, dotenv=None).secret_key == "from a file"
    with pytest.raises(WrongSetting, match="given both"):
        load({**given, **KEY}, dotenv=None)


def test_the_environment_goes_before_the_file_of_settings(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(f"DAUDA_VAR_DIR={tmp_path}\nWORKER_BATCH_SIZE=7\nDAUDA_FEED_RATE_LIMIT=5\n")
    settings = load({"WORKER_BATCH_SIZE": "9", **KEY}, dotenv=dotenv)
    assert (settings.worker_batch_size, settings.feed_rate_limit, settings.var_dir) == (9, 5, tmp_path)


def test_a_plain_postgresql_url_gets_the_driver_of_the_house() -> None:
    assert load({"DAUDA_DATABASE_URL": "postgresql://h/d", **KEY}, None).database_url == "postgresql+psycopg://h/d"


def test_the_secrets_are_every_key_and_token_and_nothing_short(tmp_path: Path) -> None:
    given = {
        "DAUDA_VAR_DIR": str(tmp_path), "DAUDA_SECRET_KEY": "the newest key,the older key", "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "an auth token", "TWILIO_WHATSAPP_FROM": "+14155238886",
        "TELEGRAM_BOT_TOKEN": "1:a bot token", "TELEGRAM_WEBHOOK_SECRET": "short",
    }  # fmt: skip
    assert set(load(given, dotenv=None).secrets) == {
        "the newest key,the older key", "the newest key", "the older key", "an auth token", "1:a bot token",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"DAUDA_EVENT_BUS": "pigeons"}, "DAUDA_EVENT_BUS"),
        ({"DAUDA_EVENT_BUS": "redis"}, "DAUDA_EVENT_BUS"),
        ({"DAUDA_EVENT_BUS": "kafka"}, "DAUDA_KAFKA_BROKERS"),
    ],
)
def test_an_event_bus_needs_what_it_runs_on(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(WrongSetting) as caught:
        load({"DAUDA_VAR_DIR": str(tmp_path), **KEY, **given}, dotenv=None)
    assert caught.value.facts["name"] == named
    whole = {"DAUDA_REDIS_URL": "redis://h", "DAUDA_KAFKA_BROKERS": "h:9092"}
    if given["DAUDA_EVENT_BUS"] != "pigeons":
        assert load({**KEY, **given, **whole}, dotenv=None).event_bus == given["DAUDA_EVENT_BUS"]
