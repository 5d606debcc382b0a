#!/bin/sh
# dockerfile-ast 0.7.1: Copy.getFromFlag() gives the --from flag only where it is the instruction's one flag.
#
# `COPY --from=build --link a b` is what Docker's own documentation recommends, and the build takes its files from the
# stage. The parser's method for just that question answers null there, as it does with --chown, --chmod, --parents or
# --exclude beside it, in either order; getFlags() has both flags. Who looks for the images that a Dockerfile stands on
# by getFromFlag() misses one for each such line, in silence.
# Slipway reads getFlags() instead: model/image/dockerfile.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" dockerfile-ast@0.7.1

cat >look.js <<'END'
const { DockerfileParser } = require("dockerfile-ast");
for (const line of ["COPY --from=build a b", "COPY --from=build --link a b", "COPY --chown=1 --from=build a b"]) {
  const [copy] = DockerfileParser.parse(`FROM scratch\n${line}\n`).getCOPYs();
  const flags = copy.getFlags().map((flag) => `${flag.getName()}=${flag.getValue()}`);
  console.log(`${line}: getFromFlag ${copy.getFromFlag()?.getValue() ?? "null"}, getFlags ${flags.join(" ")}`);
}
END
node look.js >seen
cat seen

diff seen - <<'END'
COPY --from=build a b: getFromFlag build, getFlags from=build
COPY --from=build --link a b: getFromFlag null, getFlags from=build link=null
COPY --chown=1 --from=build a b: getFromFlag null, getFlags chown=1 from=build
END
echo "as described"
