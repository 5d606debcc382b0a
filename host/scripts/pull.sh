# shellcheck shell=sh
# Pulls an image that is not on a host, and prints why that fails; nothing where it does not. Needs docker there.
# host/scripts/pull.ts puts waiting.sh and, before that, the variables in capitals before it and says what each is.
set -eu
umask 077

pull() {
  ! docker image inspect "$IMAGE" >/dev/null 2>&1 || return 0
  # As the docker plugin does it: with the stack's login, and whatever the host's user is logged in to.
  config=$(mktemp -d)
  trap 'rm -rf "$config"' EXIT
  # shellcheck disable=SC2153 # that is a variable of pull.ts
  printf %s "$CONFIG" >"$config/config.json"
  limited 120 docker --config "$config" pull --quiet "$IMAGE" 2>&1 >/dev/null | LC_ALL=C tail -c 2000 | tail -n 3
}

# On the last line, so that a script cut short in transit does nothing.
pull </dev/null
