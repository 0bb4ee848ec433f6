"""Tests: real database, injected time, reactions run by hand (or inline for browser journeys)."""

import os

from config.settings.base import *
from config.settings.base import DATA_DIR, DATABASES

DEBUG = False
DEMO = True
SECRET_KEY = "tests only"
ALLOWED_HOSTS = ["*"]
CRYPTO_KEYS = "1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # a file, as in production: connections in memory share one cache, and threads that race fail on its table locks
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / f"test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "test-uploads"
WHITENOISE_AUTOREFRESH = True

DISTRICT_DIR, DISTRICT_SECONDS = "", 0
