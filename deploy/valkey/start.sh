#!/bin/sh
# start.sh CONFIGURATION USERS [OPTION…]: Valkey on the files of this folder, whose torn end is cut first, and
# whose users have the passwords of the environment.
set -eu
conf=$1 users=$2
shift 2
made=${TMPDIR:-/tmp}/users.acl torn=${TMPDIR:-/tmp}/torn

# --- a torn end
# The rule of decide/kernel/append_only.py, which says why: a record or transaction that is not whole, at the very
# end of the last file, was acknowledged to nobody and may go, and is kept. Anything else is damage, and stays as it
# is. `valkey-check-aof --fix` would cut damage in the middle, too, so the tool is only asked, about that file alone:
# it misreads the one before.
largest=1048576 # one torn record or transaction; ours are below a kilobyte

whole() { # FILE: up to which byte it is whole; an open transaction is not
  valkey-check-aof "$1" 2>&1 | sed -n 's/.* ok_up_to=\([0-9]*\),.*/\1/p'
}

is_transaction() { # FILE: whether one begins here
  [ "$(head -c 15 "$1" | tr -d '\000\r\n')" = '*1$5MULTI' ]
}

is_record() { # FILE: whether it begins with a whole record
  is_transaction "$1" && return
  case $(valkey-check-aof "$1" 2>&1) in
    *"Unexpected EXEC"*) return 0 ;;
    *ok_up_to=0,*) return 1 ;;
  esac
}

starts() { # FILE: where in it, but for its beginning, a record might begin: * a number, end of line, $
  od -An -v -tu1 "$1" | awk '{
    for (i = 1; i <= NF; i++) {
      if ($i == 42) { at = seen; step = 1; digits = 0 }
      else if ($i >= 48 + (step == 1) && $i <= 57 && (step == 1 || step == 2) && digits < 7) { step = 2; digits++ }
      else if (step == 2 && $i == 13) step = 3
      else if (step == 3 && $i == 10) step = 4
      else { if (step == 4 && $i == 36 && at > 0) print at; step = 0 }
      seen++
    }
  }'
}

damaged() { # BYTE
  rm -f "$torn" "$torn.rest"
  echo "$file is damaged after byte $1, and not only at its end: nothing was changed, and the server does not start." \
    "What to do: docs/operations/alerts.md, ledger-away" >&2
  exit 1
}

mend() {
  manifest=appendonlydir/appendonly.aof.manifest
  [ -f "$manifest" ] || return 0 # the first start
  file=appendonlydir/$(sed -n 's/^file \([^ ]*\) seq [0-9]* type i.*/\1/p' "$manifest" | tail -n 1)
  [ -f "$file" ] && [ -s "$file" ] || return 0 # nothing written; what is missing the server names
  size=$(wc -c < "$file") end=$(whole "$file")
  if [ -z "$end" ]; then
    echo "$file could not be checked: is valkey-check-aof there, and may this user read the file?" >&2
    exit 1
  fi
  [ "$end" -lt "$size" ] || return 0
  # Space that the file system had given to a write that never came is zeros, and may be much.
  if [ "$(tail -c "+$((end + 1))" "$file" | tr -d '\000' | head -c 1 | wc -c)" -gt 0 ]; then
    [ $((size - end)) -le $largest ] || damaged "$end"
    tail -c "+$((end + 1))" "$file" > "$torn"
    if is_transaction "$torn"; then # what is whole of it goes with it
      tail -c +16 "$torn" > "$torn.rest"
      tail -c "+$(($(whole "$torn.rest") + 1))" "$torn.rest" > "$torn"
    fi
    for start in $(starts "$torn"); do
      tail -c "+$((start + 1))" "$torn" > "$torn.rest"
      if is_record "$torn.rest"; then damaged "$end"; fi
    done
    rm -f "$torn" "$torn.rest"
  fi
  kept=${file##*/}.cut-$(date -u +%Y%m%dT%H%M%S)
  tail -c "+$((end + 1))" "$file" > "$kept"
  sync # before anything goes
  truncate -s "$end" "$file"
  sync
  echo "$file: its torn end, $((size - end)) bytes after byte $end, was cut and is kept in $kept" >&2
}
umask 077 # what is cut is citizens' words
mend

# --- the users
# What Valkey reads holds hashes, only this user may read it, and it is gone with the container.
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
(umask 077 && printf '%s\n' "$lines" > "$made")
umask 027 # the copying program is of this group, and reads the files
exec valkey-server "$conf" --aclfile "$made" "$@"
