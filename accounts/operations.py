"""Index of the app's performers."""

from accounts.notices import operations as notices
from core.operations.performing import Performer

PERFORMERS: dict[str, Performer] = {**notices.PERFORMERS}
