import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { powerOn } from "../../lab/machine.ts";
import { specification } from "../../lab/machines.ts";
import { rootfs } from "../../lab/rootfs.ts";
import { testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { BuildFleet } from "./fleet.ts";
import { differences } from "./layers.ts";

const architecture = process.arch === "arm64" ? "arm64" : "amd64";

/** What `slipway build` prints: where each image is, by name. */
function digests(printed: string): Record<string, string> {
  const lines = printed.trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => /([^/]+)@(sha256:.+)$/.exec(line)?.slice(1) as [string, string]),
  );
}

/** Starts a BuildKit that knows nothing of the lab's own; goes when the lab does. */
async function secondBuilder(): Promise<string> {
  const { lab } = await testLab();
  const report = () => undefined;
  const first = await specification(lab, "builder", report);
  const folder = `${first.folder}-2`;
  const outside = { "/var/lib/buildkit": join(folder, "data"), "/run/slipway": join(folder, "run") };
  for (const path of Object.values(outside)) await mkdir(path, { recursive: true });
  const mounts = first.mounts.map(([from, to]): [string, string] => [
    Object.entries(outside).find(([inside]) => inside === to)?.[1] ?? from,
    to,
  ]);
  await powerOn({ ...first, name: "builder-2", folder, mounts }, await rootfs(report));
  return `unix://${outside["/run/slipway"]}/buildkitd.sock`;
}

describe("a build from nothing", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: BuildFleet;
  const prune = () => fleet.must("docker-buildx", "prune", "--all", "--force");
  /** The builds' digests, which differ in nothing from those before, or the files that differ. */
  const assertSame = async (before: Record<string, string>, now: Record<string, string>, folder: string) => {
    assert.deepEqual(Object.keys(now), Object.keys(before));
    for (const [name, digest] of Object.entries(now)) {
      const found = await differences(fleet.repository(`${folder}/${name}`), before[name] ?? "", digest);
      assert.deepEqual(found, [], name);
    }
    // Not only what is in the layers, but the images' own settings, and how the layers are packed.
    assert.deepEqual(now, before);
  };

  before(async () => {
    fleet = await BuildFleet.make("reproducible", "reproducible", "sample");
    await fleet.stack("reproducible", "reproducible", {
      ...{ edge: "true", edgeImage: "lab" },
      // Emulation would make this four times as long; no step of these builds differs by platform.
      platforms: `linux/${architecture}`,
    });
  });

  after(() => fleet.remove());

  it("gives the sample fleet the same layers and the same digests, with nothing cached and on another BuildKit", async () => {
    const build = async (environment = {}) => {
      const { code, stdout, text } = await fleet.start("npx", ["slipway", "build", "--no-cache"], environment)
        .ended;
      assert.equal(code, 0, text);
      return digests(stdout);
    };
    await prune();
    const first = await build();
    assert.deepEqual(Object.keys(first).sort(), ["api", "python-base", "store", "web", "worker"]);
    await prune();
    await assertSame(first, await build(), "reproducible");
    const create = ["create", "--name", "second", "--driver", "remote", await secondBuilder()];
    await fleet.must("docker-buildx", ...create);
    // The variable is what the setting "lab" means.
    await assertSame(first, await build({ BUILDX_BUILDER: "second" }), "reproducible");
  });

  it("gives another page another time, however it came into the image, the same one the same, and packages theirs", async () => {
    const site = "services/site";
    const dockerfile = [
      "FROM python-base AS built",
      "WORKDIR /out",
      "COPY page page",
      'RUN ["sh", "-c", "cp page built.html"]',
      "FROM python-base",
      "USER root",
      "WORKDIR /site",
      "COPY page copied.html",
      "COPY --from=built /out/built.html from.html",
      "COPY own.py .",
      'RUN ["python3", "-m", "compileall", "-q", "own.py"]',
      'CMD ["python3", "-m", "http.server", "8000"]',
    ];
    fleet.edit(
      "services.ts",
      "services: Service[] = [",
      'services: Service[] = [{ name: "site", build: { base: "python-base" } },',
    );
    await mkdir(join(fleet.folder, site), { recursive: true });
    const write = (lines: readonly string[]) =>
      writeFile(join(fleet.folder, site, "Dockerfile"), lines.join("\n"));
    await write(dockerfile);
    await writeFile(join(fleet.folder, site, "own.py"), "A = 1\n");
    const build = async (page: string, ...flags: string[]) => {
      await writeFile(join(fleet.folder, site, "page"), page);
      return digests(await fleet.must("npx", "slipway", "build", ...flags, "site")).site ?? "";
    };
    const repository = fleet.repository("reproducible/site");
    const pages = ["<script src=/a.3f9c1e.js>", "<script src=/a.77b0d2.js>"];
    const [one, other] = [await build(pages[0] ?? ""), await build(pages[1] ?? "")];
    const found = await differences(repository, one, other);
    for (const page of ["copied", "from"])
      assert.ok(
        found.some((line) => line.endsWith(`site/${page}.html: time, content`)),
        found.join("\n"),
      );
    assert.equal(await build(pages[0] ?? "", "--no-cache"), one);
    await prune();
    assert.deepEqual(await differences(repository, other, await build(pages[1] ?? "")), []);
    // What servers make ETag and Last-Modified of; and the compiled modules that Python does not take for valid: a
    // module names its source's time and size, or its hash.
    const ask = [
      "import importlib.util, json, os, redis, struct",
      "def valid(source):",
      "    flags, time, size = struct.unpack('<III', open(importlib.util.cache_from_source(source), 'rb').read(16)[4:])",
      "    stat = os.stat(source)",
      "    return bool(flags) or (time, size) == (int(stat.st_mtime), stat.st_size)",
      "times = {file: os.stat(file).st_mtime for file in ['copied.html', 'from.html']}",
      "print(json.dumps({**times, 'stale': [f for f in ['own.py', redis.__file__] if not valid(f)]}))",
    ].join("\n");
    const told = await Promise.all(
      [one, other].map(async (digest) => {
        const run = ["docker", "run", "--rm", `${repository.name}@${digest}`, "python3", "-c", ask] as const;
        return JSON.parse(await fleet.must(...run)) as Record<string, unknown>;
      }),
    );
    for (const { stale } of told) assert.deepEqual(stale, []);
    const [times = {}, others = {}] = told;
    for (const page of ["copied.html", "from.html"]) assert.notEqual(times[page], others[page]);
    // With installed packages before them, whose layer must not travel with each page.
    const install = "RUN mkdir /installed && echo x >/installed/x";
    await write(dockerfile.flatMap((line) => (line === "USER root" ? [line, install] : [line])));
    const beside = await differences(repository, await build(pages[0] ?? ""), await build(pages[1] ?? ""));
    assert.deepEqual(beside.map((line) => line.replace(/^.* layer \d+: /, "")).sort(), [
      "site/copied.html: time, content",
      "site/from.html: content",
    ]);
  });

  it("names the file that is not the same again", async () => {
    await writeFile(
      join(fleet.folder, "services/store/Dockerfile"),
      ["FROM debian:bookworm-slim", "RUN date +%s%N >/etc/built && touch /etc/empty"].join("\n"),
    );
    const build = async () =>
      digests(await fleet.must("npx", "slipway", "build", "--no-cache", "store")).store ?? "";
    const [one, other] = [await build(), await build()];
    const found = await differences(fleet.repository("reproducible/store"), one, other);
    assert.deepEqual(found, [`${architecture} layer 1: etc/built: content`]);
  });
});
