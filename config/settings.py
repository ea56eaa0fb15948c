"""Settings of the panel: everything a deployment may change comes from the environment (see README.md)."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
SECURE = BASE_URL.startswith("https://")
SECRET_KEY = env.str("SECRET_KEY", default="only-for-tests-and-builds-" + "x" * 32)
# Key-encryption keys of core.secrets, newest first; each 32 bytes in base64.
MASTER_KEYS = [base64.b64decode(key) for key in env.list("ENGAWA_MASTER_KEY", default=[])] or [
    hashlib.sha256(SECRET_KEY.encode()).digest()
]
# What `rotate_keys` calls for sealed values that are in no SealedField; each returns how many it put under the new key.
SEALED_ELSEWHERE = ["accounts.users.adapter.rewrap_factors"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "config",
    "core",
    "accounts.apps.Accounts",
    "billing",
    "compute",
    "mobile",
    "certificates",
    "sms",
    "accounts.apps.StaffAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "netfields",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "pgtrigger",
    "django_structlog",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "core.web.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.access.ActorMiddleware",
    "core.web.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.console.context",
            ],
            "builtins": [
                "core.templatetags.ui",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    },
]

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgresql://engawa@127.0.0.1:5432/engawa"),
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who signs in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.users.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.users.forms.SignupForm"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_ADAPTER = "accounts.users.adapter.MfaAdapter"
MFA_TOTP_ISSUER = "Engawa"
# Sessions are listed with when they began; noting every request would cost four queries a page.
USERSESSIONS_TRACK_ACTIVITY = False

# --- what we fetch ------------------------------------------------------------------------------------------------
# Networks besides the public ones that webhooks may lead to: "10.20.0.0/16".
FETCH_ALLOWED_NETWORKS = env.list("FETCH_ALLOWED_NETWORKS", default=[])

# --- words and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# --- files --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_DIR = Path(env.str("ENGAWA_DATA", default=str(BASE_DIR / ".data")))
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = DATA_DIR / "media"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("ENGAWA_STATIC_MANIFEST", default=False)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not env.bool("ENGAWA_STATIC_MANIFEST", default=False)

# --- the broker and the workers -----------------------------------------------------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

# Performers of the outbox (core.operations) and drivers to the outside world.
OPERATION_PERFORMERS = [
    "accounts.operations.PERFORMERS",
    "billing.operations.PERFORMERS",
    "compute.operations.PERFORMERS",
    "mobile.operations.PERFORMERS",
    "certificates.operations.PERFORMERS",
    "sms.operations.PERFORMERS",
]
# What the apps say about their events and deadlines (accounts.audit.sentences).
SENTENCES = [
    "accounts.sentences.SENTENCES",
    "billing.sentences.SENTENCES",
    "compute.sentences.SENTENCES",
    "mobile.sentences.SENTENCES",
    "certificates.sentences.SENTENCES",
    "sms.sentences.SENTENCES",
]
# Modules with the `Service`s of all apps, for the page of limits.
SERVICE_BOOKS = ["compute.services", "mobile.services", "sms.services"]
# Lists whose rows can be picked and worked on in bulk (accounts.bulk).
BULK_LISTS = ["compute.bulk.BULK_LISTS", "mobile.sims.bulk.BULK_LISTS"]
# Each is called with (organisation, at) before an organisation is closed and raises Refused with what is in the way.
ORGANISATION_GUARDS = ["accounts.closing.actions.refuse_open_projects"]
# Each is called with an organisation and yields (file name, rows) for the export of its data.
EXPORTERS = [
    "accounts.closing.export.accounts",
    "billing.closing.export",
    "compute.closing.export",
    "mobile.closing.export",
    "sms.closing.export",
]
# Each is called with (project, at) before a project is closed and raises Refused with what is still there.
CLOSING_GUARDS = ["billing.closing.refuse_running_contracts"]
AWS_DRIVER = env.str("AWS_DRIVER", default="compute.drivers.direct_connect.SimulatedDirectConnect")
AWS_REGION = env.str("AWS_REGION", default="ap-northeast-1")
AWS_INTERCONNECT = env.str("AWS_INTERCONNECT", default="")  # our connection at AWS, "dxcon-..."
AWS_BANDWIDTH = env.str("AWS_BANDWIDTH", default="100Mbps")
ROUTING_DRIVER = env.str("ROUTING_DRIVER", default="compute.drivers.simulated_routing.SimulatedRouting")
BALANCER_DRIVER = env.str("BALANCER_DRIVER", default="compute.drivers.simulated_balancing.SimulatedBalancer")
# Where compute.drivers.haproxy.HAProxy keeps its configurations and private keys.
HAPROXY_FOLDER = env.str("HAPROXY_FOLDER", default="/var/lib/engawa/haproxy")
# Each is called with (contract, month) and returns the time that the quality guarantee doesn't cover.
SLA_EXCLUSIONS = ["sms.supplier.actions.outside_the_sla"]
# Each is called with an instant and returns what the status page shows of its app since then.
STATUS_ROWS = ["sms.supplier.actions.on_the_status_page"]
COMPUTE_DRIVER = env.str("COMPUTE_DRIVER", default="compute.drivers.simulated.Simulated")
# With COMPUTE_DRIVER=compute.drivers.libvirt.Libvirt: its host, the pool of volumes, the network of shared addresses.
LIBVIRT_URI = env.str("LIBVIRT_URI", default="qemu:///system")
LIBVIRT_KIND = env.str("LIBVIRT_KIND", default="")  # kvm or qemu; "": kvm where the host says it can
LIBVIRT_POOL = env.str("LIBVIRT_POOL", default="default")
LIBVIRT_FORMAT = env.str("LIBVIRT_FORMAT", default="qcow2")
LIBVIRT_SHARED_NETWORK = env.str("LIBVIRT_SHARED_NETWORK", default="default")
LIBVIRT_SCREEN_HOST = env.str("LIBVIRT_SCREEN_HOST", default="127.0.0.1")
PAYMENT_GATEWAY = env.str("PAYMENT_GATEWAY", default="billing.payments.drivers.simulated.Simulated")
# Stripe: its keys, and whence the browser may load scripts, frames and answers on the one page that takes a card.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_PUBLIC_KEY = env.str("STRIPE_PUBLIC_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API = env.str("STRIPE_API", default="")
STRIPE_ORIGINS = env.list(
    "STRIPE_ORIGINS",
    default=["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com", "https://api.stripe.com"],
)
STRIPE_SCRIPT = env.str("STRIPE_SCRIPT", default="https://js.stripe.com/v3/")
BETA_DRIVER = env.str("BETA_DRIVER", default="mobile.drivers.betas.Simulated")
CARRIER_DRIVER = env.str("CARRIER_DRIVER", default="mobile.drivers.simulated.Simulated")
SMS_DRIVER = env.str("SMS_DRIVER", default="sms.drivers.simulated.Simulated")
# With SMS_DRIVER=sms.drivers.smpp.Smpp: smpp://system-id:password@host:2775?rate=100&window=50, for manage.py smpp.
SMPP_URL = env.str("SMPP_URL", default="")
SMS_COUNTRIES = env.list("SMS_COUNTRIES", default=["JP"])
SMS_RETENTION_DAYS = env.int("SMS_RETENTION_DAYS", default=30)  # of texts; numbers are masked anyway
# Where names are looked at before an authority does (certificates.drivers.looking): .Internet is the real one.
NAME_LOOKER = env.str("NAME_LOOKER", default="certificates.drivers.looking.Simulated")
DNS_SERVER = env.str("DNS_SERVER", default="")  # "127.0.0.1:53"; empty: that of the system
# The port at which authorities ask (HTTP-01), and a file with the roots of their own servers, if the usual don't do.
ACME_HTTP_PORT = env.int("ACME_HTTP_PORT", default=80)
ACME_TRUST = env.str("ACME_TRUST", default="")
# Where authorities write about our account: an address of the operator's. Some open none without it.
ACME_CONTACT = env.str("ACME_CONTACT", default="")
# The upload servers of images: <zone>.UPLOAD_DOMAIN.
UPLOAD_DOMAIN = env.str("UPLOAD_DOMAIN", default="upload.engawa.example")
# Seconds a simulated machine takes to start or stop; tests set 0.
SIMULATED_DELAY = env.float("SIMULATED_DELAY", default=3.0)

# --- mail ---------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail://")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
# Where staff hear by mail that a customer has written; empty: only the queue in the admin shows it.
STAFF_ADDRESS = env.str("STAFF_ADDRESS", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Engawa Cloud <no-reply@engawa.example>")

# --- decisions of the terms (docs/terms.md); each is one named setting --------------------------------------------
DUE_DATE_SHIFT = "none"  # AM-1: or "next_business_day"
HYBRID_LATER_DUE = "tenth"  # AM-20: or "month_end"
HYBRID_CLOSING = "END_OF_MONTH"  # AM-28: or "SAME_DAY"
HOLD_BLOCKS_DOWNGRADE = False  # AM-2
# 4-3: holds on cards are multiples of the step (yen), kept by gateways for so many days, renewed so many hours before
# that, and after a decline not asked for again by ourselves for so many hours; customers ask so often an hour.
HOLD_STEP = env.int("HOLD_STEP", default=5_000)
HOLD_DAYS = env.int("HOLD_DAYS", default=7)
HOLD_RENEW_HOURS = env.int("HOLD_RENEW_HOURS", default=24)
HOLD_RETRY_HOURS = env.int("HOLD_RETRY_HOURS", default=24)
HOLD_ASKS_AN_HOUR = env.int("HOLD_ASKS_AN_HOUR", default=5)
# The body of a gateway's call is deleted after so many days.
GATEWAY_BODY_DAYS = env.int("GATEWAY_BODY_DAYS", default=90)
# So many days back the gateway's payments are compared with our books each night.
RECONCILE_DAYS = env.int("RECONCILE_DAYS", default=14)
PAUSE_NOTICE = env.str("PAUSE_NOTICE", default="automatic")  # 7-4: or "staff", who release each notice
SIM_WAIVER_SCOPE = "sim"  # AM-7: or "registration"
LEGACY_SIM_AFTER_TRAFFIC = "count"  # AM-8: or "never"
WAIVE_REFUSED_USAGE = False  # AM-19
OTHER_MEANS_THRESHOLD = 10_000_000  # 4-2, yen per bill
# Our account, for those who pay by bank transfer (4-2).
BANK_ACCOUNT = env.str("BANK_ACCOUNT", default="えんがわ銀行 本店 普通 1234567 エンガワクラウド")
CLOSE_GRACE_HOURS = 6
# A month that differs from the one before by so many yen and so many times is held back for staff.
HOLD_BACK_FROM = 1_000_000
HOLD_BACK_TIMES = 5

# --- security -----------------------------------------------------------------------------------------------------
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "core.web.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
}
CACHES = {
    "default": {
        "BACKEND": "core.cache.PatientCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Engawa panel API",
    "VERSION": "1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    # The compatible API is no REST for OpenAPI to describe; only the panel API has a schema (tests/api checks it).
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "SCHEMA_PATH_PREFIX": "/api/panel/1.0",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "structlog.stdlib.ProcessorFormatter", "processor": "ext://config.logs.renderer"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
