import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Compose } from "../../cli/compose/config.ts";
import type { Declared } from "../../model/catalogue/declared.ts";
import { install } from "../../toolchain/install.ts";
import { Fleet } from "../e2e/fleet.ts";
import { paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { oneCatalogue, secretValues } from "./catalogue.ts";
import { type Comparison, type Side, compare } from "./compare.ts";
import { FILES, readOracleFiles } from "./files.ts";
import { STAND_INS, neverStarted } from "./for-lab.ts";
import { composeSide, slipwaySide } from "./sides.ts";

// What `npm test` has time for; `npm run oracle` sets "all", and `npm run oracle -- zammad n8n` these.
const { ORACLE_FILES = "hardened limits logs names volumes" } = process.env;
const whole = ORACLE_FILES === "all";
const wanted = whole ? [] : ORACLE_FILES.split(" ");
const EXTERNAL_NETWORKS = ["caddy", "proxy", "web_proxy", "edge"];
const print = (line: string) => {
  process.stdout.write(`      ${line}\n`);
};

describe("containers of an import, and those that Compose makes of the same files", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;
  let compose: Side;
  let slipway: Side;
  let result: Comparison;

  before(async () => {
    const { lab, environment } = await testLab();
    // The lock of the lab's base images is other tests' too.
    const { SLIPWAY_LAB_MIRROR: mirror, ...others } = environment;
    fleet = new Fleet(`${paths.own}/oracle`, { ...others, PULUMI_STACK: "oracle" }, "022");
    const image = `${lab.registry}/oracle/stay:1`;
    await makeImage(image, mirror ?? "docker.io");
    await prepareHost(image);
    const { "docker-compose": program } = await install(["docker-compose"], print);
    const made: Compose = { command: [program], version: "" };
    const files = await readOracleFiles(made, image, wanted);
    for (const { what } of STAND_INS) print(`stands in for what the lab has not: ${what}`);
    compose = await timed("docker compose create", () => composeSide(fleet, made, files));
    const catalogue = oneCatalogue(files);
    const unstarted = neverStarted(catalogue.services);
    print(`made, not started, on both sides: ${[...unstarted].join(", ")}`);
    await prepareStack(catalogue, secretValues(files));
    const withoutCutover = [...unstarted].flatMap((name) => [
      "--exclude",
      `**command:local:Command::${name}`,
    ]);
    await timed("pulumi up", () => fleet.up(...withoutCutover));
    assert.deepEqual(await fleet.up(...withoutCutover), {});
    slipway = await slipwaySide(fleet, files);
    result = compare(compose, slipway);
    print(`${files.length} files, ${compose.size} containers, ${result.count} values compared`);
  });
  after(async () => {
    await fleet.destroy();
    await fleet.must("docker", "network", "rm", ...EXTERNAL_NETWORKS);
    const { lab } = await testLab();
    const images = await fleet.must("docker", "image", "ls", "--quiet", `${lab.registry}/oracle/stay`);
    await fleet.must("docker", "image", "rm", "--force", ...new Set(images.trim().split("\n")));
    rmSync(fleet.folder, { recursive: true });
  });

  async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const done = await run();
    print(`${what}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
    return done;
  }

  /** One image for all services, in the lab's registry. */
  async function makeImage(image: string, mirror: string): Promise<void> {
    const base = `BUSYBOX=${mirror}/library/busybox:1.36.1`;
    const build = ["--tag", image, "--build-arg", base, join(fleet.folder, "tests/oracle/image")];
    await fleet.must("env", "DOCKER_BUILDKIT=0", "docker", "build", "--quiet", ...build);
    await fleet.must("docker", "push", "--quiet", image);
  }

  /** What the files name and do not bring: external networks and volumes, paths of the host, their own folder. */
  async function prepareHost(image: string): Promise<void> {
    for (const [index, network] of EXTERNAL_NETWORKS.entries())
      await fleet.must("docker", "network", "create", "--subnet", `10.213.${index}.0/24`, network);
    await fleet.must("docker", "volume", "create", "legacy_data");
    const run = ["run", "--detach", "--volume", "/:/host", image];
    const helper = (await fleet.must("docker", ...run)).trim();
    await fleet.must("docker", "exec", helper, "mkdir", "-p", `/host${FILES}`, "/host/srv/strict");
    await fleet.must("docker", "cp", `${FILES}/.`, `${helper}:/host${FILES}`);
    await fleet.must("docker", "rm", "--force", helper);
  }

  /** What `slipway import` has made, in a stack with its secrets and its lock. */
  async function prepareStack(catalogue: Declared, values: Record<string, string>): Promise<void> {
    writeFileSync(join(fleet.folder, "slipway.lock.json"), "{}\n");
    const text = `export default ${JSON.stringify(catalogue, null, 1)};\n`;
    writeFileSync(join(fleet.folder, "services.ts"), text);
    await fleet.initStack("oracle", { edge: "false" });
    const secrets = Object.entries(values).flatMap(([name, value]) => [
      "--secret",
      `secrets:${name}=${value}`,
    ]);
    if (secrets.length) await fleet.must("pulumi", "config", "set-all", ...secrets);
    const locked = await fleet.slipway("lock");
    assert.equal(locked.code, 0, locked.text);
  }

  it("are the same services, and as many of each", () => {
    assert.deepEqual([...slipway.keys()].sort(), [...compose.keys()].sort());
  });

  it("differ in docker inspect only where docs/reference/compose-differences.md says so", () => {
    assert.deepEqual(result.differences, []);
  });

  if (whole)
    it("differ in all of what that page allows: no row of it is about nothing", () => {
      assert.deepEqual(
        result.unseen.map(({ place, compose, slipway }) => `${place}: ${compose}; ${slipway}`),
        [],
      );
    });
});
