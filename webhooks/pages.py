"""Pages for people: templates filled in, under a policy that allows their own inline parts and nothing else."""

import base64
import hashlib
import html
import re
import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from babel import negotiate_locale
from fastapi import Request
from fastapi.responses import HTMLResponse

FALLBACK = "en"
_FOLDER = files("webhooks.templates")
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_ASKED = re.compile(r"\s*([A-Za-z-]{1,20})\s*(?:;[^,]*)?")


def page(name: str, request: Request, status: int = 200) -> HTMLResponse:
    """The page `name`, in the first language of the browser's that we have; its button, where it has one, posts."""
    language = negotiate_locale(_asked(request.headers.get("Accept-Language", "")), _languages(), sep="-") or FALLBACK
    empty = (_FOLDER / "page.html").read_text(encoding="utf-8")
    words = _words(language)[name]
    text = string.Template(empty).substitute(words, language=language, form=_form(words.get("button")))
    styles = " ".join(f"'sha256-{inline_hash(style)}'" for style in _STYLE.findall(text))
    policy = f"default-src 'none'; style-src {styles}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse(text, status, {"Content-Security-Policy": policy, "X-Robots-Tag": "noindex"})


def _form(button: str | None) -> str:
    return f'<form method="post"><button>{button}</button></form>\n' if button is not None else ""


def inline_hash(text: str) -> str:
    """How a content security policy names an inline script or style."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _asked(header: str) -> list[str]:
    """The languages of an `Accept-Language` header in their order; browsers send the preferred first."""
    return [found[1] for part in header.split(",")[:20] if (found := _ASKED.fullmatch(part))]


@cache
def _languages() -> tuple[str, ...]:
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in (_FOLDER / "words").iterdir()))


@cache
def _words(language: str) -> dict[str, dict[str, Any]]:
    read = tomllib.loads((_FOLDER / "words" / f"{language}.toml").read_text(encoding="utf-8"))
    return {page: {key: html.escape(text) for key, text in words.items()} for page, words in read.items()}
