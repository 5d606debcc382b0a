import assert from "node:assert/strict";
import { CUTOVER_PARTS, type CutoverVariables } from "../../../../host/scripts/cutover.ts";
import { readScripts } from "../../../../host/scripts/script.ts";
import { quote } from "../../../../lib/shell.ts";
import { runWithDocker } from "./sh.ts";

const NEW = "b".repeat(64);
const OLD = "a".repeat(64);
const TOKEN = "first line of it\nsecond: 'line' of it";
const VARIABLES: CutoverVariables & { KEEP: number } = {
  ...{ HOST: "lab-1", ORIGIN: "http://web", PIDS_LIMIT: -1, PROXY_DELAY: 0, EDGE_STACK: "", SCHEME: "http" },
  ...{
    PROJECT: "fleet",
    STACK: "prod",
    SERVICE: "web",
    SLOT: "0",
    NEW,
    PRE_DEPLOY: "",
    ORDER: "start-first",
    RESTART: "always",
    RESTART_AFTER: "",
    GATEWAY: "",
  },
  ...{
    ROUTE: '{"servers":"@SERVERS@"}',
    MAINTENANCE: "{}",
    PORT: "80",
    HEALTH: "command",
    HEALTH_ARG: "true",
  },
  ...{ POST_DEPLOY: "", SECRETS: "TOKEN", START_TIMEOUT: 5, MIN_READY: 0, DRAIN_TIMEOUT: 1 },
  ...{ STOP_GRACE_PERIOD: 3, PRE_DEPLOY_TIMEOUT: 5, POST_DEPLOY_TIMEOUT: 5, RELEASES: "slipway/fleet/web" },
  KEEP: 5,
};
const ENV = JSON.stringify(["PATH=/bin", `TOKEN=${TOKEN}`]);

/** What an engine answers, by what it is asked: patterns of sh and commands. The first one that fits counts. */
type Answers = Readonly<Record<string, string>>;

/** A container as a look finds it: its name, slot, mark and state; its addresses. */
function found(id: string, state: string, ...addresses: string[]): string {
  const rest = ["lab-1 - 0 null bridge sha256:1 web@sha256:2 0", ...addresses.map((one) => `address=${one}`)];
  return `echo ${id} ${state} ${rest.join(" ")}`;
}

/** An engine that has the old container, which serves, the new one, and an edge. */
const ANSWERS: Answers = {
  "create*": "echo lock",
  "ps*": `echo ${NEW} created web; echo ${OLD} running web; echo edge running edge`,
  "*slipway.slot*": `${found(NEW, "new 0 always created false")}; ${found(OLD, "old 0 always running true", "10.0.0.5")}`,
  "*Config.Env*": `printf '%s\\n' ${quote(ENV)}`,
  "inspect --format {{.State.Running}} *": "echo true",
  "exec -i edge cat*": ":",
};

/** It has ended when it is asked. */
const exited: Answers = {
  "inspect --format {{.State.Running}} *": "echo false",
  [`exec ${NEW} true`]: "exit 1",
};

function cutover(verb: "up" | "down", answers: Answers, variables: Partial<typeof VARIABLES> = {}) {
  const cases = Object.entries({
    ...answers,
    ...Object.fromEntries(Object.entries(ANSWERS).filter(([key]) => !(key in answers))),
  });
  const docker = `case $* in\n${cases.map(([asked, answer]) => `${asked.replaceAll(" ", "\\ ")}) ${answer} ;;`).join("\n")}\nesac`;
  const options = { variables: { ...VARIABLES, ...variables }, args: [verb] };
  // Nobody waits for an edge that does not answer.
  const script = readScripts(CUTOVER_PARTS).replaceAll("within 15", "within 1");
  return runWithDocker(script, docker, options);
}

