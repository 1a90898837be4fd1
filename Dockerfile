# The production image: one image, three commands (web, drain, worker). No embedded servers inside.
# What others made is named by version and digest, as in docker-compose.yml.
FROM python:3.13.16-slim-trixie@sha256:bf44cdfcb76cd3b41e879bc058fc37ec5872002ccfde7fcb765e218cde0cd79c AS python
FROM postgres:18.6-trixie@sha256:5a5a84b19854a9ffaa54082c166ff4ec27473a361e496e5ea167f298f2da9722 AS postgres

FROM python AS packages
WORKDIR /srv/decide
COPY requirements/run.txt requirements/storage.txt requirements/
RUN python -m venv /opt/decide \
 && /opt/decide/bin/pip install --no-cache-dir --require-hashes --only-binary=:all: \
    -r requirements/run.txt -r requirements/storage.txt

FROM python AS program
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin decide \
 && install -d -o decide -g decide -m 0700 /srv/files
COPY --from=packages /opt/decide /opt/decide
WORKDIR /srv/decide
COPY decide decide
COPY templates templates
COPY static static
COPY migrations migrations
COPY docs/manual-personal.md docs/manual-personal.md
COPY worker.py LICENSE ./
ENV PATH=/opt/decide/bin:$PATH PYTHONPATH=/srv/decide PYTHONUNBUFFERED=1 \
    FLASK_APP=decide.cli:shell FILES_FOLDER=/srv/files
# Bytecode now, because the user of the service cannot write it.
RUN python -m compileall -q decide worker.py
USER decide
VOLUME /srv/files
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--factory", "--host", "0.0.0.0", "--port", "8000", \
     "--http", "1", "--no-ws", "--workers", "2", "--blocking-threads", "32", "--log-level", "warning", \
     "--workers-kill-timeout", "3", "--respawn-failed-workers", "decide.wsgi:application"]

# What PostgreSQL's programs for copying are linked with (libpq, and what libpq and the server want), from the
# image in which they run: no list of names to keep, and pinned by that image's digest.
FROM postgres AS libraries
RUN mkdir /libraries && cd /usr/lib/postgresql/18/bin \
 && ldd pg_basebackup pg_receivewal pg_verifybackup pg_controldata initdb postgres \
    | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' | sort -u | xargs cp -L -t /libraries

# For the service `backup` only: the same program, and PostgreSQL's programs for copying.
FROM program AS backup
USER root
COPY --from=postgres /usr/lib/postgresql/18 /usr/lib/postgresql/18
# What this image has already (the C library, OpenSSL) stays its own: both are Debian trixie.
RUN --mount=type=bind,from=libraries,source=/libraries,target=/libraries \
    cp --update=none /libraries/* "/usr/lib/$(uname -m)-linux-gnu/" && ldconfig
ENV PATH=/usr/lib/postgresql/18/bin:$PATH
USER decide
# A program that lacks a library ends the build, and not each copy.
RUN pg_basebackup --version && pg_receivewal --version && pg_verifybackup --version && postgres --version

# Last, so that it is what `docker build .` makes.
FROM program
