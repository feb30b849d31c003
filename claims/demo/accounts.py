"""The demonstration's people. Their passwords are made on first start and lie in the secrets file, nowhere else."""

from dataclasses import dataclass
from pathlib import Path

from harmtracker import audit
from harmtracker.models import Role, Team, User
from harmtracker.people import create_person, create_team, new_password
from harmtracker.secrets_file import ensure_secrets, read_secrets, write_secrets

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


ADMIN = Person("ruth", "Ruth Adeyemi", Role.ADMIN)
PEOPLE = (
    Person("daniel", "Daniel Kovalenko", Role.ANALYST, is_on_team=True),
    Person("mira", "Mira Sandoval", Role.EDITOR, is_on_team=True),
    Person("jonas", "Jonas Ekholm", Role.EDITOR),
    Person("ana", "Ana Petrescu", Role.VIEWER),
    ADMIN,
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
    admin = _ensure_admin(secrets_file)
    team = Team.objects.filter(name=TEAM).first() or create_team(name=TEAM, by=admin)
    users = {person.username: _ensure(person, secrets_file, team, admin) for person in PEOPLE if person != ADMIN}
    return Cast(users["daniel"], users["mira"], users["jonas"], users["ana"], admin, team)


def account_lines(secrets_file: Path) -> list[str]:
    """Name, role and first password of each account, one a line."""
    passwords = read_secrets(secrets_file)
    width = max(len(person.username) for person in PEOPLE)
    return [
        f"  {person.username:<{width}}  {passwords[person.secret]}  {person.role.label}, {person.name}"
        for person in PEOPLE
    ]


def _ensure_admin(secrets_file: Path) -> User:
    """The first account of an installation; nobody is there yet who could make it."""
    is_known = ADMIN.secret in read_secrets(secrets_file)
    password = ensure_secrets([ADMIN.secret], secrets_file, length=PASSWORD_BYTES)[ADMIN.secret]
    user = User.objects.filter(username=ADMIN.username).first()
    if user is None:
        with audit.recording():
            user = User.objects.create_user(ADMIN.username, password, name=ADMIN.name, role=ADMIN.role)
            audit.record("person.created", subject=user, by=None, changes={"role": [None, str(ADMIN.role)]})
    elif not is_known:
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _ensure(person: Person, secrets_file: Path, team: Team, admin: User) -> User:
    kept = read_secrets(secrets_file)
    user = User.objects.filter(username=person.username).first()
    if user is not None and person.secret in kept:
        return user
    if user is not None:
        password = new_password(person=user, by=admin)
    else:
        user, password = create_person(
            username=person.username,
            name=person.name,
            role=person.role,
            teams=[team] if person.is_on_team else [],
            by=admin,
        )
    write_secrets(kept | {person.secret: password}, secrets_file)
    return user
