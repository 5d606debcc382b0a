#!/bin/sh
# dockerfile-ast 0.7.1: a tag is taken for part of the image's name where the registry has a port and a digest follows.
#
# `FROM registry.home:5000/tools/node:20@sha256:…` is what update tools write for an image of a private registry. With the
# same name on a registry without a port, or without the digest, getImageName() is "tools/node" and getImageTag() "20";
# with both the name is "tools/node:20" and the tag null. Who takes name and tag apart by these methods looks up another
# repository, and finds no tag to update.
# Slipway takes getImage(), the whole text, and parses it itself: model/image/reference.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" dockerfile-ast@0.7.1

cat >look.js <<'END'
const { DockerfileParser } = require("dockerfile-ast");
const digest = `sha256:${"a".repeat(64)}`;
for (const image of ["ghcr.io/a/node:20@", "registry.home:5000/a/node:20", "registry.home:5000/a/node:20@"]) {
  const [from] = DockerfileParser.parse(`FROM ${image.replace("@", `@${digest}`)}\n`).getFROMs();
  console.log(`${image}: registry ${from.getRegistry()}, name ${from.getImageName()}, tag ${from.getImageTag()}`);
}
END
node look.js >seen
cat seen

diff seen - <<'END'
ghcr.io/a/node:20@: registry ghcr.io, name a/node, tag 20
registry.home:5000/a/node:20: registry registry.home:5000, name a/node, tag 20
registry.home:5000/a/node:20@: registry registry.home:5000, name a/node:20, tag null
END
echo "as described"
