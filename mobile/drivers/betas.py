"""A simulated setting of betas: done at once."""

from uuid import UUID


class Simulated:
    """Has nothing to set."""

    def set_up(self, beta: str, project: int, *, key: UUID) -> None:
        """Done."""

    def take_down(self, beta: str, project: int, *, key: UUID) -> None:
        """Done."""
