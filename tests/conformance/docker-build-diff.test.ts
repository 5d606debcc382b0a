import assert from "node:assert/strict";

import { DockerBuild, IMAGE } from "./docker-build-fixture.ts";
import { isUnknown, type Props, UNKNOWN } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const TAG = "registry.example.com/web:1";
const LOGIN = { address: "registry.example.com", username: "ci", password: "one" };

/** Another value for each input whose change builds again. */
const CHANGES: Props = {
  addHosts: ["a:10.0.0.1"],
  buildArgs: { a: "b" },
  buildOnPreview: true,
  builder: { name: "a" },
  cacheFrom: [{ registry: { ref: "a" } }],
  cacheTo: [{ registry: { ref: "a" } }],
  context: { location: ".", named: { base: { location: "docker-image://scratch" } } },
  dockerfile: { inline: "FROM scratch\nLABEL a=b" },
  exports: [{ cacheonly: {} }],
  labels: { a: "b" },
  load: true,
  network: "none",
  noCache: true,
  platforms: ["linux/arm64"],
  pull: true,
  push: true,
  registries: [LOGIN],
  secrets: { a: "b" },
  ssh: [{ id: "default" }],
  tags: ["registry.example.com/web:2"],
  target: "a",
};

describe("the docker-build plugin", function () {
  this.timeout(INSTALL_TIMEOUT);
  let build: DockerBuild;

  before(async () => {
    build = await DockerBuild.start();
  });
  after(() => build.close());

  describe("on a change", () => {
    /** What differs between two images that have these inputs beside what every image here has. */
    async function diffs(olds: Props, news: Props): Promise<string[]> {
      const both = { tags: [TAG], context: { location: "." }, dockerfile: { inline: "FROM scratch" } };
      const image = await build.built({ ...both, ...olds });
      const wanted = await build.checked({ ...both, buildOnPreview: false, ...news });
      const { changes, diffs, replaces } = await build.plugin.diff(image, wanted);
      assert.deepEqual(replaces, []);
      assert.equal(changes, diffs.length > 0 ? "some" : "none");
      return diffs;
    }

    for (const [name, value] of Object.entries(CHANGES)) {
      it(`of ${name} builds again, in place`, async () => {
        assert.deepEqual(await diffs({}, { [name]: value }), [name]);
      });
    }

    it("of a password does nothing, of a user name builds", async () => {
      const [password, username] = [
        { ...LOGIN, password: "two" },
        { ...LOGIN, username: "someone" },
      ];
      assert.deepEqual(await diffs({ registries: [LOGIN] }, { registries: [password] }), []);
      assert.deepEqual(await diffs({ registries: [LOGIN] }, { registries: [username] }), ["registries"]);
    });

    it("of a secret named in ignoreSecretsInDiffCalculation does nothing", async () => {
      const olds = { ignoreSecretsInDiffCalculation: ["token"], secrets: { token: "one", key: "one" } };
      assert.deepEqual(await diffs(olds, { ...olds, secrets: { token: "two", key: "one" } }), []);
      assert.deepEqual(await diffs(olds, { ...olds, secrets: { token: "two", key: "two" } }), ["secrets"]);
      assert.deepEqual(await diffs(olds, { ...olds, secrets: { key: "one" } }), ["secrets"]);
    });

    it("of the platforms' order builds", async () => {
      const [amd64, arm64] = ["linux/amd64", "linux/arm64"];
      const changed = await diffs({ platforms: [amd64, arm64] }, { platforms: [arm64, amd64] });
      assert.deepEqual(changed, ["platforms"]);
    });

    it("or none builds with pull and an export", async () => {
      const exported = { pull: true, exports: [{ raw: "type=registry" }] };
      assert.deepEqual(await diffs(exported, exported), ["contextHash"]);
      assert.deepEqual(await diffs({ pull: true }, { pull: true }), []);
    });

    it("or none builds when the files of a local export are not there", async () => {
      const exported = { exports: [{ local: { dest: "not-there" } }] };
      assert.deepEqual(await diffs(exported, exported), ["exports"]);
    });

    it("of any setting of the provider replaces it, and with it every image", async () => {
      const olds = { host: "", registries: [LOGIN] };
      for (const [name, value] of [
        ["host", "ssh://build"],
        ["registries", [{ ...LOGIN, password: "two" }]],
      ] as const) {
        const { changes, replaces } = await build.plugin.diffConfig(olds, { ...olds, [name]: value });
        assert.equal(changes, "some");
        assert.ok(
          replaces.every((property) => property.startsWith(name)) && replaces.length > 0,
          replaces.join(),
        );
      }
      assert.equal((await build.plugin.diffConfig(olds, olds)).changes, "none");
    });
  });

  describe("in a preview", () => {
    it("knows an empty digest and a ref without digest when only files changed", async () => {
      const location = build.context();
      const image = await build.built({ tags: [TAG], context: { location } });
      build.write(location, { file: "" });
      const { state } = await build.plugin.update(image, image.inputs, { preview: true });
      assert.equal(state.digest, "");
      assert.equal(state.ref, TAG);
      assert.ok(!isUnknown(state.contextHash));
      assert.notEqual(state.contextHash, image.state.contextHash);
    });

    it("does not know the outputs when an input changed, a password too", async () => {
      const context = { location: build.context() };
      const inputs = { tags: [TAG], labels: { a: "a" }, registries: [LOGIN], buildOnPreview: false, context };
      const image = await build.built(inputs);
      for (const change of [{ labels: { a: "b" } }, { registries: [{ ...LOGIN, password: "two" }] }]) {
        const news = await build.checked({ ...inputs, ...change });
        const { state } = await build.plugin.update(image, news, { preview: true });
        for (const name of ["digest", "ref", "contextHash"]) assert.ok(isUnknown(state[name]), name);
      }
    });

    it("builds by default, but not, with a warning, when an input is unknown", async () => {
      const inputs = await build.checked({ context: { location: build.context() }, tags: [UNKNOWN] });
      assert.equal(inputs.buildOnPreview, true);
      await build.plugin.create(IMAGE, inputs, { preview: true });
      const warnings = build.plugin.logs.filter(({ severity }) => severity === "warning");
      assert.equal(warnings.at(-1)?.message, "Skipping preview build because some inputs are unknown.");
    });
  });
});
