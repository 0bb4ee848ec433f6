"""Production: PostgreSQL (or the embedded database) behind a proxy that ends TLS."""

from config import env
from config.settings.base import *
from config.settings.base import SECRET_KEY

DEBUG = False
if not SECRET_KEY:
    raise SystemExit("SECRET_KEY is required in production: set it to a long random text")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1", "Host names that the site answers to, separated by commas")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", "", "Origins such as https://zhiyuan.example.cn, separated by commas")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31536000, "Seconds that browsers must keep to HTTPS")
