import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { UserError } from "../../../lib/errors.ts";
import { type Outcome, lastLines, output, run, runSync, start } from "../../../lib/run.ts";

const sh = (script: string, ...args: string[]) => ["sh", "-c", script, "sh", ...args];

describe("a program", () => {
  it("that ends gives its exit code and what it printed", async () => {
    const expected = { code: 3, signal: null, stdout: "out\n", stderr: "err\n" };
    const command = sh("echo out; echo err >&2; exit 3");
    assert.deepEqual(await run(command), expected);
    assert.deepEqual(runSync(command), expected);
  });

  it("that a signal ends gives it, and the code that a shell gives", async () => {
    const { code, signal } = await run(sh("kill -TERM $$"));
    assert.deepEqual([code, signal], [143, "SIGTERM"]);
    assert.equal(runSync(sh("kill -INT $$")).code, 130);
  });

  it("reads its input, or nothing", async () => {
    assert.equal(await output(["cat"], { input: "from us" }), "from us");
    assert.equal(await output(["cat"]), "");
  });

  it("may end before it has read all", async () => {
    const { code, stderr } = await run(sh("echo full >&2; exit 1"), { input: "x".repeat(1 << 20) });
    assert.deepEqual([code, stderr], [1, "full\n"]);
  });

  it("gives each line to a function, the last one also at its end", async () => {
    const lines: string[] = [];
    const outcome = await run(sh("printf 'one\\r\\ntwo\\nthree'"), { stdout: (line) => lines.push(line) });
    assert.deepEqual(lines, ["one", "two", "three"]);
    assert.equal(outcome.stdout, "three");
  });

  it("gives its output to who reads the stream", async () => {
    const { stdin, stdout, ended } = start(["cat"], { stdout: "stream" });
    stdin.write("piece by ");
    stdin.end("piece");
    assert.equal(await text(stdout), "piece by piece");
    assert.equal((await ended).stdout, "");
  });

  it("can print to this process's stderr in the place of stdout", async () => {
    const inner = `import("./lib/run.ts").then(({ run }) => run(["echo", "moved"], { stdout: "stderr" }))`;
    const node = [process.execPath, "--import", "./runtime/typescript.mjs", "--eval", inner];
    assert.deepEqual(await run(node), { code: 0, signal: null, stdout: "", stderr: "moved\n" });
  });

  it("is in a group of its own where it is to be", async () => {
    const script = sh("[ $(ps -o pgid= -p $$) -eq $$ ] && echo own || echo ours");
    assert.equal(await output(script, { ownGroup: true }), "own\n");
    assert.equal(await output(script), "ours\n");
  });

  it("ends with the signal that this process gets, which stays", async () => {
    const inner = `
      import("./lib/run.ts").then(async ({ start }) => {
        const { ended, stdout } = start(["sh", "-c", "echo up; exec sleep 60"], { ownGroup: true, endOnSignal: true });
        stdout.once("data", () => process.stdout.write("up"));
        process.stdout.write((await ended).signal);
      })`;
    const outer = start([process.execPath, "--import", "./runtime/typescript.mjs", "--eval", inner]);
    await once(outer.stdout, "data");
    outer.kill("SIGINT");
    assert.deepEqual(await outer.ended, { code: 0, signal: null, stdout: "upSIGTERM", stderr: "" });
  });

  it("ends with this process where it is mortal", async () => {
    const inner = `
      import("./lib/run.ts").then(({ start }) => {
        const { stdout } = start(["sh", "-c", "echo $$; exec sleep 60"], { mortal: true, stdout: "stream" });
        stdout.once("data", (pid) => process.stdout.write(pid, () => process.kill(process.pid, "SIGKILL")));
      })`;
    const outer = await run([process.execPath, "--import", "./runtime/typescript.mjs", "--eval", inner]);
    assert.equal(outer.signal, "SIGKILL");
    const state = () => runSync(["ps", "-o", "stat=", "-p", outer.stdout.trim()]).stdout.trim();
    while (/^[^Z]/.test(state())) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it("fails with the command and the last lines that it printed", async () => {
    await assert.rejects(
      output(sh('for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "line $i" >&2; done; exit 1')),
      (error) =>
        error instanceof UserError && /^sh -c '.*' sh: line 2\n(line \d+\n){8}line 11$/s.test(error.message),
    );
  });

  it("that printed nothing fails with how it ended", () => {
    const silent: Outcome = { code: 2, signal: null, stdout: "", stderr: "\n" };
    assert.equal(lastLines(silent), "exit code 2");
    assert.equal(lastLines({ ...silent, code: 137, signal: "SIGKILL" }), "SIGKILL");
    assert.equal(lastLines({ ...silent, stdout: "a\nb\nc\n" }, 2), "b\nc");
  });

  it("fails with what to install where it is not there", async () => {
    const missing = { name: "UserError", message: "no-such-program: not found; install it" };
    await assert.rejects(run(["no-such-program"], { input: "x" }), missing);
    const advice = { message: "no-such-program: not found; run: get it" };
    await assert.rejects(start(["no-such-program"], { advice: "run: get it" }).ended, advice);
    assert.throws(() => runSync(["no-such-program"]), missing);
  });
});
