"""People, the audit chain and the ledger of work: what both apps rest on."""

from harmtracker.models.audit_event import AuditEvent
from harmtracker.models.job import HostTurn, Job, JobStep, Lane, LanePause, Priority
from harmtracker.models.sign_in_failure import SignInFailure
from harmtracker.models.user import Role, Team, User
from harmtracker.models.writing import Draft, Presence

__all__ = [
    "AuditEvent",
    "Draft",
    "HostTurn",
    "Job",
    "JobStep",
    "Lane",
    "LanePause",
    "Presence",
    "Priority",
    "Role",
    "SignInFailure",
    "Team",
    "User",
]
