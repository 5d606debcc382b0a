import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quote } from "../../../../lib/shell.ts";
import { readScripts } from "../../../../host/scripts/script.ts";
import { runWithDocker } from "./sh.ts";

const OWNER = { PROJECT: "fleet", STACK: "prod", SERVICE: "web" };
const NAME = "slipway-lock.fleet.prod.web.5";

describe("the lock of a service on its host", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-lock-"));
    writeFileSync(join(folder, "image"), "");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** An engine that has one container at most, does one thing at a time, and speaks as 20.10. */
  const docker = () => `
    cd ${quote(folder)}
    exec 9>>engine && flock 9
    case $1 in
    create)
      echo >>tries
      [ -e image ] || { echo "Unable to find image 'slipway-lock:latest' locally" >&2; exit 125; }
      mkdir lock 2>/dev/null || {
        echo 'docker: Error response from daemon: Conflict. The container name "/x" is already in use by container "y".' >&2
        exit 125
      }
      for word; do case $word in slipway.lock.*) echo "\${word#*=}" >"lock/\${word%%=*}" ;; esac; done
      echo $$ | tee lock/id
      ;;
    import) cat >image ;;
    inspect)
      [ -e lock/id ] || exit 1
      cat lock/id
      for label in machine boot process started user; do cat lock/slipway.lock.$label; done
      ;;
    rm) [ "$(cat lock/id)" = "$2" ] && rm -r lock ;;
    esac`;

  /** Runs these commands with the lock. */
  const locked = (commands: string, { before = "", owner = OWNER } = {}) => {
    const parts = readScripts(["waiting", "lock"]);
    const script = `say() { printf '%s\\n' "$*"; }\n${parts}\n${before}\nlock_service\n${commands}\n`;
    return runWithDocker(`set -eu\n${script}`, docker(), { variables: owner });
  };
  /** Leaves a lock whose holder is as here where something else is given, as a killed run does. */
  const leave = async (labels: Record<string, string> = {}) => {
    const { code } = await locked("kill -9 $$");
    assert.equal(code, null);
    for (const [label, value] of Object.entries(labels))
      writeFileSync(join(folder, `lock/slipway.lock.${label}`), `${value}\n`);
  };
  const isFree = () => !existsSync(join(folder, "lock"));

  it("is held while its run goes on, and given back at its end, whatever that is", async () => {
    const { code, stdout, calls } = await locked(`ls ${quote(folder)}; exit 3`);
    assert.equal(code, 3);
    assert.match(stdout.toString(), /^engine\nimage\nlock\ntries\n$/);
    assert.match(calls[0] ?? "", new RegExp(`^create --pull never --name ${NAME} --network none `));
    assert.doesNotMatch(calls[0] ?? "", /slipway\.(project|stack|service)/);
    assert.equal(calls.length, 2);
    assert.ok(isFree());
  });

  it("is another one for each project, stack and service", async () => {
    const owners = [
      OWNER,
      { PROJECT: "fleet.prod", STACK: "x", SERVICE: "web" },
      { PROJECT: "fleet", STACK: "prod.x", SERVICE: "web" },
      { PROJECT: "fleet", STACK: "prod", SERVICE: "api" },
    ];
    const names = await Promise.all(owners.map(async (owner) => (await locked("", { owner })).calls[0]));
    assert.equal(new Set(names.map((call) => call?.split(" ")[4])).size, owners.length);
  });

  it("is held by one of many at a time", async () => {
    const log = join(folder, "log");
    // Goes on until somebody has tried a second time, and so has been told to wait.
    const contended = `[ "$(wc -l <${quote(join(folder, "tries"))})" -gt 5 ]`;
    const work = `echo in >>${quote(log)}; until ${contended}; do sleep 0.1; done; echo out >>${quote(log)}`;
    const ended = await Promise.all(Array.from({ length: 5 }, () => locked(work)));
    assert.deepEqual(new Set(ended.map(({ code }) => code)), new Set([0]));
    assert.equal(readFileSync(log, "utf8"), "in\nout\n".repeat(5));
    const waited = ended.filter(({ stdout }) => stdout.length).map(({ stdout }) => stdout.toString());
    assert.ok(waited.length >= 1);
    for (const text of waited)
      assert.match(text, /^web: waiting for another cutover or backup: process \d+ of \S+ on \S+\n$/);
  });

  it("is taken from one that is dead: killed, of before the start, or whose process is another now", async () => {
    const own = String(process.pid);
    const dead: Record<string, string>[] = [
      {},
      { boot: "before", process: own },
      { process: own, started: "1" },
    ];
    for (const labels of dead) {
      await leave(labels);
      const { code, stdout } = await locked("echo held");
      assert.deepEqual([code, stdout.toString()], [0, "held\n"], JSON.stringify(labels));
      assert.ok(isFree());
    }
  });

  it("is waited for in vain, with a message, where its holder lives or is another machine's", async () => {
    const stat = readFileSync(`/proc/${process.pid}/stat`, "utf8");
    const started = stat.slice(stat.lastIndexOf(")")).split(" ")[20] ?? "";
    const user = "ann on desk";
    const alive: Record<string, string>[] = [
      { process: String(process.pid), started, user },
      // Where a process of this number is none of ours, and its start not to be seen.
      { process: "1", started: "", user },
      { machine: "another", boot: "another", user },
    ];
    for (const labels of alive) {
      await leave(labels);
      const { code, stdout } = await locked("echo held", { before: "LOCK_TIMEOUT=1" });
      assert.equal(code, 1);
      const why = `^web: waited 1 s for another cutover or backup: process \\d+ of ann on desk. If it is surely dead, run on the host: docker rm ${NAME}$`;
      assert.match(stdout.toString(), new RegExp(why, "m"));
      assert.ok(!isFree());
      rmSync(join(folder, "lock"), { recursive: true });
    }
  });

  it("makes its image, of nothing, where the host has none; fails with the engine's reason", async () => {
    rmSync(join(folder, "image"));
    const { code, stdout, calls } = await locked("echo held");
    assert.deepEqual([code, stdout.toString()], [0, "held\n"]);
    assert.equal(calls[1], "import - slipway-lock");
    assert.deepEqual(readFileSync(join(folder, "image")), Buffer.alloc(1024));
    const refusing = {
      before: "docker() { [ $1 = import ] || { echo no space left on device >&2; return 125; }; }",
    };
    const failed = await locked("echo held", refusing);
    assert.deepEqual(
      [failed.code, failed.stdout.toString()],
      [1, "web: cannot be locked: no space left on device\n"],
    );
  });
});

describe("a command with a limit of time", () => {
  it("is ended, or ends with its own exit code and input, where the host has no timeout too", async () => {
    const tools = ["sleep", "cat", "sh"]
      .map((name) => `ln -s "$(command -v ${name})" bin/${name}`)
      .join("\n");
    for (const hide of ["", `cd "$(mktemp -d)"; mkdir bin\n${tools}\nPATH=$PWD/bin\n`]) {
      const script = `${hide}${readScripts(["waiting"])}
        code=0; limited 1 sleep 30 || code=$?; echo "$code"
        code=0; limited 30 sh -c 'exit 7' || code=$?; echo "$code"
        echo input | limited 30 cat`;
      const { stdout, stderr } = await runWithDocker(script, "");
      assert.deepEqual([stdout.toString(), stderr.toString()], ["124\n7\ninput\n", ""]);
    }
  });
});
