#!/bin/sh
# @pulumi/pulumi 3.230.0: the Automation API's language server answers twice when an inline program fails.
#
# LanguageServer.run ends a failed program with callback(error), and then goes on to callback(undefined, response), as it does
# after one that did well. gRPC has one answer to a call: after some errors users see a "cardinality violation" besides
# the program's own, which says nothing of what went wrong.
# A monitor and an engine stand here for Pulumi's, so that nothing but the SDK is run.
# Slipway hands on the first answer only: cli/deploy/inline-program.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" @pulumi/pulumi@3.230.0

cat >answers.js <<'END'
const grpc = require("@grpc/grpc-js");
const { LanguageServer } = require("@pulumi/pulumi/automation/server");
const language = require("@pulumi/pulumi/proto/language_pb");
const resource = require("@pulumi/pulumi/proto/resource_pb");
const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb");
const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb");
const engine = require("@pulumi/pulumi/proto/engine_pb");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb");

const server = new grpc.Server();
server.addService(ResourceMonitorService, {
  supportsFeature: (_, done) => done(null, new resource.SupportsFeatureResponse()),
  registerResource: (call, done) => {
    const answer = new resource.RegisterResourceResponse();
    answer.setUrn(`urn:pulumi:dev::fleet::${call.request.getType()}::${call.request.getName()}`);
    done(null, answer);
  },
  registerResourceOutputs: (_, done) => done(null, new Empty()),
  signalAndWaitForShutdown: (_, done) => done(null, new Empty()),
});
server.addService(EngineService, {
  log: (_, done) => done(null, new Empty()),
  getRootResource: (_, done) => done(null, new engine.GetRootResourceResponse()),
  setRootResource: (_, done) => done(null, new engine.SetRootResourceResponse()),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), async (_, port) => {
  for (const [name, program] of [
    ["a program that does well", async () => ({})],
    ["a program that fails", async () => { throw new Error("the host is gone"); }],
  ]) {
    const request = new language.RunRequest();
    request.setProject("fleet");
    request.setStack("dev");
    request.setMonitorAddress(`127.0.0.1:${port}`);
    request.setArgsList([`127.0.0.1:${port}`]);
    const answers = [];
    await new LanguageServer(program).run({ request }, (error) => answers.push(error ? "an error" : "a response"));
    console.log(`${name}: ${answers.join(", then ")}`);
  }
  process.exit();
});
END
node answers.js >seen 2>errors || { cat errors; exit 1; }
cat seen

diff seen - <<'END'
a program that does well: a response
a program that fails: an error, then a response
END
echo "as described"
