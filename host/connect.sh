# shellcheck shell=sh
# Runs ssh with a text on standard input: `sh host/connect.sh ssh …`. Where the host's sshd turns it away, having too many
# connections just now, it is run again, up to five times within about half a minute: then nothing has begun there.
set -eu

# The dot keeps the last newline.
input=$(cat && echo .)
exec 3>&1
for pause in 1 2 4 8 16 0; do
  ended=$({
    code=0
    # ssh's exit code is the pipe's.
    printf %s "${input%.}" | "$@" 2>&1 >&3 3>&- || code=$?
    printf '\n%s' "$code"
  })
  code=${ended##*
}
  if [ "$code" != 255 ] || [ $pause = 0 ]; then break; fi
  case $ended in
  # Of its MaxStartups; of its MaxSessions, with the connection that was tried instead; of 9.8's penalties.
  *exchange_identification:* | *"open refused by peer"* | *MaxStartups* | *"Not allowed at this time"*) ;;
  *) break ;;
  esac
  # Many may have been turned away at once.
  sleep $((pause + $$ % 3))
done
case $code$ended in
255*exchange_identification:* | 255*"open refused by peer"* | 255*MaxStartups* | 255*"Not allowed at this time"*)
  ended="its sshd turns away so many connections; raise MaxStartups and MaxSessions in its sshd_config, or in your shell: export PULUMI_PARALLEL=4
$ended"
  ;;
esac
# Without the exit code.
ended=${ended%
*}
printf %s "$ended" >&2
exit "$code"
