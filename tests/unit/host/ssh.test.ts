import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { commandOn, scriptEnvironment, scriptOn, shellOn } from "../../../host/ssh.ts";
import { sshOptions } from "../../../host/ssh-options.ts";

describe("ssh", () => {
  it("gives up a host that is silent", () => {
    const options = sshOptions({ address: "ssh://nas" });
    for (const option of ["ConnectTimeout=10", "ServerAliveInterval=10", "ServerAliveCountMax=3"])
      assert.ok(options.includes(option), option);
  });

  it("says that there is no connection when it ends with its own exit code, and only then", () => {
    const host = { name: "nas", address: "ssh://nas" };
    const ending = (code: number) => {
      const line = scriptOn(host, ["package.json"], "up").replace(
        /\| sh host\/connect\.sh ssh .* up /,
        `| sh -c 'exit ${code}' `,
      );
      const env = { ...process.env, ...scriptEnvironment(host) };
      const { status, stderr } = spawnSync("sh", ["-c", line], { env, encoding: "utf8" });
      return { status, said: /^nas: no connection to ssh:\/\/nas/.test(stderr) };
    };
    assert.deepEqual(ending(255), { status: 255, said: true });
    assert.deepEqual(ending(1), { status: 1, said: false });
    assert.deepEqual(ending(0), { status: 0, said: false });
  });

  it("fails when the script's file is not there", () => {
    const files = ["host/scripts/gone.sh", "host/scripts/cutover.sh"];
    const line = scriptOn({ name: "here", address: "unix:///run/d.sock" }, files, "up");
    const ended = spawnSync("sh", ["-c", line], { input: "answer=1\n", encoding: "utf8" });
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /host\/scripts\/gone\.sh/);
  });

  it("is left out for an engine on this machine", () => {
    assert.deepEqual(shellOn({ name: "here", address: "unix:///run/d.sock" }, "up"), [
      ...["env", "DOCKER_HOST=unix:///run/d.sock", "sh", "-s", "--", "up"],
    ]);
  });

  it("runs a command with each word as it is, in a terminal where that is wanted", () => {
    const words = ["sh", "-c", "echo it's"];
    const over = commandOn({ name: "nas", address: "ssh://nas" }, words, true);
    assert.deepEqual([over[1], over.at(-1)], ["-t", "sh -c 'echo it'\\''s'"]);
    assert.deepEqual(commandOn({ name: "here", address: "unix:///run/d.sock" }, words, true), [
      ...["env", "DOCKER_HOST=unix:///run/d.sock", ...words],
    ]);
  });
});
