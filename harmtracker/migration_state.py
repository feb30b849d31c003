"""What the models are at each step of a migration, drawn up without drawing all of them again at every step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations import executor, state


def _with_all_made_anew(name: str) -> Callable[..., None]:
    """The step of this name; every class is made anew when next asked for, since others may point at the column."""
    step = getattr(state.ProjectState, name)

    def taken(self: state.ProjectState, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("apps", None)
        step(self, *args, **kwargs)

    return taken


class LeanState(state.ProjectState):
    """After most steps, makes the class of the one model that changed, and leaves those related to it as they are.

    Django makes all of them anew, which was three quarters of what a fresh database took. What such a step does in
    the database needs no more than the changed model; Python code in a migration has all of them made anew first.
    """

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" in self.__dict__:
            self.is_delayed = True  # Django's word for classes that RunPython may not see as they are
            self._reload({(app_label, model_name)})  # type: ignore[attr-defined]  # the stubs leave it out

    alter_field = _with_all_made_anew("alter_field")
    remove_field = _with_all_made_anew("remove_field")
    rename_field = _with_all_made_anew("rename_field")
    rename_model = _with_all_made_anew("rename_model")


@contextmanager
def lean_states() -> Iterator[None]:
    """Migrations that run inside draw up their states so."""
    theirs = state.ProjectState
    for module in (executor, state):
        vars(module)["ProjectState"] = LeanState
    try:
        yield
    finally:
        for module in (executor, state):
            vars(module)["ProjectState"] = theirs
