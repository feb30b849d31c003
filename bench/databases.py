"""The benchmark's own servers, beside those of the program: a slow load or a stop there harms no demonstration."""

import os

import psycopg
from psycopg import sql

from harmtracker.embedded import Servers, place

SERVERS = Servers(place("bench"), broker=False)
DATABASE = "harmtracker_bench"


def superuser(database: str = "postgres") -> psycopg.Connection:
    """A connection no trigger and no privilege stops."""
    return psycopg.connect(host=str(SERVERS.place.run), dbname=database, user="postgres")


def use_settings(database: str) -> None:
    """Point the product's settings at a database of the benchmark's servers; call before anything imports a model."""
    import django

    at = SERVERS.place
    os.environ["DATABASE_URL"] = at.database_url.replace("/harmtracker?", f"/{database}?")
    os.environ["DATABASE_OWNER_URL"] = at.owner_url.replace("/harmtracker?", f"/{database}?")
    os.environ["DJANGO_SETTINGS_MODULE"] = "harmtracker.settings"
    os.environ.setdefault("SECRET_KEY", "known to everybody: signs nothing but benchmark sessions 0123456789")
    os.environ.setdefault("TOKEN_PEPPER", "known to everybody: guards nothing but benchmark tokens 0123456789")
    os.environ["PLAIN_HTTP"] = "1"
    os.environ["STATIC_FROM_SOURCE"] = "1"
    os.environ["LOG_LEVEL"] = "CRITICAL"
    django.setup()


def fresh_database(database: str) -> None:
    """Drop the database if it is there, make it, and migrate it as the owner of its tables."""
    from django.core.management import call_command
    from django.db import connection

    connection.close()
    with superuser() as server:
        server.autocommit = True
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
        server.execute(sql.SQL("CREATE DATABASE {} OWNER owner").format(sql.Identifier(database)))
    call_command("migrate", verbosity=0)
    connection.close()
