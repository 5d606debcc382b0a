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

# Whether the log of what failed says that it must be process 1: s6-overlay's "can only run as pid 1", and the like.
# shellcheck disable=SC2154 # cutover.sh sets culprit
needs_process_1() {
  [ "$(field "$culprit" '{{.HostConfig.Init}}')" = true ] &&
    docker logs --tail 50 "$culprit" 2>&1 | grep -qiE '(as|be|not) (pid|process) 1'
}
