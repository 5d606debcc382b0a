# shellcheck shell=sh
# Time, for the scripts that wait: a part of them, which stands before them. Needs nothing that macOS has not.

# Hundredths of a second since the machine started; where it does not say that, since 1970.
now() {
  if [ -r /proc/uptime ]; then
    read -r uptime _ </proc/uptime && printf '%s\n' "${uptime%.*}${uptime#*.}"
  else
    date +%s00
  fi
}
since() { printf '%s.%02d s' $((($(now) - $1) / 100)) $((($(now) - $1) % 100)); }

# Repeats a command until it succeeds, for so many seconds at most.
within() {
  deadline=$(($(now) + $1 * 100))
  shift
  until "$@"; do
    [ "$(now)" -lt $deadline ] || return 1
    sleep 0.1
  done
}

# Runs a command for so many seconds at most; where it has not ended by then, fails with 124, as timeout does.
limited() {
  if command -v timeout >/dev/null; then
    timeout "$@"
    return
  fi
  limit=$1
  shift
  # Else what runs in the background would have no standard input.
  { "$@" <&6 & } 6<&0
  limited_id=$!
  { sleep "$limit" && kill "$limited_id"; } >/dev/null 2>&1 &
  limit_id=$!
  limited_code=0
  wait "$limited_id" 2>/dev/null || limited_code=$?
  kill "$limit_id" 2>/dev/null || true
  # 128 and the number of the signal.
  [ "$limited_code" != 143 ] || limited_code=124
  return "$limited_code"
}
