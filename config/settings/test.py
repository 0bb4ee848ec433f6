"""Tests: real database, injected time, reactions run by hand (or inline for browser journeys)."""

from config.settings.base import *
from config.settings.base import DATA_DIR, TEMPLATES

DEBUG = False
DEMO = True
SECRET_KEY = "tests only"
ALLOWED_HOSTS = ["*"]
CRYPTO_KEYS = "1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = DATA_DIR / "test-uploads"
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = ""
WHITENOISE_AUTOREFRESH = True
