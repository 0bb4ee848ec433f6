"""Everything that every installation shares, in named blocks."""

from pathlib import Path

from config import env

BASE_DIR = env.BASE_DIR

# --- where things live
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var"), "Folder of the embedded database, keys, uploads and exports"))
DATA_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": env.database(env.text("DATABASE_URL", "", "postgresql://… or sqlite:///path; empty: SQLite in DATA_DIR"), DATA_DIR)}
DISTRICT_DIR: str | Path = DATA_DIR / "district"
DISTRICT_SECONDS = 60
MEDIA_ROOT = DATA_DIR / "uploads"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_URL = "/static/"

# --- what is installed, in the order of the stack
INSTALLED_APPS = [
    "demo",
    "chunshui.api",
    "chunshui.portal",
    "chunshui.needs",
    "chunshui.redemption",
    "chunshui.hours",
    "chunshui.ledger",
    "chunshui.notices",
    "chunshui.teams",
    "chunshui.people",
    "chunshui.areas",
    "chunshui.kernel",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
    "django_linear_migrations",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "chunshui.kernel.http.ActingMiddleware",
    "chunshui.kernel.http.ModeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chunshui.kernel.http.AnswerMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- templates
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "chunshui.kernel.http.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "chunshui.portal.templatetags.ui",
            ],
        },
    }
]

# --- people
AUTH_USER_MODEL = "people.Person"
ACTING_PERSON = "chunshui.people.queries.acting_person"
CHANGE_PERSON = "chunshui.people.commands.change_person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai", "Time zone of the district")
USE_TZ = True

# --- secrets
SECRET_KEY = env.text("SECRET_KEY", "", "Signs sessions and links; required in production")
CRYPTO_KEYS = env.text("CRYPTO_KEYS", "", "Keys that wrap personal keys, id:base64 separated by commas, newest first; empty: a file in DATA_DIR")
CRYPTO_SUITE = env.text("CRYPTO_SUITE", "aes", "Cipher of new personal values: aes (AES-256-GCM) or sm4 (SM4-GCM)")

# --- the district
SITE_NAME = env.text("SITE_NAME", "两江志愿", "Name of the site in Chinese")
SITE_NAME_EN = env.text("SITE_NAME_EN", "Liangjiang Volunteers", "Name of the site in English")
SITE_URL = env.text("SITE_URL", "", "Public address, for links in messages")
HOTLINE = env.text("HOTLINE", "023-6789-0000", "Telephone number that takes orders")
RESPONSIBLE_DEPARTMENT = env.text("RESPONSIBLE_DEPARTMENT", "区委社会工作部", "Department shown as responsible for the site")
DEMO = env.flag("DEMO", False, "1: demonstration data; pages say 演示 and the sign-in page lists demo accounts")
DEMO_ACCOUNTS = "chunshui.people.queries.demo_accounts"
DEMO_PASSWORD = "demo.accounts.PASSWORD"  # dotted names, printed by `serve`

# --- outside world
CLIENT_ADDRESS_HEADER = env.text(
    "CLIENT_ADDRESS_HEADER", "", "Header in which the proxy gives the browser's address, such as X-Real-IP; empty: the connection's own"
)
SMS_ADAPTER = env.text("SMS_ADAPTER", "chunshui.notices.adapters.NullSms", "Class that sends text messages; the null twin keeps them in the database")
SMS_URL = env.text("SMS_URL", "", "Address of the text message gateway, for SMS_ADAPTER=chunshui.notices.adapters.HttpSms")
SMS_TOKEN = env.text("SMS_TOKEN", "", "Bearer token of the text message gateway")
SMS_TIMEOUT_SECONDS = env.number("SMS_TIMEOUT_SECONDS", 5, "Seconds to wait for the text message gateway")
GEOCODER = "none"
SERVICE_CHOICES = "chunshui.needs.queries.menu.service_choices"  # dotted name of the menu that volunteers may rule services out of

# --- memory: one cache per process. It holds only what may be five seconds old (values of rules, menus); throttles and sessions are rows.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- the API
API_CALLS_A_MINUTE = env.number("API_CALLS_A_MINUTE", 600, "Calls a minute that one token of the API may make")

# --- background work
EVENTS_INLINE = False
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- browser security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    }
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- logs: to standard error, scrubbed of personal data
LOG_LEVEL = env.text("LOG_LEVEL", "INFO", "How much the product's own log says: DEBUG, INFO, WARNING, ERROR").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "chunshui.kernel.logs.ScrubbedFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "chunshui": {"level": LOG_LEVEL},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
