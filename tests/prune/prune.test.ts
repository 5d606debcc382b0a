import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startMachine, stopMachine } from "../../lab/index.ts";
import type { Pruned } from "../../host/scripts/prune.ts";
import { type Edit, FaultFleet, mode } from "../faults/harness/fleet.ts";
import { Host } from "../faults/harness/host.ts";
import { testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** What `prune --json` prints. */
interface Answer {
  images: (Pruned & { host: string })[];
  bytesFreedAtMost: Record<string, number>;
  unreachable: string[];
}

/** Lets a fleet have these services only. */
function only(fleet: FaultFleet, ...names: string[]): void {
  const all = `import * as all from "./tests/faults/fleet/services.ts";\nexport const bases = all.bases;\n`;
  const services = `export const services = all.services.filter(({ name }) => ${JSON.stringify(names)}.includes(name));\n`;
  writeFileSync(join(fleet.folder, "services.ts"), all + services);
}

/** The range of addresses of a stack's network. */
async function rangeOf(stack: string, host: Host): Promise<string> {
  const filters = ["--filter", "label=slipway.project=slipway", "--filter", `label=slipway.stack=${stack}`];
  const id = (await host.run("docker", "network", "ls", "--quiet", ...filters)).trim();
  return (
    await host.run("docker", "network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", id)
  ).trim();
}

/**
 * Makes the guest's stack on a host that has another stack and strangers: what they have is found in a preview and before
 * an update does anything, and a network that none has is chosen.
 */
async function besideOthers(guest: FaultFleet, { host }: FaultFleet): Promise<void> {
  const taken = await rangeOf("dev", host);
  const image = ["--entrypoint", "sleep", host.lab.edgeImage, "1d"];
  const stranger = (await host.run("docker", "run", "--detach", "--publish", "8443:80", ...image)).trim();
  await guest.initStack("guest", { subnet: taken });
  const services = readFileSync(join(guest.folder, "services.ts"), "utf8");
  writeFileSync(
    join(guest.folder, "services.ts"),
    services.replace(
      "export const services = ",
      `const ports = [{ published: 8443, target: 1 }, { published: 22, target: 2 }];\nexport const services = `,
    ) + "services[0].ports = ports;\n",
  );
  guest.release();
  const before = (await host.containers()).length;
  for (const verb of [["preview"], ["up", "--yes", "--skip-preview"]]) {
    const { code, text } = await guest.run("pulumi", ...verb);
    assert.notEqual(code, 0, text);
    for (const line of [
      new RegExp(
        `Pulumi.guest.yaml/subnet: ${taken} overlaps with network lab-1-\\w+ \\(${taken}\\) on host lab-1`,
      ),
      /Pulumi.guest.yaml\/edgePort: port 80\/tcp of host lab-1 is taken by the edge of stack slipway\/dev\. To stand behind that edge: pulumi config set edge slipway\/dev/,
      /services\/web\/ports\/0: port 8443\/tcp of host lab-1 is taken by container \w+/,
      /services\/web\/ports\/1: port 22\/tcp of host lab-1 is taken by a process of user root/,
    ])
      assert.match(text, line);
    assert.doesNotMatch(text, /Pool overlaps|port is already allocated/);
  }
  assert.equal((await host.containers()).length, before);
  await host.run("docker", "rm", "--force", stranger);
  writeFileSync(join(guest.folder, "services.ts"), services);
  await guest.must("pulumi", "config", "set", "edgePort", "8080");
  await guest.must("pulumi", "config", "rm", "subnet");
}

describe("slipway prune", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: FaultFleet;
  let guest: FaultFleet;
  /** What each release of web was pulled as. */
  const refs: Record<string, string> = {};

  const up = (of = fleet) => of.run("pulumi", "up", "--yes", "--skip-preview");
  const release = async (of: FaultFleet, ...edits: readonly Edit[]) => {
    const version = of.release(...edits);
    const { code, text } = await up(of);
    assert.equal(code, 0, text);
    assert.equal(await of.answer("web"), `web ${version}`);
    refs[version] = (
      JSON.parse(await of.must("pulumi", "stack", "output", "digests", "--json")) as { web: string }
    ).web;
  };
  const prune = async (...args: string[]) => {
    const { code, stdout, text } = await fleet.slipway("prune", "--json", ...args);
    assert.equal(code, 0, text);
    return JSON.parse(stdout) as Answer;
  };
  /** Each image that is not simply one of the last releases: "web v1 removed". */
  const told = ({ images }: Answer) =>
    images
      .filter(({ outcome, why }) => outcome !== "kept" || why)
      .map(({ service, digest, outcome, why }) => {
        const [version = ""] = Object.entries(refs).find(([, ref]) => ref.endsWith(digest)) ?? [];
        return [
          service,
          version,
          outcome,
          why?.replace(/(\w+)-[0-9a-f]{8}\//, "$1/").replace(/[0-9a-f]{64}/, "…"),
        ]
          .filter(Boolean)
          .join(" ");
      })
      .sort();
  /** Every reference to an image that the host has. */
  const references = async () => {
    const ids = (await fleet.host.run("docker", "image", "ls", "--quiet", "--no-trunc")).trim().split("\n");
    const format = "{{range .RepoTags}}{{println .}}{{end}}{{range .RepoDigests}}{{println .}}{{end}}";
    const lines = await fleet.host.run("docker", "image", "inspect", "--format", format, ...new Set(ids));
    return lines.split("\n").filter(Boolean).sort();
  };
  /** What the failed release of web was pulled as. */
  const failedRef = async () => {
    const ids = ["docker", "image", "ls", "--quiet", "--filter", "reference=slipway/slipway-dev-*/web:0-*"];
    const id = (await fleet.host.run(...ids)).trim();
    return (
      await fleet.host.run("docker", "image", "inspect", "--format", "{{index .RepoDigests 0}}", id)
    ).trim();
  };
  const stranger = async (...command: string[]) => (await fleet.must("docker", ...command)).trim();

  before(async () => {
    const { lab, environment } = await testLab();
    const host = new Host(lab);
    // Other tests' stacks have had the same name, and a stack that is destroyed leaves its releases.
    await host.run("docker", "image", "prune", "--all", "--force");
    fleet = new FaultFleet("prune", environment, host);
    only(fleet, "web", "caller");
    await fleet.initStack("dev", { keepReleases: "2" });
    for (let count = 0; count < 3; count++) await release(fleet);

    guest = new FaultFleet("prune-guest", { ...environment, PULUMI_STACK: "guest" }, host);
    guest.urls.web = `http://${host.ip}:8080/`;
    only(guest, "web");
    await besideOthers(guest, fleet);
    const shared = refs.v2;
    await release(guest);
    assert.equal(refs.v2, shared, "another stack builds the same of the same sources");
    const range = await rangeOf("guest", host);
    assert.notEqual(range, await rangeOf("dev", host));
    // It stays, and nothing is found to be in its own way.
    assert.deepEqual(await guest.up(), {});
    assert.equal(await rangeOf("guest", host), range);
  });

  after(async () => {
    for (const each of [guest, fleet]) await each.destroy();
  });

  it("leaves nothing for it but what failed, was not rolled, or is no service any more", async () => {
    // Kept by the setting, not the default; and the guest's stays, whatever the other stack does.
    assert.ok(!(await references()).includes(refs.v1 ?? ""));
    const failed = fleet.release(mode("crashes"));
    assert.notEqual((await up()).code, 0);
    only(fleet, "web");
    await release(fleet);
    refs[failed] = await failedRef();
    // As an update that was killed before its cutover leaves it.
    await stranger("pull", "--quiet", refs.v1 ?? "");
    const before = await references();
    const answer = await prune("--dry-run");
    assert.deepEqual(told(answer), ["caller removed", "web v1 removed", "web v4 removed"]);
    assert.deepEqual(await references(), before);
  });

  it("keeps what a stranger's container is made from or has tagged, and removes exactly what it said", async () => {
    const caller = (await prune("--dry-run")).images.find(({ service }) => service === "caller");
    const image = caller?.image ?? "";
    const container = await stranger("create", image);
    const name = (await stranger("inspect", "--format", "{{.Name}}", container)).slice(1);
    await stranger("tag", refs.v4 ?? "", "backup:mine");
    const said = await prune("--dry-run");
    assert.deepEqual(told(said), [
      `caller kept used by ${name}`,
      "web v1 removed",
      "web v4 untagged tagged backup:mine",
    ]);
    const before = await references();
    const done = await prune();
    assert.deepEqual(done.images, said.images);
    const gone = before.filter(
      (reference) => reference === refs.v1 || /^slipway\/slipway-dev-\w+\/web:0-/.test(reference),
    );
    assert.equal(gone.length, 2);
    assert.deepEqual(
      await references(),
      before.filter((reference) => !gone.includes(reference)),
    );

    await stranger("rm", container);
    await stranger("rmi", "backup:mine");
    assert.deepEqual(told(await prune()), ["caller removed", "web v4 removed"]);
    assert.deepEqual(told(await prune()), []);
    const { stdout } = await fleet.slipway("prune");
    assert.match(stdout, /^lab-1 +web +\d +[0-9a-f]{12} +[\d.]+ MB +kept$/m);
    assert.match(stdout, /^lab-1: 0 removed, 0.0 KB at most/m);
    assert.equal(await guest.answer("web"), "web v2");
    assert.ok((await references()).includes(refs.v2 ?? ""));
  });

  it("leaves the way back, without a registry, and so does docker image prune", async () => {
    await fleet.host.run("docker", "image", "prune", "--force");
    const { lab } = fleet.host;
    await stopMachine(lab, "registry");
    try {
      const { code, text } = await fleet.slipway("rollback", "web");
      assert.equal(code, 0, text);
    } finally {
      await startMachine(lab, "registry", () => undefined);
    }
    assert.equal(await fleet.answer("web"), "web v3");
  });

  it("changes nothing in the stack when another number of releases is to be kept", async () => {
    await fleet.must("pulumi", "config", "set", "keepReleases", "1");
    const preview = await fleet.must("pulumi", "preview", "--non-interactive");
    assert.doesNotMatch(preview, /^ +(\+|-|~|\+-) /m);
    // What answers and, rolled back to it, one more.
    assert.deepEqual(told(await prune("--dry-run")), ["web v5 removed"]);
  });

  it("says what it cannot do: no such number, no such stack, a host that does not answer", async () => {
    await fleet.must("pulumi", "config", "set", "keepReleases", "0");
    const zero = await fleet.slipway("prune");
    assert.deepEqual([zero.code, zero.text], [1, 'keepReleases: not valid, got "0"; expected 1 to 100\n']);
    await fleet.must("pulumi", "config", "set", "keepReleases", "2");
    const none = await fleet.slipway("prune", "--stack", "nobody");
    assert.deepEqual([none.code, none.text], [1, "stack: cannot be read: no stack named 'nobody' found\n"]);
    await fleet.host.refusing("INPUT", 22, async () => {
      const { code, stdout, text } = await fleet.slipway("prune", "--json");
      assert.equal(code, 1, text);
      assert.equal((JSON.parse(stdout) as Answer).unreachable.length, 1);
    });
  });
});
