"""Who the demo's people are."""

import time

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from accounts.users.models import User

CUSTOMER, COLLEAGUE, STAFF = "hanako@example.jp", "taro@example.jp", "staff@example.jp"
PASSWORD = "engawa-demo-2025"  # noqa: S105  printed by `up`: the demo is for looking around
# Fixed, so that an authenticator app enrolled once keeps working when the demo is made anew.
STAFF_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


def person(email: str, name: str, *, language: str = "ja", **fields: bool) -> User:
    """A person whose address is verified, as after sign-up."""
    user = User.objects.create_user(email, PASSWORD, name=name, language=language, **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def staff() -> User:
    """A member of staff, with an authenticator enrolled."""
    user = person(STAFF, "縁 スタッフ", is_staff=True, is_superuser=True)
    totp.TOTP.activate(user, STAFF_SECRET)
    return user


def staff_code() -> str:
    """The code the staff member's authenticator shows now."""
    counter = int(time.time()) // totp.app_settings.TOTP_PERIOD  # noqa: TID251  an authenticator runs on the wall clock
    return str(totp.format_hotp_value(totp.hotp_value(STAFF_SECRET, counter)))


def signin_lines() -> list[str]:
    """Who to sign in as, for `up` to print; nothing when this isn't the demo's database."""
    if not Authenticator.objects.filter(user__email=STAFF).exists():
        return []
    return [
        f"customer  {CUSTOMER}  {PASSWORD}",
        f"staff     {STAFF}  {PASSWORD}  code {staff_code()} (a fresh one: python3 manage.py staff_code), then /staff/",
    ]
