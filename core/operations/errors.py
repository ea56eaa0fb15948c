"""What a driver may answer instead of success."""


class DriverError(Exception):
    """The outside world did not do it. text is for the customer; nothing secret in it."""


class Retryable(DriverError):
    """Passing trouble or an unknown outcome: try again with the same key."""


class Quota(Retryable):
    """The other side is full or asks us to slow down."""


class Rejected(DriverError):
    """The other side will never do this; retrying is useless."""


class Gone(DriverError):
    """The other side no longer knows the thing."""


class Pending(DriverError):
    """Not an error: the other side is at work; look again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"pending, {seconds} s")
        self.seconds = seconds
