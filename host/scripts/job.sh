# shellcheck shell=sh
# What runs to its end: a part of cutover.sh, which stands before it and uses its functions.
# shellcheck disable=SC2034,SC2154 # cutover.sh reads culprit; evidence.sh sets problem

# The pre-deploy job: once for each NEW, also when the cutover is run again.
run_pre_deploy() {
  [ -n "$PRE_DEPLOY" ] || return 0
  culprit=$PRE_DEPLOY
  [ "$(field "$PRE_DEPLOY" '{{.State.Status}} {{.State.ExitCode}}')" != "exited 0" ] || return 0
  limit_processes "$PRE_DEPLOY" || return 1
  run_to_end "$PRE_DEPLOY" "the pre-deploy job" "$PRE_DEPLOY_TIMEOUT"
}
# Starts a container and waits until it has ended with 0.
run_to_end() { # id, what it is, seconds
  quietly docker start "$1" || {
    fail "$2 could not be started: $problem"
    return
  }
  code=$(limited "$3" docker wait "$1") || {
    docker kill "$1" >/dev/null 2>&1 || true
    fail "$2 did not end within $3 s"
    return
  }
  [ "$code" = 0 ] || fail "$2 failed with exit code $code"
}
