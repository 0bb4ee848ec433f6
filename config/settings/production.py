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
HTTPS = env.flag("HTTPS", True, "0: serve plain HTTP and let cookies travel on it; only for a trial on a closed network")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31536000, "Seconds that browsers must keep to HTTPS")
SILENCED_SYSTEM_CHECKS = [
    "security.W019",  # pages may be framed by the site itself (the kiosk)
    "security.W021",  # whether the whole domain goes on the browsers' preload list is not this product's to decide
]
