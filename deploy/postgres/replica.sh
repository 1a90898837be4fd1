#!/bin/sh
# The streaming replica: copies the primary once, then follows it. Profile `replica` of compose.
# PGHOST, PGUSER (decide_backup) and PGPASSWORD lead to the primary; PGDATA is where the copy lies.
set -eu
umask 077
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.part"
  # A slot of its own: the primary keeps what this replica has not read yet, up to 20 GB.
  pg_basebackup --pgdata="$PGDATA.part" --wal-method=stream --checkpoint=fast \
    --create-slot --slot=decide_replica --write-recovery-conf \
    || pg_basebackup --pgdata="$PGDATA.part" --wal-method=stream --checkpoint=fast \
    --slot=decide_replica --write-recovery-conf
  mkdir -p "$(dirname "$PGDATA")"
  rm -rf "$PGDATA"
  mv "$PGDATA.part" "$PGDATA"
fi
exec postgres -D "$PGDATA" -c config_file=/etc/decide/postgresql.conf "$@"
