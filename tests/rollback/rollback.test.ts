import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startMachine, stopMachine } from "../../lab/index.ts";
import { FaultFleet, entry, mode } from "../faults/harness/fleet.ts";
import { Host } from "../faults/harness/host.ts";
import { testLab } from "../lab.ts";
import { Load } from "../load/load.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const SERVICES = "tests/faults/fleet/services.ts";

describe("slipway rollback", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: FaultFleet;

  const slipway = (...args: string[]) => fleet.slipway(...args);
  const must = async (...args: string[]) => {
    const { code, stdout, text } = await slipway(...args);
    assert.equal(code, 0, text);
    return stdout;
  };
  const up = () => fleet.must("pulumi", "up", "--yes", "--skip-preview");
  /** What a plain preview would change, and what it says of web. */
  const preview = async () => {
    const text = await fleet.must("pulumi", "preview", "--non-interactive");
    const changes = text.split("\n").filter((line) => /^ +(\+|-|~|\+-) /.test(line));
    return { changes, said: /pinned to .*/.exec(text)?.[0] };
  };
  const pins = () => JSON.parse(readFileSync(pinsPath(), "utf8")) as Record<string, { digest?: string }>;
  const pinsPath = () => join(fleet.folder, "Pulumi.dev.pins.json");
  /** Runs work under load on web, which must not fail a request. */
  const underLoad = async (work: () => Promise<unknown>) => {
    const load = await Load.start(fleet.urls.web ?? "", 2, /^200 web v\d+/, 5);
    await work().catch(async (error: unknown) => {
      await load.stop();
      throw error;
    });
    const { failed, failures } = await load.stop();
    assert.equal(failed, 0, failures.join("\n"));
  };

  before(async () => {
    const { lab, environment } = await testLab();
    // As in GitHub Actions.
    fleet = new FaultFleet(
      "rollback",
      { ...environment, GITHUB_ACTIONS: "true", GITHUB_ACTOR: "ann" },
      new Host(lab),
    );
    await fleet.initStack("dev");
    const color = (name: string) => {
      writeFileSync(join(fleet.folder, "color.env"), `COLOR=${name}\n`);
      writeFileSync(join(fleet.folder, "color.txt"), `${name} it is\n`);
    };
    color("blue");
    const files = 'envFile: ["color.env"], configs: [{ file: "color.txt", target: "/etc/color" }]';
    for (const edits of [[], [entry(`version: "2.0.0", ${files}`)], []]) {
      fleet.release(...edits);
      await up();
    }
    color("red");
    assert.equal(await fleet.answer("web"), "web v3");
  });

  after(async () => {
    await fleet.destroy();
    rmSync(fleet.folder, { recursive: true });
  });

  it("says what it would do, and does nothing, with --dry-run", async () => {
    const answer = JSON.parse(await must("rollback", "web", "--dry-run", "--json")) as Record<string, object>;
    assert.deepEqual(Object.keys(answer), ["web"]);
    assert.equal((answer.web as { release: number }).release, 2);
    assert.match(await must("rollback", "web", "--dry-run"), /^web: would be pinned to sha256:/);
    assert.ok(!existsSync(pinsPath()));
    assert.equal(await fleet.answer("web"), "web v3");
  });

  it("goes back to what answered before, without a failed request, the registry and the builder down", async () => {
    const { lab } = fleet.host;
    await stopMachine(lab, "registry");
    await stopMachine(lab, "builder");
    try {
      await underLoad(() => must("rollback", "web"));
    } finally {
      await startMachine(lab, "registry", () => undefined);
      await startMachine(lab, "builder", () => undefined);
    }
    assert.equal(await fleet.answer("web"), "web v2");
    assert.match(
      await must("releases", "web", "--limit", "1"),
      /run by ann, GitHub.* web +rolled, pinned, live/,
    );
  });

  it("leaves nothing to do but what waits, and that is said", async () => {
    assert.deepEqual(await preview(), {
      changes: [],
      said: `pinned to ${pins().web?.digest?.slice(0, 19)} (update 2); newer source waits`,
    });
    assert.match(await must("pins"), /^web: pinned to .*; newer source waits$/m);
  });

  it("goes on to the one before that, out of the registry, when the host's images were pruned", async () => {
    await fleet.must("docker", "image", "prune", "--all", "--force");
    await underLoad(() => must("rollback", "web"));
    assert.equal(await fleet.answer("web"), "web v1");
    assert.deepEqual((await preview()).changes, []);
  });

  it("is not undone by an update that has lost the pin: neither plain, nor of that service alone", async () => {
    const kept = pins();
    rmSync(pinsPath());
    for (const args of [
      ["preview"],
      ["up", "--yes", "--skip-preview"],
      ["up", "--yes", "--skip-preview", "--target", "**::web"],
    ]) {
      const { code, text } = await fleet.run("pulumi", ...args, "--non-interactive");
      assert.notEqual(code, 0);
      assert.match(
        text,
        /Pulumi\.dev\.pins\.json\/web: the last update had it pinned to sha256:[0-9a-f]{64}, and the pin is gone\. /,
      );
    }
    assert.equal(await fleet.answer("web"), "web v1");
    // And comes back as it was.
    await must("pin", "web");
    assert.deepEqual(pins(), kept);
  });

  it("goes to a version, with its configuration: what its files said then", async () => {
    await must("rollback", "web", "--to", "2.0.0", "--with-config");
    assert.equal(await fleet.answer("web"), "web v2");
    const { web = "" } = await fleet.containers();
    const variables = await fleet.must("docker", "inspect", "--format", "{{.Config.Env}}", web);
    assert.match(variables, /COLOR=blue/);
    assert.equal(await fleet.must("docker", "exec", web, "cat", "/etc/color"), "blue it is\n");
    const { changes, said = "" } = await preview();
    assert.deepEqual(changes, []);
    assert.match(said, /newer source and configuration waits \(configs, environment, version\)$/);
  });

  it("fails for a release, a service and a configuration that are not there, and pins nothing", async () => {
    const before = readFileSync(pinsPath(), "utf8");
    const cases: [string[], RegExp][] = [
      [["web", "--to", "99"], /^web: no such release, got 99; see: slipway releases web$/m],
      [["wep"], /^unknown service "wep"; deployed: /m],
      [[], /^name services or pass --all, not both$/m],
    ];
    for (const [args, message] of cases) {
      const { code, text } = await slipway("rollback", ...args);
      assert.equal(code, 1, text);
      assert.match(text, message);
    }
    const source = readFileSync(join(fleet.folder, SERVICES), "utf8");
    // The release's entry is left to name a secret that is no more.
    const path = pinsPath();
    const broken = JSON.parse(before) as { web: { entry: object } };
    broken.web.entry = { ...broken.web.entry, secrets: { TOKEN: "gone" } };
    writeFileSync(path, JSON.stringify(broken));
    const { code, text } = await fleet.run("pulumi", "preview", "--non-interactive");
    assert.notEqual(code, 0);
    assert.match(
      text,
      /services\/web\/secrets\/TOKEN: unknown secret, got "gone"; .* \(from the entry in Pulumi\.dev\.pins\.json/,
    );
    writeFileSync(path, before);
    assert.equal(readFileSync(join(fleet.folder, SERVICES), "utf8"), source);
  });

  it("ends with unpin and an up: the newest source answers again", async () => {
    await must("unpin", "web");
    await underLoad(() => must("up"));
    assert.equal(await fleet.answer("web"), "web v3");
    assert.deepEqual(await preview(), { changes: [], said: undefined });
    assert.match((await slipway("pins")).text, /^nothing is pinned$/m);
  });

  it("takes back all that the last release rolled, with --all, and not what was only mended since", async () => {
    fleet.release();
    await up();
    const { host } = fleet;
    const caller = (await host.containers()).find(({ service }) => service === "caller");
    await host.run("docker", "rm", "--force", caller?.id ?? "");
    const mended = await slipway("up");
    assert.equal(mended.code, 0, mended.text);
    assert.match(mended.text, /^mends caller on lab-1: missing: /m);
    await must("rollback", "--all");
    assert.deepEqual(Object.keys(pins()), ["web"]);
    assert.equal(await fleet.answer("web"), "web v3");
  });

  it("leaves what answers where the roll back fails, and says so; once more leads to the same, not further", async () => {
    await must("unpin", "web");
    // Healthy by what services.ts says of it then, and not by what it says later.
    fleet.release(mode("sick"), ["services.ts", 'path: "/health"', 'path: "/"']);
    await up();
    fleet.release();
    await up();
    const { code, text } = await slipway("rollback", "web");
    assert.equal(code, 1, text);
    assert.match(text, /did not become healthy within 12 s/);
    assert.match(text, /^pulumi up failed.* web: pinned all the same.*: npx --no slipway unpin web$/m);
    assert.equal(await fleet.answer("web"), "web v6");
    const { digest } = pins().web ?? {};
    await underLoad(() => must("rollback", "web", "--with-config"));
    assert.equal(pins().web?.digest, digest);
    assert.equal(await fleet.answer("web"), "web v5");
  });

  it("keeps a volume's data when it goes back to a configuration without it, and forth again", async () => {
    // One of them as it was made before volumes had names and labels of ours.
    const plain = [
      ["name: `", 'name: volume === "old" ? undefined : `'],
      ["labels: labelInputs", 'labels: volume === "old" ? undefined : labelInputs'],
    ] as const;
    for (const [ours, none] of plain) fleet.edit("components/service/volume.ts", ours, none);
    fleet.release(entry('volumes: [{ source: "data", target: "/data" }, { source: "old", target: "/old" }]'));
    await slipway("unpin", "web");
    await up();
    for (const [ours, none] of plain) fleet.edit("components/service/volume.ts", none, ours);
    assert.deepEqual(await fleet.up(), {});

    const inWeb = async (...command: string[]) =>
      fleet.must("docker", "exec", "--user", "root", (await fleet.containers()).web ?? "", ...command);
    await inWeb("touch", "/data/kept");
    await must("rollback", "web", "--with-config");
    await assert.rejects(inWeb("ls", "/data"), /No such file/);
    await must("unpin", "web");
    await up();
    assert.equal((await inWeb("ls", "/data")).trim(), "kept");
  });
});
