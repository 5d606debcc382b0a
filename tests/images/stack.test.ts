import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startMachine, stopMachine } from "../../lab/index.ts";
import { testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { BuildFleet } from "./fleet.ts";

describe("what is built, and when", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: BuildFleet;
  let first: Record<string, string>;
  const edit = (text: string) => {
    writeFileSync(join(fleet.folder, "tests/images/fleet/one/one"), text);
  };

  const layers = () =>
    fleet.stored().filter((path) => path.includes("/_layers/") || path.startsWith("blobs"));

  before(async () => {
    fleet = await BuildFleet.make("build", "dev");
    await fleet.stack("dev", "dev");
  });

  it("builds each image once, with labels that say what it holds", async () => {
    first = await fleet.digests("dev");
    assert.deepEqual(Object.keys(first).sort(), ["ground", "one", "two"]);
    assert.equal(fleet.builderCalls().length, 3);
    const index = await fleet.repository("dev/one").manifest(first.one ?? "");
    const { manifests } = JSON.parse(String(index?.body)) as { manifests: { digest: string }[] };
    assert.equal(manifests.length, 2);
    const labels = await fleet.must(
      ...(["docker", "inspect", "--format", "{{json .Config.Labels}}"] as const),
      (await fleet.containers()).one ?? "",
    );
    const { "org.opencontainers.image.revision": revision = "", ...rest } = JSON.parse(labels) as Record<
      string,
      string
    >;
    const ours = Object.entries(rest).filter(([key]) => key.startsWith("org.opencontainers"));
    assert.deepEqual(Object.fromEntries(ours), {
      "org.opencontainers.image.title": "one",
      "org.opencontainers.image.description": "The first",
      "org.opencontainers.image.version": "1.2.3",
      "org.opencontainers.image.created": "1980-01-01T00:00:00Z",
    });
    assert.equal(await fleet.repository("dev/one").digest(revision), first.one);
  });

  it("does nothing when nothing has changed: no builder call, nothing written to the registry", async () => {
    const stored = fleet.stored();
    assert.deepEqual(await fleet.up(), {});
    assert.deepEqual(fleet.builderCalls(), []);
    assert.deepEqual(fleet.stored(), stored);
  });

  it("previews what a change will do without builder, write credential or a change of any cache", async () => {
    await fleet.must("pulumi", "config", "rm", "registryToken");
    fleet.builder(false);
    const stored = fleet.stored();
    assert.deepEqual(await fleet.preview(), []);
    edit("another one");
    assert.deepEqual(await fleet.preview(), [
      "replace Container one",
      "update Command one",
      "update Image one",
    ]);
    assert.deepEqual(fleet.builderCalls(), []);
    assert.deepEqual(fleet.stored(), stored);
    edit("one\n");
    assert.deepEqual(await fleet.preview(), []);
    await fleet.setTokens("dev");
    fleet.builder(true);
  });

  it("builds what a file holds now, though its size and its time are as they were", async () => {
    edit("two\n");
    const { one = "" } = await fleet.digests("dev");
    assert.notEqual(one, first.one);
    const id = (await fleet.containers()).one ?? "";
    assert.match(await fleet.must("docker", "exec", id, "cat", "/one"), /^two$/m);
    edit("one\n");
    assert.deepEqual(await fleet.digests("dev"), first);
  });

  it("builds the same digests in another stack, and sends no layer twice", async () => {
    await fleet.stack("again", "dev");
    const stored = layers();
    assert.deepEqual(await fleet.digests("again"), first);
    assert.deepEqual(layers(), stored);
    await fleet.destroy("again");
  });

  it("rolls nothing and sends no layer when the shell names a Docker engine of its own", async () => {
    const before = { layers: layers(), containers: await fleet.containers() };
    // Another setting of the plugin's, which replaces it, and with it every image (docs/design.md).
    const up = fleet.start("pulumi", ["up", "--yes", "--skip-preview"], {
      DOCKER_HOST: "unix:///run/other.sock",
    });
    const { code, text } = await up.ended;
    assert.equal(code, 0, text);
    assert.match(text, /replaced/);
    assert.deepEqual({ layers: layers(), containers: await fleet.containers() }, before);
    assert.deepEqual(await fleet.digests("dev"), first);
    assert.deepEqual(await fleet.containers(), before.containers);
  });

  it("does by slipway up without what of the user's Docker would fail every build; plain pulumi names it", async () => {
    const docker = join(fleet.folder, "user's docker");
    cpSync((await testLab()).environment.DOCKER_CONFIG ?? "", docker, { recursive: true });
    const config = join(docker, "config.json");
    const own = JSON.parse(readFileSync(config, "utf8")) as object;
    writeFileSync(config, JSON.stringify({ ...own, credsStore: "not-there" }));
    // A context of this name is nowhere: the docker plugin would look for it in the place of the host.
    const shell = { DOCKER_CONFIG: docker, DOCKER_BUILDKIT: "0", DOCKER_CONTEXT: "not-there" };
    const plain = await fleet.start("pulumi", ["preview", "--non-interactive"], shell).ended;
    assert.notEqual(plain.code, 0);
    assert.match(plain.text, /DOCKER_BUILDKIT: without BuildKit nothing can be built, got "0"; unset it/);
    assert.match(
      plain.text,
      /docker: credential store not installed, got "not-there" in Docker's config.json/,
    );
    edit("built in spite of it");
    const { code, text } = await fleet.start(process.execPath, ["cli/slipway.mjs", "up"], shell).ended;
    assert.equal(code, 0, text);
    assert.match(text, /docker: done without its credential store "not-there", which is not installed/);
    const { one = "" } = await fleet.containers();
    assert.match(await fleet.must("docker", "exec", one, "cat", "/one"), /built in spite of it/);
    assert.match(text, /docker: done without DOCKER_CONTEXT, got "not-there"/);
    const left = readdirSync(join(fleet.folder, ".slipway/tmp"));
    assert.deepEqual(
      left.filter((name) => !name.includes("-uses-")),
      [],
    );
    edit("one\n");
    assert.deepEqual(await fleet.digests("dev"), first);
    fleet.builderCalls();
  });

  it("takes over the same digests in a promoting stack, without a builder", async () => {
    fleet.builderCalls();
    fleet.builder(false);
    await fleet.stack("live", "dev", { images: "promote" });
    const { one, two } = first;
    assert.deepEqual(await fleet.digests("live"), { one, two });
    assert.deepEqual(await fleet.preview("-s", "live"), []);
    assert.deepEqual(fleet.builderCalls(), []);
  });

  it("does without the registry in a promoting stack for what is deployed", async () => {
    const { lab } = await testLab();
    await stopMachine(lab, "registry");
    try {
      assert.deepEqual(await fleet.digests("live"), { one: first.one, two: first.two });
      edit("not deployed");
      const { code, text } = await fleet.run("pulumi", "preview", "-s", "live");
      assert.notEqual(code, 0);
      assert.match(text, /error: .*\/dev\/one: the registry cannot be used, got /);
      assert.doesNotMatch(text, /unhandled exception/);
    } finally {
      edit("one\n");
      await startMachine(lab, "registry", () => undefined);
    }
  });

  it("copies them into another registry with their digests, all at once or not at all", async () => {
    await fleet.stack("far", "far", { images: "promote", promoteFrom: fleet.repository("dev").name });
    const { one, two } = first;
    assert.deepEqual(await fleet.digests("far"), { one, two });
    for (const name of ["one", "two"]) {
      const copy = await fleet.repository(`far/${name}`).manifest(first[name] ?? "");
      const { manifests } = JSON.parse(String(copy?.body)) as { manifests: { digest: string }[] };
      for (const { digest } of manifests) assert.ok(await fleet.repository(`far/${name}`).manifest(digest));
    }
    assert.deepEqual(await fleet.preview("-s", "far"), []);
    await fleet.destroy("far");
    assert.equal(await fleet.repository("far/one").digest(one ?? ""), one);
    assert.deepEqual(fleet.builderCalls(), []);
  });

  it("fails to promote what is not built, says how to build it, and rolls nothing", async () => {
    edit("a new one");
    const preview = await fleet.run("pulumi", "preview", "-s", "live");
    assert.equal(preview.code, 0, preview.text);
    const missing = /services\/one: not built yet: no \S+\/one:[0-9a-f]{32}; .*npx --no slipway build one/;
    assert.match(preview.text, missing);
    const up = await fleet.run("pulumi", "up", "--yes", "--skip-preview", "-s", "live");
    assert.notEqual(up.code, 0);
    assert.match(up.text, missing);
    assert.doesNotMatch(up.text, /\n\s+at /);
    fleet.builder(true);
    const built = await fleet.slipway("build", "one");
    assert.equal(built.code, 0, built.text);
    assert.match(built.stdout, /\/dev\/one@sha256:[0-9a-f]{64}\n$/);
    const now = await fleet.digests("live");
    assert.equal(`${fleet.repository("dev/one").name}@${now.one}\n`, built.stdout);
    assert.equal((await fleet.digests("dev")).one, now.one);
  });

  it("never deletes an image from the registry that leaves the program", async () => {
    fleet.edit("tests/images/fleet/services.ts", 'name: "two"', 'name: "three"');
    const { three } = await fleet.digests("dev");
    assert.ok(three);
    assert.equal(await fleet.repository("dev/two").digest(first.two ?? ""), first.two);
    fleet.edit("tests/images/fleet/services.ts", 'name: "three"', 'name: "two"');
  });

  it("rolls nothing that is bigger than it may be, and says what grew since the last release", async () => {
    const budget = [
      'base: "ground", additionalContexts',
      'base: "ground", sizeBudget: "1 KB", additionalContexts',
    ] as const;
    fleet.edit("tests/images/fleet/services.ts", ...budget);
    const before = await fleet.containers();
    edit("bigger than before");
    const { code, text } = await fleet.run("pulumi", "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(
      text,
      /services\/one\/build\/sizeBudget: too big for linux\/amd64, got [\d.]+ MB; expected at most 1 KB/,
    );
    assert.deepEqual(await fleet.containers(), before);
    const sizes = await fleet.slipway("sizes", "one");
    const grown =
      /^one linux\/amd64: [\d.]+ MB, [+-][\d.]+ KB since the last release\n {2}\+ [\d.]+ KB COPY one/;
    assert.match(sizes.stdout, grown, sizes.text);
    fleet.edit("tests/images/fleet/services.ts", budget[1], budget[0]);
    await fleet.digests("dev");
    assert.deepEqual(await fleet.up(), {});
  });

  it("builds a Dockerfile that stands in services.ts, without a folder", async () => {
    const entry = `{ name: "bare", build: { dockerfileInline: "FROM ground\\nRUN touch /bare\\n", base: "ground" } },\n`;
    const services = "export const services: Service[] = [\n";
    fleet.edit("tests/images/fleet/services.ts", services, services + entry);
    const { code, stdout, text } = await fleet.slipway("build", "bare");
    assert.equal(code, 0, text);
    assert.match(stdout, /\/dev\/bare@sha256:[0-9a-f]{64}\n$/);
    assert.doesNotMatch(text, /dockerignore/);
    assert.ok((await fleet.preview()).includes("create Image bare"));
    fleet.edit("tests/images/fleet/services.ts", entry, "");
  });

  it("builds without the registry, for one platform, without the cache", async () => {
    const stored = fleet.stored();
    fleet.builderCalls();
    const flags = ["--no-push", "--no-cache", "--platform", "linux/amd64"];
    const { code, stdout, text } = await fleet.slipway("build", "two", ...flags);
    assert.equal(code, 0, text);
    assert.match(stdout, /^oci-layout:\/\/\.slipway\/build\/two-([0-9a-f]{32}):\1@sha256:[0-9a-f]{64}\n$/);
    assert.deepEqual(fleet.stored(), stored);
    const calls = fleet.builderCalls();
    assert.equal(calls.length, 2); // the base, which is not there for one platform alone
    for (const call of calls) assert.match(call, /--platform linux\/amd64 .*--no-cache/);
    assert.match(
      (await fleet.slipway("build", "four")).text,
      /unknown service, got four; expected ground, one, two/,
    );
  });

  after(() => fleet.remove());
});
