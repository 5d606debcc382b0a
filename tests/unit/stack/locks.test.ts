import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { until } from "../../../lab/wait.ts";
import { describe as explain, isDead, locksIn } from "../../../stack/locks.ts";

const since = "2026-11-21T15:26:38Z";
const refusal = `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or \
delete the lock file with \`pulumi cancel\`.
  file:///a/.pulumi/locks/organization/slipway/dev/95.json?no_tmp_dir=true: created by ann@nas.home (pid 146) at ${since}
`;

describe("locks of a stack", () => {
  it("are read from what pulumi says, with the one to wait for", () => {
    const locks = locksIn(refusal);
    assert.deepEqual(locks, [{ user: "ann", host: "nas.home", pid: 146, since }]);
    assert.equal(explain(locks), `ann@nas.home (process 146) since ${since}`);
  });

  it("are known to be there where Pulumi Cloud does not say whose", () => {
    assert.deepEqual(locksIn("error: [409] Conflict: Another update is currently in progress."), []);
    assert.match(explain([]), /^another update/);
  });

  it("are not taken for the reason of any other failure", () => {
    assert.equal(locksIn("error: update failed"), undefined);
  });

  describe("whose process may be dead", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-locks-"));
    const files = { backend: `file://${folder}`, folder };
    const bucket = { backend: "s3://fleet-state", folder };
    const { pid: gone } = spawnSync("true");
    const before = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    const lock = (pid: number, when = before(10)) => ({ user: "ann", host: hostname(), pid, since: when });
    const beforeBoot = () => before(uptime() + 60);
    after(() => {
      rmSync(folder, { recursive: true });
    });

    it("are dead on this machine's own folder, when it is no more or no pulumi", () => {
      assert.equal(isDead(lock(gone), files), true);
      // Alive, but no pulumi: the number has gone to another program.
      assert.equal(isDead(lock(process.pid), files), true);
      assert.equal(isDead({ ...lock(gone), host: "elsewhere" }, files), false);
    });

    it("are not dead in a bucket, which another machine of that name may have: but for those older than the boot", () => {
      for (const pid of [gone, process.pid]) {
        assert.equal(isDead(lock(pid), bucket), false);
        assert.equal(isDead(lock(pid, beforeBoot()), bucket), true);
      }
      assert.equal(isDead(lock(gone, beforeBoot()), { ...bucket, backend: "https://api.pulumi.com" }), true);
      assert.equal(isDead({ ...lock(gone, beforeBoot()), host: "elsewhere" }, bucket), false);
    });

    it("are not dead in a folder that other containers may have too", () => {
      // Another device than that of "/", asked from a namespace of processes of its own, as a container has one.
      const code = `
        const { isDead } = await import("./stack/locks.ts");
        const lock = { user: "ann", host: ${JSON.stringify(hostname())}, pid: ${gone}, since: "${before(10)}" };
        const at = (folder) => isDead(lock, { backend: "file://" + folder, folder });
        console.log(at("/dev/shm"), at(${JSON.stringify(folder)}));`;
      const node = [
        process.execPath,
        "--import",
        "./runtime/typescript.mjs",
        "--input-type=module",
        "-e",
        code,
      ];
      const inside = spawnSync("unshare", ["--map-root-user", "--pid", "--fork", "--mount-proc", ...node], {
        encoding: "utf8",
      });
      assert.equal(inside.stdout.trim(), "false true", inside.stderr);
      const outside = spawnSync(node[0] ?? "", node.slice(1), { encoding: "utf8" });
      assert.equal(outside.stdout.trim(), "true true", outside.stderr);
    });

    it("are alive while that pulumi is, dead when it is a later one of the same number, or only waits to be reaped", async () => {
      const program = join(folder, "pulumi");
      writeFileSync(program, "#!/bin/sh\nwhile :; do sleep 0.2; done\n", { mode: 0o755 });
      // A parent that does not reap it.
      const parent = spawn("sh", ["-c", '"$0" & echo $!; exec sleep 60', program], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = (await once(parent.stdout, "data")) as [Buffer];
      const pid = Number(line.toString());
      await until(
        () =>
          spawnSync("ps", ["-o", "comm=", "-p", String(pid)])
            .stdout.toString()
            .startsWith("pulumi"),
        10,
        () => "does not run",
      );
      assert.equal(isDead(lock(pid, before(0)), files), false);
      assert.equal(isDead(lock(pid, before(3600)), files), true);
      process.kill(pid, "SIGKILL");
      await until(
        () => isDead(lock(pid, before(0)), files),
        10,
        () => "is not found dead",
      );
      parent.kill("SIGKILL");
    });
  });
});
