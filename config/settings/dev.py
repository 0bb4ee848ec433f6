"""A developer's machine and `make run`: the whole product on the embedded database."""

from pathlib import Path
from secrets import token_urlsafe

from config import env
from config.settings.base import *
from config.settings.base import DATA_DIR, SECRET_KEY

DEBUG = env.flag("DEBUG", False, "1: show tracebacks in the browser (never in production)")
ALLOWED_HOSTS = ["*"]
DEMO = env.flag("DEMO", True, "1: demonstration data; pages say 演示 and the sign-in page lists demo accounts")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.write_text(token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = SECRET_KEY or _kept_secret(DATA_DIR / "secret_key")
