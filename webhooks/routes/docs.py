"""The page over the OpenAPI schema, with a policy that lets it load what it needs and nothing else."""

import re

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

from webhooks.pages import inline_hash

_FROM = "https://cdn.jsdelivr.net"
"""Where FastAPI's page takes Swagger UI from; the API itself needs nothing from there."""
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)

router = APIRouter(include_in_schema=False)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """Swagger UI over `/openapi.json`."""
    page = get_swagger_ui_html(openapi_url="/openapi.json", title=request.app.title, swagger_favicon_url="data:,")
    text = bytes(page.body).decode()
    # The page's own script is allowed by its hash, so that no other inline script is.
    scripts = " ".join(f"'sha256-{inline_hash(script)}'" for script in _INLINE.findall(text))
    policy = (
        f"default-src 'none'; connect-src 'self'; script-src {_FROM} {scripts}; style-src {_FROM} 'unsafe-inline'; "
        "img-src data:; frame-ancestors 'none'"
    )
    return HTMLResponse(text, headers={"Content-Security-Policy": policy})
