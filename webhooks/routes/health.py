"""Whether this process lives, and whether it can serve."""

import shutil
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from starlette.concurrency import run_in_threadpool

from core.db.migrate import versions
from core.db.work import Store

LEAST_FREE = 0.05
"""Part of the disk that must be free: SQLite and backups need room to write."""

router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers; nothing else is asked."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """The database answers at the newest schema, and there is room on the disk; else 503 with what is wrong."""
    store: Store = request.app.state.store
    var_dir: Path = request.app.state.settings.var_dir
    found = await run_in_threadpool(_look, store, var_dir)
    return JSONResponse(found, status_code=200 if found["status"] == "ready" else 503)


def _look(store: Store, var_dir: Path) -> dict[str, Any]:
    wrong: list[str] = []
    try:
        with store.reading() as session:
            session.execute(text("SELECT 1"))
        schema, newest = versions(store.database.url)
        if schema != newest:
            wrong.append(f"schema is at {schema}, {newest} is needed")
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is that we cannot serve.
        wrong.append(f"database: {type(error).__name__}")
    if var_dir.exists():
        usage = shutil.disk_usage(var_dir)
        if usage.free < LEAST_FREE * usage.total:
            wrong.append("disk is almost full")
    return {"status": "ready" if not wrong else "not_ready", "wrong": wrong}
