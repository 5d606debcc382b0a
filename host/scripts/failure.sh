# shellcheck shell=sh
# What a cutover that failed has to say of a container: a part of cutover.sh, which stands before it and uses its
# functions.

# State, last health checks and last log lines of a container.
print_failure() { # id, what went wrong
  say "$SERVICE: $2"
  say "state: $(field "$1" '{{.State.Status}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}{{with .State.Error}}, {{.}}{{end}}' |
    cleaned 4000)"
  health_log=$(field "$1" '{{if .State.Health}}{{range .State.Health.Log}}{{println .Output}}{{end}}{{end}}' |
    grep . | cleaned 10000) || true
  [ -z "$health_log" ] || say "health check: $health_log"
  say "its last log lines:"
  docker logs --tail 50 "$1" 2>&1 | cleaned 30000 || true
}

# What services.ts should say, where the state or the log of what failed tells it.
# shellcheck disable=SC2154 # cutover.sh sets culprit
print_advice() {
  settings=$(field "$culprit" '{{.HostConfig.Init}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}')
  log=$(docker logs --tail 50 "$culprit" 2>&1) || true
  case "$why $(field "$culprit" '{{.State.ExitCode}}')" in
  *"it exited during start-up 0") say "it ended with 0: if that is what it is for, as a job's is, set restart: \"no\" for $SERVICE in services.ts" ;;
  esac
  # s6-overlay's "can only run as pid 1", and the like.
  if log_has '(as|be|not) (pid|process) 1'; then
    case $settings in "true "*) say "its image's own init must be process 1: set init: false for $SERVICE in services.ts" ;; esac
  fi
  if log_has 'read-only file ?system|EROFS'; then
    case $settings in *" true "*) say "it writes to its root, which is closed: give $SERVICE a volume or a tmpfs there, or set readOnly: false" ;; esac
  fi
  if log_has 'permission denied|operation not permitted|EACCES|EPERM'; then
    case $settings in *ALL*) say "it was refused something, as it has no capabilities and may not be root: make its files its user's in the \
Dockerfile, or set user, capAdd or, for all of it, hardened: false for $SERVICE" ;; esac
  fi
}
log_has() { printf '%s\n' "$log" | grep -qiE "$1"; }
