#!/bin/sh
# start.sh CONFIGURATION USERS [OPTION…]: Valkey, whose users have the passwords of the environment.
# What Valkey reads holds hashes, only this user may read it, and it is gone with the container.
set -eu
conf=$1 users=$2
shift 2
lines=$(grep '^user ' "$users")
for name in $(printf '%s\n' "$lines" | sed -n 's/.* #\([A-Z_]*\) .*/\1/p' | sort -u); do
  eval "password=\${$name:-}"
  if [ -z "$password" ]; then
    echo "$name is empty: it would keep nobody out" >&2
    exit 1
  fi
  hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
  lines=$(printf '%s\n' "$lines" | sed "s/ #$name / #$hash /")
  unset "$name"
done
made=${TMPDIR:-/tmp}/users.acl
(umask 077 && printf '%s\n' "$lines" > "$made")
umask 027 # the copying program is of this group, and reads the files
exec valkey-server "$conf" --aclfile "$made" "$@"
