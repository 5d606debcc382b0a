import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkPrograms } from "../../cli/project/environment.ts";
import { otherCatalogues, readSettings } from "../../cli/project/program-settings.ts";
import { pathsOf } from "../../lib/paths.ts";
import { project } from "../../runtime/packages.mjs";
import { answer } from "../../stack/pulumi.ts";
import { readSession } from "../../stack/session.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** What asks pulumi for the stack when it is loaded, and a function of the stack. */
const SERVICES = `
import * as pulumi from "@pulumi/pulumi";
const colour = new pulumi.Config("look").get("colour");
export const bases = [];
export const services = (stack) => [
  { name: "web", environment: { LOADED: pulumi.getStack(), CALLED: stack, PROJECT: pulumi.getProject(), COLOUR: colour } },
  ...(stack === "staging" ? [{ name: "api" }] : []),
];
`;

/** The lists that verbs read, of a project with two stacks in a backend of files. */
describe("services.ts of several stacks", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "slipway-services-"));
  const env: NodeJS.ProcessEnv = {
    HOME: folder,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_CONFIG_PASSPHRASE: "own",
  };
  const shell = { folder, env };
  const settings = {
    registry: "registry.example/fleet",
    hosts: "main unix:///var/run/docker.sock",
    edge: "false",
  };

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    const paths = pathsOf(folder);
    await linkPrograms(paths);
    env.PATH = `${paths.bin}:${process.env.PATH ?? ""}`;
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "state"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "Pulumi.yaml"), readFileSync(join(project, "Pulumi.yaml")));
    writeFileSync(join(folder, "services.ts"), SERVICES);
    for (const stack of ["staging", "prod"]) {
      await answer(shell, "stack", "init", stack, "--no-select");
      const words = Object.entries({ ...settings, "look:colour": stack === "prod" ? "red" : "blue" });
      const flags = words.flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
      await answer(shell, "config", "set-all", "--stack", stack, ...flags);
    }
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The variables of web that a verb sees. */
  async function seen(given?: string, more: NodeJS.ProcessEnv = {}) {
    const session = await readSession({ folder, env: { ...env, ...more } }, given);
    const { catalogue, declared } = await readSettings(session);
    assert.deepEqual(catalogue.services, declared.services);
    return [catalogue.services.length, catalogue.services[0]?.environment];
  }
  const of = (stack: string, colour: string) => ({
    LOADED: stack,
    CALLED: stack,
    PROJECT: "slipway",
    COLOUR: colour,
  });

  it("is that of --stack, PULUMI_STACK and the selected one, and pulumi.getStack() in it too", async () => {
    assert.deepEqual(await seen("prod"), [1, of("prod", "red")]);
    assert.deepEqual(await seen("organization/slipway/staging"), [2, of("staging", "blue")]);
    assert.deepEqual(await seen(undefined, { PULUMI_STACK: "prod" }), [1, of("prod", "red")]);
    await answer(shell, "stack", "select", "staging");
    assert.deepEqual(await seen(), [2, of("staging", "blue")]);
  });

  it("is known to the lock for the other stacks too, and what is wrong there", async () => {
    const session = await readSession(shell, "prod");
    const [other, ...none] = await otherCatalogues(session);
    assert.deepEqual(none, []);
    assert.equal(other?.stack, "staging");
    assert.deepEqual(
      other.catalogue?.services.map(({ name }) => name),
      ["web", "api"],
    );
    writeFileSync(join(folder, "Pulumi.broken.yaml"), "");
    writeFileSync(join(folder, "services.ts"), "export default (stack) => stack === 'broken' ? [{}] : [];");
    const others = await otherCatalogues(session);
    const problem = others.find(({ stack }) => stack === "broken")?.problem ?? "";
    assert.match(problem, /^services\/0\/name: missing/);
  });
});
