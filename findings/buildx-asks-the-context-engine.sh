#!/bin/sh
# buildx 0.33.0: each call connects to the engine of the user's Docker context, whatever builder it is for.
#
# A builder of the driver "remote" is a BuildKit at a socket, and needs no Docker engine. To learn which of the proxies in
# Docker's configuration are for its builds, buildx asks Docker's client for its host's name, and that client first asks
# the engine which API it has. Where the context is a host by ssh (a home lab's usual `docker context use nas`), each
# build, each `inspect`, each `history logs` so makes an ssh connection of its own, to a machine that has no part in it. With
# DOCKER_CONTEXT=default it makes none. Slipway builds with that where its builders have names.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder/bin" go install github.com/docker/buildx/cmd/buildx@v0.33.0 2>/dev/null

# An ssh that writes down what it is asked for, and has no connection.
printf '#!/bin/sh\necho "ssh $*" >>%s/asked\nexit 255\n' "$folder" >bin/ssh
chmod +x bin/ssh
id=$(printf far | sha256sum | cut -d ' ' -f 1)
mkdir -p "docker/contexts/meta/$id"
echo '{"Name":"far","Metadata":{},"Endpoints":{"docker":{"Host":"ssh://me@nas.example","SkipTLSVerify":false}}}' \
  >"docker/contexts/meta/$id/meta.json"
echo '{"currentContext":"far"}' >docker/config.json
export DOCKER_CONFIG="$folder/docker" BUILDX_CONFIG="$folder/buildx" PATH="$folder/bin:$PATH"
unset DOCKER_HOST DOCKER_CONTEXT

buildx create --name apart --driver remote "unix://$folder/buildkitd.sock" >/dev/null 2>&1
for context in far default; do
  echo "context $context:"
  : >asked
  DOCKER_CONTEXT=$context buildx inspect apart | grep -E '^Driver: '
  sort -u asked | sed 's/-o [^ ]* //g'
done >seen
cat seen

diff seen - <<'EOF'
context far:
Driver:        remote
ssh -l me -T -- nas.example docker system dial-stdio
context default:
Driver:        remote
EOF
echo "as described"
