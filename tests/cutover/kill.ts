/**
 * bash with a trap that sees each command of the script before it is run. Killed right before one that changes
 * something on the host, all are found by their text, the script has done the same as when it is killed anywhere after
 * the change before: so these few are all the states that a kill can leave.
 * @param at which change it does not come to, from 1; 0: none
 */
export function killedBefore(at: number): { name: string; before: string } {
  return {
    name: "bash",
    before: `
set -o posix -T
exec 8>&2
# Without a name, so that no kill can leave it behind.
changes=$(mktemp)
exec 7<>"$changes"
rm "$changes"
before_each() {
  case $1 in
  "quietly docker start"* | "tell docker "* | "docker kill"* | "in_edge sh"* | "in_edge rm"* | "docker rmi"* | \
    "docker exec --user 0"*)
    echo "changes: $1" >&8
    echo >&7
    [ "$(wc -l </proc/self/fd/7)" != ${at} ] || kill -9 $$ $BASHPID
    ;;
  esac
}
trap 'before_each "$BASH_COMMAND"' DEBUG`,
  };
}
