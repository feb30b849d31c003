"""How long a task may take. Imports nothing, for the settings are made of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaskLimits:
    """Seconds after which a task is asked to end, is killed, and its job's lease runs out; each above the last."""

    soft: int
    hard: int
    lease: int
