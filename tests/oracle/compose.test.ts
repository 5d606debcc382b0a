import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Compose } from "../../cli/compose/config.ts";
import { allowedBy } from "../../model/compose/differences.ts";
import { Fleet } from "../e2e/fleet.ts";
import { paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { install } from "../../toolchain/install.ts";
import { FILES, type OracleFile, readOracleFiles } from "./files.ts";
import { startable } from "./for-lab.ts";
import { type Side, composeSide, oneCatalogue, secretValues, slipwaySide } from "./sides.ts";

// `npm run oracle -- zammad n8n` compares these files alone.
const wanted = (process.env.ORACLE_FILES ?? "").split(" ").filter(Boolean);

describe("containers of an import, and those that Compose makes of the same files", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;
  let files: OracleFile[];
  let compose: Side;
  let slipway: Side;

  before(async () => {
    const { lab, environment } = await testLab();
    // The lock of the lab's base images is other tests' too.
    const { SLIPWAY_LAB_MIRROR: mirror, ...others } = environment;
    fleet = new Fleet(`${paths.own}/oracle`, { ...others, PULUMI_STACK: "oracle" }, "022");
    const image = `${lab.registry}/oracle/stay:1`;
    const base = `BUSYBOX=${mirror ?? "docker.io"}/library/busybox:1.36.1`;
    const build = ["--tag", image, "--build-arg", base, join(fleet.folder, "tests/oracle/image")];
    await fleet.must("env", "DOCKER_BUILDKIT=0", "docker", "build", "--quiet", ...build);
    await fleet.must("docker", "push", "--quiet", image);
    await prepareHost(image);
    const { "docker-compose": program } = await install(["docker-compose"], (line) => {
      process.stdout.write(`${line}\n`);
    });
    const made: Compose = { command: [program], version: "" };
    files = await readOracleFiles(made, image, wanted);
    const { services, ...shared } = oneCatalogue(files);
    const declare = (some: typeof services) => {
      writeFileSync(
        join(fleet.folder, "services.ts"),
        `export default ${JSON.stringify({ services: some, ...shared }, null, 1)};\n`,
      );
    };
    compose = await composeSide(fleet, made, files);
    writeFileSync(join(fleet.folder, "slipway.lock.json"), "{}\n");
    declare(startable(services));
    await fleet.initStack("oracle");
    const secrets = Object.entries(secretValues(files)).flatMap(([name, value]) => [
      "--secret",
      `secrets:${name}=${value}`,
    ]);
    if (secrets.length) await fleet.must("pulumi", "config", "set-all", ...secrets);
    const locked = await fleet.slipway("lock");
    assert.equal(locked.code, 0, locked.text);
    await fleet.up();
    assert.deepEqual(await fleet.up(), {});
    declare(services);
    // Made, and not started.
    const { text } = await fleet.run("pulumi", "up", "--yes", "--skip-preview");
    process.stdout.write(text.slice(-6000));
    slipway = await slipwaySide(fleet, files);
  });
  after(async () => {
    await fleet.destroy();
    rmSync(fleet.folder, { recursive: true });
  });

  /** What the files name and do not bring: external networks and volumes, paths of the host, their own folder. */
  async function prepareHost(image: string): Promise<void> {
    for (const network of ["caddy", "proxy", "web_proxy", "edge"])
      await fleet.must("docker", "network", "create", network);
    await fleet.must("docker", "volume", "create", "legacy_data");
    const run = ["run", "--detach", "--volume", "/:/host", image];
    const helper = (await fleet.must("docker", ...run)).trim();
    await fleet.must("docker", "exec", helper, "mkdir", "-p", `/host${FILES}`, "/host/srv/strict");
    await fleet.must("docker", "cp", `${FILES}/.`, `${helper}:/host${FILES}`);
    await fleet.must("docker", "rm", "--force", helper);
  }

  it("are the same services", () => {
    assert.deepEqual([...slipway.keys()].sort(), [...compose.keys()].sort());
  });

  it("differ in docker inspect only where docs/reference/compose.md says so", () => {
    const differences = [...compose].flatMap(([service, ofCompose]) => {
      const ofSlipway = slipway.get(service) ?? new Map<string, string>();
      return [...new Set([...ofCompose.keys(), ...ofSlipway.keys()])].flatMap((place) => {
        const [one, other] = [ofCompose.get(place), ofSlipway.get(place)];
        if (one === other || allowedBy(place, one, other)) return [];
        return `${service} ${place}: Compose ${one ?? "nothing"}, Slipway ${other ?? "nothing"}`;
      });
    });
    assert.deepEqual(differences, []);
  });
});
