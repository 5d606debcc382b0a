import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { backupWords } from "../../../../host/scripts/backup.ts";
import {
  CUTOVER_PARTS,
  type CutoverVariables,
  containerIn,
  cutoverInput,
} from "../../../../host/scripts/cutover.ts";
import { pathCheckIn } from "../../../../model/rollout/cutover-variables.ts";
import { edgeFileScript } from "../../../../host/scripts/edge-file.ts";
import { execWords } from "../../../../host/scripts/exec.ts";
import { inventoryScript } from "../../../../host/scripts/inventory.ts";
import { logsScript } from "../../../../host/scripts/logs.ts";
import { occupiedScript } from "../../../../host/scripts/occupied.ts";
import { pruneScript } from "../../../../host/scripts/prune.ts";
import { pullScript } from "../../../../host/scripts/pull.ts";
import { readScripts } from "../../../../host/scripts/script.ts";
import { assignments } from "../../../../lib/shell.ts";

const stack = { project: "fleet", stack: "prod" };
const cutover: CutoverVariables = {
  ...{ PROJECT: "fleet", STACK: "prod", SERVICE: "web", SLOT: "0", HOST: "main", NEW: "abc123" },
  ...{
    PRE_DEPLOY: "",
    ORDER: "start-first",
    RESTART: "always",
    RESTART_AFTER: "",
    GATEWAY: "",
    ROUTE: '{"a":"@SERVERS@"}',
    MAINTENANCE: "{}",
    EDGE_STACK: "",
    SCHEME: "http",
    PORT: "80",
  },
  ...{ HEALTH: "command", HEALTH_ARG: "sh -c 'exit 0'", ORIGIN: "https://web.example.org" },
  ...{ PIDS_LIMIT: -1, PROXY_DELAY: 0, POST_DEPLOY: "", SECRETS: "A B" },
  ...{ START_TIMEOUT: 60, MIN_READY: 0, DRAIN_TIMEOUT: 10, STOP_GRACE_PERIOD: 15 },
  ...{ PRE_DEPLOY_TIMEOUT: 600, POST_DEPLOY_TIMEOUT: 60, RELEASES: "slipway/fleet-prod/web" },
};

/** Each script as it is sent to a host: the lines that set its variables, then its parts and itself. */
const SENT: Record<string, string | undefined> = {
  // How many releases are kept comes from a file of its own.
  cutover: cutoverInput(cutover) + assignments({ KEEP: 5 }) + readScripts(CUTOVER_PARTS),
  "edge-file": edgeFileScript(stack),
  logs: logsScript({ ...stack, services: ["web"], tail: "100", since: "", follow: false }),
  exec: execWords({ ...stack, service: "web", slot: "0", tty: false }, ["true"])[2],
  backup: backupWords(
    { ...stack, service: "web", volumes: new Map(), stopGracePeriod: "1 second" },
    "save",
  )[2],
  inventory: inventoryScript(stack),
  occupied: occupiedScript({ STACK: "fleet/prod", EDGE_STACK: "", EXTERNAL_VOLUMES: "" }),
  pull: pullScript({ image: "registry/web@sha256:0" }),
  prune: pruneScript({ ...stack, services: [], repositories: [], keep: 5, dryRun: false }),
};

/** Names in capitals that a script reads, in arithmetic without a dollar, and does not itself set first. */
function namesRead(script: string): Set<string> {
  const code = script.replace(/^\s*#.*$/gm, "");
  const read = [...code.matchAll(/(?:\$\{?|\(\()([A-Z][A-Z_]+)/g)].map(([, name = ""]) => name);
  const set = new Set([...code.matchAll(/^\s*([A-Z][A-Z_]+)=/gm)].map(([, name = ""]) => name));
  return new Set(read.filter((name) => !set.has(name)));
}

describe("the variables of a script", () => {
  for (const [name, sent = ""] of Object.entries(SENT)) {
    it(`${name}: are those that it and its parts read, no more and no less`, () => {
      const start = sent.indexOf("# shellcheck shell=sh");
      const given = sent.slice(0, start).match(/^[A-Z_]+(?==)/gm);
      assert.deepEqual(given?.toSorted(), [...namesRead(sent.slice(start))].sort());
    });
  }

  it("come out of a real sh as they went in, whatever they contain", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", " ", "'", '"', "$", "`", "\\", "\n", ";", "{", "|", "&", "*", "#", "é"),
    });
    fc.assert(
      fc.property(text, text, fc.nat(), (route, health, seconds) => {
        const variables = { ...cutover, ROUTE: route, HEALTH_ARG: health, DRAIN_TIMEOUT: seconds };
        const print = Object.keys(variables).map((name) => `printf '%s\\0' "$${name}"\n`);
        const { stdout } = spawnSync("sh", ["-s"], {
          input: cutoverInput(variables) + print.join(""),
          encoding: "utf8",
        });
        assert.deepEqual(stdout.split("\0").slice(0, -1), Object.values(variables).map(String));
      }),
      { numRuns: 30 },
    );
  });

  it("say which container a cutover was for, whatever else they contain", () => {
    assert.equal(containerIn(cutoverInput(cutover)), "abc123");
    assert.equal(containerIn("PROJECT=fleet\n"), undefined);
  });

  it("say by which path a container is checked, whatever it has in it", () => {
    const path = { ...cutover, HEALTH: "path", HEALTH_ARG: "/it's?a=b&c" } as const;
    assert.deepEqual(pathCheckIn(cutoverInput(path)), {
      ...{ id: "abc123", port: "80", path: "/it's?a=b&c", origin: "https://web.example.org" },
      gateway: "",
    });
    assert.equal(pathCheckIn(cutoverInput(cutover)), undefined);
  });
});
