"""`dauda staff`."""

import json
import re
from pathlib import Path

from commands.staff import chat_links
from core.config import load
from core.staff import service
from tests.commands.conftest import Run
from tests.core.setup.house import House

TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "x", "TWILIO_WHATSAPP_FROM": "+254700000000"}


def test_an_invitation_says_what_to_send_and_works(run: Run, baobab: Path, house: House) -> None:
    assert baobab.exists()
    told = run("staff", "invite", "Brian", "--role", "staff")
    assert told.exit_code == 0
    code = re.search(r"join ([A-Z]{8})", told.stdout)
    assert code is not None
    with house.store.unit_of_work() as work:
        assert service.redeem(work, code[1], "whatsapp", "+254700000002").name == "Brian"


def test_an_invitation_has_a_link_where_whatsapp_is_set_up(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = json.loads(run("staff", "invite", "Brian", "--json", **TWILIO).stdout)
    assert told["links"] == {"whatsapp": f"https://wa.me/254700000000?text=join%20{told['code']}"}
    assert json.loads(run("staff", "invite", "Brian", "--json").stdout)["links"] == {}


def test_a_messenger_that_does_not_answer_costs_only_its_link(tmp_path: Path) -> None:
    settings = load(
        {"DAUDA_VAR_DIR": str(tmp_path), "TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_API_BASE_URL": "http://127.0.0.1:9"},
        None,
    )
    assert chat_links(settings, "ABCDEFGH") == {}


def test_staff_are_listed_with_their_addresses(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    lines = run("staff", "list").stdout.splitlines()
    assert re.split(r"\s{2,}", lines[1]) == ["Amina", "property_admin", "whatsapp:+254700000001, telegram:1001"]
    (amina,) = json.loads(run("staff", "list", "--json").stdout)
    assert (amina["name"], amina["role"], amina["revoked_at"]) == ("Amina", "property_admin", None)
    assert "password" not in str(amina)


def test_somebody_is_revoked_and_listed_no_more(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    run("staff", "invite", "Brian")
    told = run("staff", "revoke", "brian")
    assert told.exit_code == 0
    assert told.stdout.startswith("Brian no longer works at Baobab Guest House")
    assert "Brian" not in run("staff", "list").stdout
    assert "Brian" in run("staff", "list", "--all").stdout


def test_the_last_admin_stays(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    told = run("staff", "revoke", "+254700000001")
    assert (told.exit_code, told.stderr.strip()) == (1, "Amina is the last admin; name another one first.")
    assert "Amina" in run("staff", "list").stdout


def test_an_unknown_name_is_told(run: Run, baobab: Path) -> None:
    assert baobab.exists()
    assert run("staff", "revoke", "Nobody").exit_code == 1
    assert run("staff", "invite", "Brian", "--role", "king").exit_code == 2
    assert run("staff", "invite", "Brian", "--hours", "0").exit_code == 2
