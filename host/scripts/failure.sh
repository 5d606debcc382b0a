# shellcheck shell=sh
# What a cutover prints about a container that failed: a part of cutover.sh, which stands before it and uses its
# functions.

# State, last health checks and last log lines of a container, without secret values.
print_failure() { # id, what went wrong
  {
    say "$SERVICE: $2"
    say "state: $(field "$1" '{{.State.Status}}, exit code {{.State.ExitCode}}, out of memory {{.State.OOMKilled}}{{with .State.Error}}, {{.}}{{end}}')"
    health_log=$(field "$1" '{{if .State.Health}}{{range .State.Health.Log}}{{.Output}}{{end}}{{end}}')
    [ -z "$health_log" ] || say "health check: $health_log"
    say "its last log lines:"
    docker logs --tail 50 "$1" 2>&1 || true
  } | mask_secrets
}

# Hides the values that the environment variables named by SECRETS have in NEW.
mask_secrets() {
  values=$(field "$NEW" '{{range .Config.Env}}{{println .}}{{end}}' | while IFS= read -r line; do
    case " $SECRETS " in *" ${line%%=*} "*) printf '%s\n' "${line#*=}" ;; esac
  done)
  VALUES=$values awk 'BEGIN { n = split(ENVIRON["VALUES"], value, "\n") }
    { for (i = 1; i <= n; i++) if (value[i] != "") {
        done = ""
        while (at = index($0, value[i])) {
          done = done substr($0, 1, at - 1) "[secret]"
          $0 = substr($0, at + length(value[i]))
        }
        $0 = done $0
      }
      print }' 2>/dev/null || true
}
