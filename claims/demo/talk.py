"""What the people of the demonstration say to one another about the case, who looks after what, who follows it."""

from claims.actions.assignment import assign
from claims.actions.following import follow
from claims.actions.remark import make_remark
from claims.demo.bucha import Bucha
from claims.demo.case import Setting


def talk(case: Setting, bucha: Bucha) -> None:
    """A question with a mention, its answer, and a task."""
    analyst, editor = case.cast.analyst, case.cast.editor
    follow(incident=bucha.incident, by=analyst)
    make_remark(
        record=bucha.incident,
        words=f"@{analyst.username} the copy has “barbaric”, the report “a brutality”. Which did Stoltenberg say?",
        by=editor,
    )
    make_remark(
        record=bucha.incident,
        words="“A brutality”. The copy says itself that it was translated back. Both are held, side by side.",
        by=analyst,
    )
    assign(
        record=bucha.rows[7], assignee=analyst, task="Find the ministry’s post itself, not the report of it.", by=editor
    )
