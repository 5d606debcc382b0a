import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { on, once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { endOrphanedPlugins, endOwnPlugin } from "../../../stack/plugins.ts";

/** Whether that process is one of those whose names begin so below. */
function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("/x/");
  } catch {
    return false;
  }
}

/** No `pulumi` is the parent of what this test starts: all of it is orphaned. */
describe("plugins that a killed pulumi has left", () => {
  const folders: string[] = [];
  const children: ChildProcess[] = [];
  const folder = () => {
    folders.push(mkdtempSync(join(tmpdir(), "slipway-plugins-")));
    return folders.at(-1) ?? "";
  };
  /** A process with that command line. */
  const left = (cwd: string, args: readonly string[], uid?: number) => {
    const [argv0 = "", ...rest] = args;
    // What sh does not read it has all the same.
    const child = spawn("/bin/sh", ["-c", "sleep 60 & wait", ...rest], { argv0, cwd, uid, stdio: "ignore" });
    children.push(child);
    return child;
  };
  const lives = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const one of folders.splice(0)) rmSync(one, { recursive: true });
  });

  it("are ended where they ran for this project and as this user, and no others", async () => {
    const [project, other, home] = [folder(), folder(), folder()];
    const plugin = [`${home}/plugins/resource-docker-v5.2.0/pulumi-resource-docker`, "127.0.0.1:1"];
    const host = ["pulumi-language-nodejs", "-nodeargs=--import ./runtime/pulumi-sdk.mjs", "127.0.0.1:1"];
    const ours = [left(project, plugin), left(project, host)];
    const others = [
      left(other, plugin),
      left(other, host),
      left(project, ["/elsewhere/plugins/resource-docker-v5.2.0/pulumi-resource-docker"]),
      // Another user's can only be made by root.
      ...(process.getuid?.() === 0 ? [left("/", plugin, 65534), left("/", host, 65534)] : []),
    ];
    await Promise.all([...ours, ...others].map((child) => once(child, "spawn")));
    const ended = Promise.all(ours.map((child) => once(child, "exit")));
    endOrphanedPlugins({ folder: project, env: { PULUMI_HOME: home } });
    endOrphanedPlugins({ folder: "/", env: { PULUMI_HOME: home } });
    await ended;
    await setTimeout(200);
    assert.deepEqual(
      others.map(lives),
      others.map(() => true),
    );
  });

  it("are no other than one's own where the build plugin of a pulumi under way is ended", async () => {
    // Under a shell in between, as under pulumi; the last one's shell is gone, and with it whose it was.
    const script = (name: string) => `(exec -a /x/${name} sleep 60) & echo $!`;
    const names = ["pulumi-resource-docker-build", "pulumi-resource-docker"];
    const lines = [
      ...names.map((name) => `${script(name)}; `),
      `(${script(names[0] ?? "")}); read -r line`,
    ].join("");
    const shell = spawn("bash", ["-c", lines], { stdio: ["pipe", "pipe", "ignore"] });
    children.push(shell);
    let pids: number[] = [];
    for await (const [data] of on(shell.stdout, "data")) {
      pids = [...pids, ...String(data).trim().split("\n").map(Number)];
      if (pids.length === 3) break;
    }
    const alive = () => pids.map((pid) => isRunning(pid));
    try {
      while (!alive().every(Boolean)) await setTimeout(50);
      endOwnPlugin("docker-build");
      await setTimeout(200);
      assert.deepEqual(alive(), [false, true, true]);
    } finally {
      for (const pid of pids) if (isRunning(pid)) process.kill(pid, "SIGKILL");
    }
  });
});
