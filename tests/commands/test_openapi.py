"""`dauda openapi`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dauda import main


def test_the_schema_is_printed_without_settings_or_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["openapi"], env={"DAUDA_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert told.exit_code == 0, told.output
    schema = json.loads(told.stdout)
    assert "/api/listings/{listing_id}/blocks" in schema["paths"]
    assert list(tmp_path.iterdir()) == []