describe("a cutover of a container that does not run", () => {
  // An address that there is none of: engine 20.10, engine 29, and what templates of other fields print.
  for (const nothing of ["", "invalid IP", "<no value>", "<nil>", "map[]"]) {
    const answers = {
      "ps*": `echo ${OLD} exited web; echo edge running edge`,
      "*slipway.slot*": found(OLD, "old 0 always exited false"),
      "*IPAddress*": `echo '${nothing}'`,
    };

    it(`takes it out of the program, whatever its address is called: "${nothing}"`, async () => {
      const { code, stdout, stderr } = await cutover("down", answers);
      assert.deepEqual([code, stdout.toString(), stderr.toString()], [0, "", ""]);
    });
  }

  it("waits for the connections to each of its addresses, where it runs on several networks", async () => {
    const open = (address: string) => `printf '0: 0200000A:D431 ${address}:0050 01 00\\n'`;
    for (const [address, waits] of [
      ["0500000A", true],
      ["0500010A", true],
      ["0600000A", false],
    ] as const) {
      const { code, calls } = await cutover("down", {
        "*slipway.slot*": found(OLD, "old 0 always running true", "10.0.0.5", "10.1.0.5", ""),
        "exec -i edge cat*": open(address),
      });
      assert.equal(code, 0);
      assert.equal(calls.filter((call) => call.startsWith("exec -i edge cat")).length > 2, waits, address);
    }
  });

  it("stops the old one by an option that no engine warns of", async () => {
    const { calls } = await cutover("up", exited);
    assert.deepEqual(
      calls.filter((call) => call.startsWith("stop")),
      [`stop -t 3 ${NEW}`],
    );
  });
});

describe("what a cutover prints", () => {
  const flood = "head -c 10000000 /dev/zero | tr '\\000' x";
  /** What a run that must fail has printed, held to what every run must hold. */
  const failed = async (answers: Answers, variables: Partial<typeof VARIABLES> = {}) => {
    const { code, stdout, stderr } = await cutover("up", answers, variables);
    const text = stdout.toString();
    assert.equal(code, 1, text.slice(-2000));
    const all = Buffer.concat([stdout, stderr]);
    assert.ok(all.length <= 64 << 10, String(all.length));
    for (const line of all.toString().split("\n")) assert.ok(Buffer.byteLength(line) <= 2000);
    assert.doesNotMatch(all.toString(), /first line|second/);
    assert.match(text, /^the previous container old is still serving requests\nfix the service/m);
    return text;
  };
  const secret = `printf '%s\\n' ${quote(TOKEN)} ${quote(JSON.stringify(TOKEN))}`;

  it("is no secret of a container, in its log, its health checks, its error or a check's words", async () => {
    const text = await failed({
      ...exited,
      "logs*": secret,
      "*State.Health*": secret,
      "*State.Error*": secret,
    });
    assert.equal(text.match(/\[secret\]/g)?.length, 9);
    assert.match(
      await failed({ [`start ${NEW}`]: `${secret} >&2; exit 1` }),
      /could not be started: \[secret\]/,
    );
    const check = await failed({ [`exec ${NEW} check`]: `${secret}; exit 4` }, { POST_DEPLOY: "check" });
    assert.match(check, /^web: the post-deploy check failed with exit code 4: \[secret\]$/m);
    const edge = { "exec -i edge sh*": "exit 7", "logs --tail 5 edge": "echo of edge: token-of-edge" };
    const env = `case $* in *edge) echo '["PATH=/bin","DNS_TOKEN=token-of-edge"]' ;; *) printf '%s\\n' ${quote(ENV)} ;; esac`;
    assert.match(
      await failed({ ...edge, "*Config.Env*": env }),
      /the edge did not take the route[^]*of edge: \[secret\]$/m,
    );
  });

  it("is nothing of a container whose variables cannot be read", async () => {
    const text = await failed({ ...exited, "*Config.Env*": "exit 1", "logs*": `echo shown; ${secret}` });
    assert.doesNotMatch(text, /^shown$/m);
    assert.match(text, /its last log lines:\n\[not shown: /);
  });

  it("is short, whatever a container, a health check, a job or a check prints", async () => {
    const text = await failed({ ...exited, "logs*": flood, "*State.Health*": flood });
    assert.match(text, /its last log lines:\nx{1794} \[cut\]\n/);
    const noisy = { [`exec ${NEW} true`]: `${flood}; exit 1`, [`exec ${NEW} check`]: `${flood}; exit 1` };
    await failed({ ...noisy, "logs*": "yes | head -n 20000" }, { START_TIMEOUT: 1 });
    await failed({ [`exec ${NEW} check`]: `${flood}; exit 4` }, { POST_DEPLOY: "check" });
    await failed({ [`start ${NEW}`]: `${flood} >&2; exit 1` });
    await failed({ "wait*": `${flood}; exit 1` }, { PRE_DEPLOY: "c".repeat(64) });
    await failed({ ...exited, "update*": "head -c 200000 /dev/zero | tr '\\000' w >&2" });
  });
});
