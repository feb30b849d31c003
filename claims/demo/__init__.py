"""The first case, entered once by invented people through the same actions as any case, from pages of our own site."""

from pathlib import Path


def load_once(secrets_file: Path, site_address: str, web_address: str = "http://127.0.0.1:8000/") -> list[str]:
    """Have the demonstration's people and records; what is there already stays as it is.

    ``site_address`` is where the demonstration site is or will be served (http://127.0.0.1:PORT), a pair that the
    setting FETCH_ALLOWED_LOOPBACK holds; ``web_address`` where the product answers. Returns the lines to tell the
    visitor: accounts, the partner's key, what to try.
    """
    # Models can be imported only once Django is set up; the site's process imports this package without it.
    from claims.demo.loading import load

    return load(secrets_file, site_address, web_address)
