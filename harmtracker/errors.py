"""What an action may answer instead of doing its work. Every message is a sentence for the person who asked."""

from typing import Any


class Refused(Exception):
    """An action was asked for something the rules do not allow.

    ``message`` says why and what to do, in words for a person; ``field`` names the form field it belongs to, if any;
    ``code`` is a stable name of the rule for tests and logs.
    """

    code = "refused"

    def __init__(self, message: Any, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field
        if code:
            self.code = code


class NotAllowed(Refused):
    """The person's role does not include this act."""

    code = "not_allowed"


class StaleRecord(Refused):
    """Someone else saved the record after this form was opened; nothing was written.

    ``current`` is the record as it stands now, so that both versions can be shown.
    """

    code = "stale"

    def __init__(self, message: Any, *, current: Any) -> None:
        super().__init__(message)
        self.current = current
