"""Index of the app's performers."""

import sms.messages.operations

PERFORMERS = sms.messages.operations.PERFORMERS
