import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

import { testLab } from "../lab.ts";
import { DockerBuild, IMAGE, text } from "./docker-build-fixture.ts";
import type { Resource } from "./plugin.ts";
import { isUnknown, type Props } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const INDEX = "docker-build:index:Index";
const PLATFORMS = ["linux/amd64", "linux/arm64"];

describe("the docker-build plugin and a registry", function () {
  this.timeout(INSTALL_TIMEOUT);
  let build: DockerBuild;
  let environment: Record<string, string>;
  let login: { address: string; username: string; password: string };
  let images = 0;

  before(async () => {
    ({ environment } = await testLab());
    // Without the lab's Docker configuration, so that only the inputs' login opens the registry.
    build = await DockerBuild.start({ ...environment, DOCKER_CONFIG: "/not-there" });
    login = {
      address: environment.SLIPWAY_LAB_REGISTRY ?? "",
      username: environment.SLIPWAY_LAB_REGISTRY_USER ?? "",
      password: environment.SLIPWAY_LAB_REGISTRY_PASSWORD ?? "",
    };
  });
  after(() => build.close());

  /** A repository of the registry that no other test uses. */
  const repository = () => `${login.address}/conformance-${process.pid}-${(images += 1)}`;

  /** Inputs of an image that nothing else makes; one file of its context is `file`. */
  function unique(inputs: Props = {}): Props & { context: { location: string }; tags: string[] } {
    const location = build.context({ Dockerfile: "FROM scratch\nCOPY file /\n", file: `${Math.random()}` });
    const common = { context: { location }, registries: [login], builder: { name: "slipway-lab" } };
    return { ...common, tags: [`${repository()}:1`], push: true, ...inputs };
  }

  async function create(inputs: Props): Promise<Resource> {
    return build.plugin.create(IMAGE, await build.checked(inputs));
  }

  /** What buildx says about a name in the registry; undefined when it does not find it. */
  function inspect(name: string): { mediaType: string; manifests?: { platform: object }[] } | undefined {
    const args = ["buildx", "imagetools", "inspect", "--raw", name];
    try {
      const found = execFileSync("docker", args, {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8",
      });
      return JSON.parse(found) as ReturnType<typeof inspect>;
    } catch (error) {
      assert.match((error as { stderr: string }).stderr, /not found/);
      return undefined;
    }
  }

  const lastWarning = () => build.plugin.logs.findLast(({ severity }) => severity === "warning")?.message;

  describe("when it creates an image", () => {
    it("pushes the tags and gives the digest, without attestations", async () => {
      const [one, two] = [`${repository()}:1`, `${repository()}:2`];
      const { id, state } = await create(unique({ tags: [one, two], platforms: PLATFORMS }));
      assert.match(text(state.digest), /^sha256:[0-9a-f]{64}$/);
      assert.equal(id, state.digest);
      assert.equal(state.ref, `${one}@${id}`);
      for (const name of [one, two, text(state.ref)]) {
        assert.deepEqual(
          inspect(name)?.manifests?.map(({ platform }) => Object.values(platform).reverse().join("/")),
          PLATFORMS,
        );
      }
    });

    it("pushes by a raw export too", async () => {
      const inputs = unique({ push: false, exports: [{ raw: "type=registry,oci-mediatypes=true" }] });
      const { state } = await create(inputs);
      assert.match(inspect(text(state.ref))?.mediaType ?? "", /oci/);
    });

    it("warns when there are no exports, and gives no digest", async () => {
      const { state } = await create(unique({ push: false, tags: ["not-pushed"] }));
      assert.deepEqual([state.digest, state.ref], ["", "not-pushed"]);
      assert.match(lastWarning() ?? "", /No exports were specified/);
    });

    it("fails without a login", async () => {
      await assert.rejects(create(unique({ registries: [] })), /denied|unauthorized|authorization/i);
    });
  });

  it("keeps the first build's id when it updates, and the digest when nothing changed", async () => {
    const inputs = unique();
    const image = await create(inputs);
    const same = await build.plugin.update(image, image.inputs);
    assert.equal(same.state.digest, image.state.digest);
    build.write(inputs.context.location, { file: "changed" });
    const changed = await build.plugin.update(image, image.inputs);
    assert.equal(changed.id, image.id);
    assert.notEqual(changed.state.digest, image.state.digest);
    assert.ok(inspect(text(changed.state.ref)));
  });

  it("builds in a preview without pushing, but writes caches", async () => {
    const cache = path.join(build.folder, "cache");
    const inputs = unique({
      push: false,
      exports: [{ raw: "type=registry" }],
      cacheTo: [{ local: { dest: cache } }],
    });
    const image = await build.built(inputs); // as if made by an earlier update
    const wanted = await build.checked(inputs);
    const before = { ...image, inputs: wanted, state: { ...image.state, buildOnPreview: true } };
    const { state } = await build.plugin.update(before, wanted, { preview: true });
    assert.match(text(state.digest), /^sha256:/);
    assert.equal(inspect(inputs.tags[0] ?? ""), undefined);
    assert.ok(existsSync(path.join(cache, "index.json")), "cache");
    assert.equal((await build.plugin.update(before, wanted)).state.digest, state.digest);
  });

  it("builds nothing in a preview where push is set", async () => {
    const { state } = await build.plugin.create(IMAGE, await build.checked(unique()), { preview: true });
    assert.ok(isUnknown(state.digest));
    assert.equal(lastWarning(), "Skipping preview build because some inputs are unknown.");
  });

  describe("when it refreshes", () => {
    it("keeps an image whose tags are there, moved ones too", async () => {
      const inputs = unique();
      const image = await create(inputs);
      build.write(inputs.context.location, { file: "moves the tag" });
      await create(inputs);
      const now = await build.plugin.read(image);
      assert.deepEqual([now.id, now.state], [image.id, image.state]);
    });

    it("gives up a tag that is gone, and the image when all are", async () => {
      const [one, two] = [`${repository()}:1`, `${repository()}:1`];
      const image = await create(unique({ tags: [one, two] }));
      await build.plugin.delete({ ...image, state: { ...image.state, tags: [one] } });
      const half = await build.plugin.read(image);
      assert.deepEqual([half.id, half.state.tags], [image.id, [two]]);
      assert.deepEqual((await build.plugin.diff(half, image.inputs)).diffs, ["tags"]);
      await build.plugin.delete({ ...image, state: { ...image.state, tags: [two] } });
      assert.equal((await build.plugin.read(image)).id, "");
    });

    it("changes nothing but warns when the registry refuses the login of the inputs", async () => {
      const image = await create(unique());
      const inputs = { ...image.inputs, registries: [{ ...login, password: "expired" }] };
      const now = await build.plugin.read({ ...image, inputs });
      assert.deepEqual([now.id, now.state], [image.id, image.state]);
      assert.match(
        lastWarning() ?? "",
        /^unable to verify image tags, leaving state unchanged: .*unauthorized/is,
      );
    });
  });

  describe("when it deletes an image", () => {
    it("deletes the manifest", async () => {
      const image = await create(unique({ platforms: PLATFORMS }));
      await build.plugin.delete(image);
      assert.equal(inspect(text(image.state.ref)), undefined);
    });

    it("passes over every error", async () => {
      const image = await create(unique());
      const registries = [{ ...login, password: "expired" }];
      await build.plugin.delete({ ...image, state: { ...image.state, registries } });
      assert.ok(inspect(text(image.state.ref)));
      await build.plugin.delete(image);
      await build.plugin.delete(image);
    });
  });

  it("joins images in an index, finds it, and deletes it", async () => {
    const repo = repository();
    const sources = await Promise.all(
      PLATFORMS.map(async (platform, i) => {
        const { state } = await create(unique({ tags: [`${repo}:${i}`], platforms: [platform] }));
        return text(state.ref);
      }),
    );
    const wanted = { tag: `${repo}:all`, sources, registry: login };
    const { inputs, failures } = await build.plugin.check(INDEX, wanted);
    assert.deepEqual(failures, []);
    const preview = await build.plugin.create(INDEX, inputs, { preview: true });
    assert.equal(inspect(wanted.tag), undefined);
    assert.equal(preview.state.tag, wanted.tag);

    const index = await build.plugin.create(INDEX, inputs);
    assert.match(text(index.state.ref), new RegExp(`^${wanted.tag}@sha256:[0-9a-f]{64}$`));
    assert.equal(inspect(text(index.state.ref))?.manifests?.length, 2);
    const read = await build.plugin.read(index);
    assert.deepEqual([read.id, read.state], [index.id, index.state]);
    await build.plugin.delete(index);
    assert.equal((await build.plugin.read(index)).id, "");

    const dry = await build.plugin.create(INDEX, { ...inputs, push: false });
    assert.equal(dry.state.ref, wanted.tag);
    assert.equal(inspect(wanted.tag), undefined);
  });

  describe("of which it has an index,", () => {
    let index: Resource;

    before(async () => {
      const { state } = await create(unique({ platforms: ["linux/amd64"] }));
      const wanted = { tag: `${repository()}:all`, sources: [text(state.ref)], registry: login };
      index = await build.plugin.create(INDEX, (await build.plugin.check(INDEX, wanted)).inputs);
    });

    it("changes nothing but warns when that refuses the login of the inputs", async () => {
      const inputs = { ...index.inputs, registry: { ...login, password: "expired" } };
      const now = await build.plugin.read({ ...index, inputs });
      assert.deepEqual([now.id, now.state.ref], [index.id, index.state.tag]);
      assert.equal(lastWarning(), "invalid credentials, skipping");
    });

    it("fails to refresh when that does not answer, where an image only warns", async () => {
      const nowhere = { tag: "127.0.0.1:1/none:all", registry: { ...login, address: "127.0.0.1:1" } };
      const moved = { ...index.inputs, ...nowhere };
      await assert.rejects(
        build.plugin.read({ ...index, inputs: moved, state: { ...index.state, ...nowhere } }),
        /fetching .*127\.0\.0\.1:1\/none:all.*refused/s,
      );
      const image = await create(unique());
      const tags = { tags: [nowhere.tag] };
      const lost = { ...image, inputs: { ...image.inputs, ...tags }, state: { ...image.state, ...tags } };
      assert.equal((await build.plugin.read(lost)).id, image.id);
      assert.match(lastWarning() ?? "", /unable to verify image tags/);
    });
  });
});
