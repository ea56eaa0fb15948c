"""The demo customer: who they are, and how to sign in as them."""

from config.demo.people import signin_lines

__all__ = ["signin_lines"]
