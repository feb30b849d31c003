"""Having read one's news."""

from django.db.models.functions import Greatest

from harmtracker.audit import newest_sequence
from harmtracker.models import User
from harmtracker.permissions import require


def read_news(*, by: User, up_to: int) -> None:
    """Put what was shown behind one: events up to this number are no news any more. Never backwards, never ahead."""
    require(by, "news.read")
    reached = min(max(up_to, 0), newest_sequence())
    User.objects.filter(pk=by.pk).update(read_up_to=Greatest("read_up_to", reached))
