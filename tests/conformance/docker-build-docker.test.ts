import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

import { DockerBuild, IMAGE } from "./docker-build-fixture.ts";
import { failure } from "./command-fixture.ts";
import type { Props } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** What the plugin takes from Docker's configuration and the shell, whatever it builds: in previews too. */
describe("the docker-build plugin and the user's Docker", function () {
  this.timeout(INSTALL_TIMEOUT);
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slipway-docker-build-docker-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Starts it with a Docker configuration and variables of the shell. */
  async function withDocker<T>(
    config: object,
    env: Record<string, string>,
    use: (build: DockerBuild) => Promise<T>,
  ): Promise<T> {
    writeFileSync(path.join(folder, "config.json"), JSON.stringify(config));
    const build = await DockerBuild.start({ DOCKER_CONFIG: folder, DOCKER_BUILDKIT: "1", ...env });
    try {
      return await use(build);
    } finally {
      await build.close();
    }
  }

  /** Previews an image that a preview does not build. */
  async function preview(build: DockerBuild, inputs: Props = {}): Promise<void> {
    const here = { context: { location: build.context() }, buildOnPreview: false };
    const filled = await build.checked({ ...here, exports: [{ cacheonly: {} }], ...inputs });
    await build.plugin.create(IMAGE, filled, { preview: true });
  }

  it("fails with a credential store that is not installed; one registry's helper does not count", async () => {
    const missing = withDocker({ credsStore: "not-there" }, {}, preview);
    await assert.rejects(missing, /getting host: .*docker-credential-not-there.*not found/s);
    await withDocker({ credHelpers: { "registry.example.com": "not-there" } }, {}, preview);
  });

  it("fails with DOCKER_BUILDKIT=0", async () => {
    for (const [value, message] of [
      ["0", "buildkit is not supported on this host"],
      [
        "never",
        /^checking buildkit compatibility: DOCKER_BUILDKIT environment variable expects boolean value/,
      ],
    ] as const) {
      const said = await withDocker({}, { DOCKER_BUILDKIT: value }, (build) => failure(preview(build)));
      if (typeof message === "string") assert.equal(said, message);
      else assert.match(said, message);
    }
  });

  it("asks the user's engine for each image, unless DOCKER_BUILDKIT or an alias says what there is", async () => {
    let asked = 0;
    const engine = createServer((_, response) => {
      asked += 1;
      response.setHeader("Api-Version", "1.44").end("OK");
    }).listen(path.join(folder, "engine.sock"));
    await once(engine, "listening");
    try {
      const previews = async (config: object, env: Record<string, string>) => {
        asked = 0;
        await withDocker(config, { DOCKER_HOST: `unix://${folder}/engine.sock`, ...env }, async (build) => {
          await preview(build);
          await preview(build);
        });
        return asked;
      };
      assert.ok((await previews({}, { DOCKER_BUILDKIT: "" })) >= 2);
      assert.equal(await previews({}, {}), 0);
      assert.equal(await previews({ aliases: { builder: "buildx" } }, { DOCKER_BUILDKIT: "" }), 0);
    } finally {
      engine.close();
    }
  });

  it("warns of a cache that a build for several platforms writes, in a preview too, unless they are one word", async () => {
    const warnings = (env: Record<string, string>, inputs: Props) =>
      withDocker({}, { ACTIONS_RUNTIME_TOKEN: "", ...env }, async (build) => {
        await preview(build, inputs);
        return build.plugin.logs.filter(({ severity }) => severity === "warning").length;
      });
    const [platforms, both] = [["linux/amd64", "linux/arm64"], ["linux/amd64,linux/arm64"]];
    const cacheTo = [{ raw: "type=gha,scope=a" }];
    const actions = { ACTIONS_RUNTIME_TOKEN: "token", ACTIONS_CACHE_URL: "http://127.0.0.1:1/" };
    assert.equal(await warnings({}, { platforms, cacheTo }), 0);
    assert.equal(await warnings(actions, { platforms, cacheTo }), 1);
    assert.equal(await warnings(actions, { platforms: both, cacheTo }), 0);
    assert.equal(await warnings(actions, { platforms: ["linux/amd64"], cacheTo }), 0);
  });
});
