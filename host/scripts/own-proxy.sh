# shellcheck shell=sh
# A proxy of one's own, which may go by Docker's health: a part of cutover.sh, which stands before it and uses its functions.

# model/rollout/health.ts says what it does.
LEAVING_FILE=/dev/shm/slipway-leaving

has_own_proxy() { [ "$PROXY_DELAY" -gt 0 ]; }
docker_calls() { [ "$(field "$1" '{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}')" = "$2" ]; }

# Waits until Docker calls NEW healthy, and for so long that the proxy has noticed. (While it starts Docker may call it
# unhealthy, and take that back.)
await_own_proxy() {
  has_own_proxy || return 0
  stay "$NEW"
  interval=$(field "$NEW" '{{with .Config.Healthcheck}}{{printf "%.0f" .Interval.Seconds}}{{end}}')
  # Docker's own default.
  [ "${interval:-0}" -gt 0 ] || interval=30
  give_up_at=$(($(now) + (START_TIMEOUT + 2 * interval) * 100))
  until docker_calls "$NEW" healthy || docker_calls "$NEW" none; do
    is_running "$NEW" || fail "the new container did not become healthy: it exited during start-up" || return 1
    ! lacks_sh || fail "the image of the new container has no sh, which Docker's check of it needs behind a proxy of your \
own. Set hasShell: false beside the health command" || return 1
    [ "$(now)" -lt $give_up_at ] || fail "Docker's own check does not find the new container healthy" || return 1
    sleep 1
  done
  # Only where the old one answers until then.
  [ "$ORDER" = stop-first ] || sleep "$PROXY_DELAY"
}
lacks_sh() {
  can_leave "$NEW" && field "$NEW" '{{with .State.Health}}{{range .Log}}{{.Output}}{{end}}{{end}}' | grep -q 'exec: "sh": .*not found'
}

# Whether a container's check can be made to fail.
can_leave() {
  has_own_proxy && is_running "$1" || return 1
  case $(field "$1" '{{with .Config.Healthcheck}}{{.Test}}{{end}}') in *"$LEAVING_FILE"*) ;; *) return 1 ;; esac
}
# How long Docker may take to notice that it fails, or fails no more, in seconds. What is not set has Docker's own default.
notice_timeout() {
  field "$1" '{{with .Config.Healthcheck}}{{.Retries}} {{printf "%.0f %.0f" .Interval.Seconds .Timeout.Seconds}}{{end}}' |
    awk '{ print ($1 ? $1 : 3) * (($2 ? $2 : 30) + ($3 ? $3 : 30)) + 5 }'
}
# By nothing but sh, as its image may have nothing else.
write_leaving_file() { docker exec --user 0 "$1" sh -c 'printf %s "$2" >"$1"' sh "$LEAVING_FILE" "$2" >/dev/null 2>&1; }

# Has the proxy take a container out while that still answers. One that Docker never called healthy is in none.
leave_own_proxy() {
  can_leave "$1" && ! docker_calls "$1" starting || return 0
  write_leaving_file "$1" leaving && within "$(notice_timeout "$1")" docker_calls "$1" unhealthy || return 0
  sleep "$PROXY_DELAY"
}
# Takes that back, which a run that was killed may have begun.
stay() { ! can_leave "$1" || write_leaving_file "$1" '' || true; }
return_to_own_proxy() {
  stay "$1"
  ! can_leave "$1" || within "$(notice_timeout "$1")" docker_calls "$1" healthy || true
}
