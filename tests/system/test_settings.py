"""Wrong settings stop the start: one line that names the setting, exit code 2, no traceback and no secret."""

from pathlib import Path

import pytest

from tests.system.crash.house import House, Nursery

TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "canary-auth-token", "TWILIO_WHATSAPP_FROM": "+14155238886"}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("DAUDA_DATABASE_URL", {"DAUDA_DATABASE_URL": "mysql://localhost/dauda"}),
        ("DAUDA_REDIS_URL", {"DAUDA_REDIS_URL": "localhost:6379"}),
        ("DAUDA_PUBLIC_URL", {"DAUDA_PUBLIC_URL": "dauda.baobab.example"}),
        ("DAUDA_LOG_FORMAT", {"DAUDA_LOG_FORMAT": "xml"}),
        ("DAUDA_FEED_RATE_LIMIT", {"DAUDA_FEED_RATE_LIMIT": "many"}),
        ("DAUDA_FEED_RATE_LIMIT", {"DAUDA_FEED_RATE_LIMIT": "-1"}),
        ("WORKER_INTERVAL", {"WORKER_INTERVAL": "0"}),
        ("WORKER_BATCH_SIZE", {"WORKER_BATCH_SIZE": "0"}),
        ("TWILIO_WHATSAPP_FROM", {**TWILIO, "TWILIO_WHATSAPP_FROM": ""}),
        ("TWILIO_ACCOUNT_SID", {**TWILIO, "TWILIO_ACCOUNT_SID": ""}),
        ("TWILIO_API_BASE_URL", {**TWILIO, "TWILIO_API_BASE_URL": "api.twilio.com"}),
        ("TELEGRAM_BOT_TOKEN", {"TELEGRAM_WEBHOOK_SECRET": "canary-webhook-secret"}),
        ("TELEGRAM_API_BASE_URL", {"TELEGRAM_BOT_TOKEN": "1:canary-bot", "TELEGRAM_API_BASE_URL": "ftp://x"}),
        ("TWILIO_AUTH_TOKEN", {**TWILIO, "TWILIO_AUTH_TOKEN_FILE": "/dev/null"}),
        ("TWILIO_AUTH_TOKEN_FILE", {**TWILIO, "TWILIO_AUTH_TOKEN": "", "TWILIO_AUTH_TOKEN_FILE": "/nowhere/token"}),
        ("DAUDA_SECRET_KEY", {"DAUDA_DATABASE_URL": "postgresql://localhost/dauda", "DAUDA_SECRET_KEY": ""}),
        ("DAUDA_SECRET_KEY", {"DAUDA_REDIS_URL": "redis://localhost", "DAUDA_SECRET_KEY": ""}),
        ("DAUDA_VAR_DIR", {"DAUDA_VAR_DIR": "/dev/null/var", "DAUDA_SECRET_KEY": ""}),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    nursery: Nursery, tmp_path: Path, name: str, given: dict[str, str]
) -> None:
    house = House(nursery, tmp_path, given)
    assert house.run("serve", "--port", str(house.port)) == 2
    (line,) = house.log.splitlines()
    assert line.startswith(f"{name}: ")
    assert "canary" not in line
    house.close()


def test_the_same_start_without_the_wrong_setting_serves(nursery: Nursery, tmp_path: Path) -> None:
    house = House(nursery, tmp_path, {**TWILIO, "DAUDA_LOG_FORMAT": "json", "WORKER_INTERVAL": "0.5"})
    house.serve()
    house.wait("/health/ready")
    house.close()
    assert (tmp_path / "dauda.db").exists()
