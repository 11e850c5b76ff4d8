"""The image is built from the wheel's files, and compose starts commands that there are."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.architecture.source import ROOT, SHIPPED

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_the_image_copies_every_package() -> None:
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == set(SHIPPED)


def test_the_build_sees_what_the_image_copies_and_no_secrets() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = {line.removeprefix("!") for line in lines if line.startswith("!")}
    wanted = {word for line in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()}
    assert "*" in lines
    assert allowed == wanted


def test_nothing_runs_as_root_in_the_image() -> None:
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert not users[-1].startswith(("0", "root"))


def test_migrations_are_done_before_anything_serves_or_works() -> None:
    services = COMPOSE["services"]
    for name in ("serve", "work"):
        needed = services[name]["depends_on"]
        assert needed["migrate"] == {"condition": "service_completed_successfully"}
        assert needed["redis"] == {"condition": "service_healthy"}
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["work"]["deploy"]["replicas"] == 2


def test_secrets_are_asked_for_and_never_written_down() -> None:
    text = (ROOT / "compose.yaml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?", text)) == {"POSTGRES_PASSWORD", "DAUDA_SECRET_KEY"}
    assert re.findall(r"(?:PASSWORD|SECRET_KEY): (?!\$\{)", text) == []


def compose_is_there() -> bool:
    """Say whether Docker's command line brings compose."""
    docker = shutil.which("docker")
    if docker is None:
        return False
    return subprocess.run([docker, "compose", "version"], check=False, capture_output=True).returncode == 0


# No container engine is asked of a test machine, so this one may be left out on CI too.
@pytest.mark.skipif(not compose_is_there(), reason="Docker's compose is not installed")
def test_compose_understands_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_PASSWORD", "example")
    monkeypatch.setenv("DAUDA_SECRET_KEY", "example")
    docker = shutil.which("docker") or ""
    subprocess.run([docker, "compose", "-f", str(ROOT / "compose.yaml"), "config", "-q"], check=True)
