# shellcheck shell=sh
# `pulumi` in a shell of `slipway lab env`: the passphrase of the lab's stack is for it alone. Any other stack's is the
# shell's own, or asked for; so is that of a stack which is only being made, or made of this one. cli/project/lab-shell.ts
# puts a first line and the variables before it.
set -eu

give_passphrase() {
  PULUMI_CONFIG_PASSPHRASE=$PASSPHRASE
  export PULUMI_CONFIG_PASSPHRASE
}

# Whether the command line makes a stack, or hands on the secrets of one.
makes_stack() {
  for word in "$@"; do
    case $word in init | new | select | cp | rename | change-secrets-provider) return 0 ;; esac
  done
  return 1
}

# The stack that pulumi will work on, as its command line, PULUMI_STACK or the selection says.
stack_of() {
  stack=${PULUMI_STACK:-}
  before=''
  for word in "$@"; do
    case $before:$word in
      -s:* | --stack:*) stack=$word ;;
      *:--stack=*) stack=${word#--stack=} ;;
      *:-s?*) stack=${word#-s} stack=${stack#=} ;;
    esac
    before=$word
  done
  [ -n "$stack" ] || stack=$("$PROGRAM" stack --show-name 2>/dev/null) || true
  echo "$stack"
}

case ${PULUMI_BACKEND_URL:-}:$(pwd -P)/ in
  "$BACKEND:$PROJECT"/*)
    case $* in
      *"stack init $DEV_STACK" | *"stack init --stack $DEV_STACK") give_passphrase ;;
      *) makes_stack "$@" || case $(stack_of "$@") in "$DEV_STACK" | */"$DEV_STACK") give_passphrase ;; esac ;;
    esac
    ;;
esac
exec "$PROGRAM" "$@"
