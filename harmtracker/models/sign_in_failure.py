"""Sign-ins that failed, so that guessing can be slowed down."""

from django.db import models
from django.db.models.functions import Now

from harmtracker.identity import new_id


class SignInFailure(models.Model):
    """A wrong name or password from an address. Only the address counts: nobody is locked out by their name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.GenericIPAddressField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["address", "-at"], name="sign_in_failure_recent")]

    def __str__(self) -> str:
        return f"{self.address} {self.at}"
