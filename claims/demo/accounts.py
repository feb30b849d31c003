"""The demonstration's people. Their passwords are made on first start and lie in the secrets file, nowhere else."""

from dataclasses import dataclass
from pathlib import Path

from harmtracker import audit
from harmtracker.models import Role, Team, User
from harmtracker.secrets_file import ensure_secrets, read_secrets

TEAM = "Kyiv region desk"
PASSWORD_BYTES = 12


@dataclass(frozen=True)
class Person:
    """An invented person with an account."""

    username: str
    name: str
    role: Role
    is_on_team: bool = False

    @property
    def secret(self) -> str:
        """The name under which the password lies in the secrets file."""
        return f"DEMO_PASSWORD_{self.username.upper()}"


PEOPLE = (
    Person("daniel", "Daniel Kovalenko", Role.ANALYST, is_on_team=True),
    Person("mira", "Mira Sandoval", Role.EDITOR, is_on_team=True),
    Person("jonas", "Jonas Ekholm", Role.EDITOR),
    Person("ana", "Ana Petrescu", Role.VIEWER),
    Person("ruth", "Ruth Adeyemi", Role.ADMIN),
)


@dataclass(frozen=True)
class Cast:
    """The people of the house as the case needs them: one logs, one approves, a second editor confirms."""

    analyst: User
    editor: User
    second_editor: User
    viewer: User
    admin: User
    team: Team


def ensure_people(secrets_file: Path) -> Cast:
    """Have the accounts and the team. A password changed by its owner stays; a lost secrets file makes new ones."""
    known = read_secrets(secrets_file)
    passwords = ensure_secrets([person.secret for person in PEOPLE], secrets_file, length=PASSWORD_BYTES)
    with audit.recording():
        team, _made = Team.objects.get_or_create(name=TEAM)
        users = {person.username: _ensure(person, passwords[person.secret], team) for person in PEOPLE}
        for person in PEOPLE:
            if person.secret not in known:
                users[person.username].set_password(passwords[person.secret])
                users[person.username].save(update_fields=["password"])
    return Cast(users["daniel"], users["mira"], users["jonas"], users["ana"], users["ruth"], team)


def account_lines(secrets_file: Path) -> list[str]:
    """Name, role and first password of each account, one a line."""
    passwords = read_secrets(secrets_file)
    width = max(len(person.username) for person in PEOPLE)
    return [
        f"  {person.username:<{width}}  {passwords[person.secret]}  {person.role.label}, {person.name}"
        for person in PEOPLE
    ]


def _ensure(person: Person, password: str, team: Team) -> User:
    user = User.objects.filter(username=person.username).first()
    if user is not None:
        return user
    user = User.objects.create_user(person.username, password, name=person.name, role=person.role)
    if person.is_on_team:
        user.teams.add(team)
    audit.record("user.created", subject=user, by=None, changes={"role": [None, str(person.role)]})
    return user
