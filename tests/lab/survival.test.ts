import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chown, cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { restartEngine, startMachine, stopMachine } from "../../lab/index.ts";
import { inside, powerOff } from "../../lab/machine.ts";
import { rootfs } from "../../lab/rootfs.ts";
import { until } from "../../lab/wait.ts";
import { paths } from "../lab.ts";
import { run, TestLab } from "./labs.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const quiet = () => undefined;

describe("a lab that things happen to", function () {
  this.timeout(INSTALL_TIMEOUT);
  const lab = new TestLab("survival");
  /** What counts up inside a container: its disk and its volume show whether they are still the same. */
  const note = (text: string) =>
    lab.must("docker", "exec", "keeper", "sh", "-c", `echo ${text} | tee -a /disk /volume/file`);
  const notes = async () =>
    (await lab.must("docker", "exec", "keeper", "cat", "/disk", "/volume/file")).split("\n");
  const mended = () =>
    lab.said.filter((line) => !line.startsWith("lab:")).map((line) => line.replace(/ in .*/, ""));

  before(async () => {
    await lab.down();
    await lab.up();
    const options = [
      "--detach",
      "--init",
      "--name",
      "keeper",
      "--restart",
      "always",
      "--volume",
      "kept:/volume",
    ];
    await lab.must(
      "docker",
      "run",
      ...options,
      "--user",
      "root",
      "--entrypoint",
      "sleep",
      lab.lab.edgeImage,
      "1d",
    );
  });
  after(async () => {
    await lab.down();
  });

  it("starts a host again that was switched off, with its containers and volumes", async () => {
    await note("a");
    await stopMachine(lab.lab, "lab-1");
    assert.equal((await lab.run("ssh", "-o", "ConnectTimeout=1", "lab-1", "true")).code, 255);
    await startMachine(lab.lab, "lab-1", quiet);
    assert.deepEqual(await notes(), ["a", "a", ""]);
  });

  it("brings back a host whose processes were killed", async () => {
    process.kill(lab.processes()["lab-1"] ?? 0, "SIGKILL");
    await until(
      () => !("lab-1" in lab.processes()),
      10,
      () => "the host does not end",
    );
    await lab.up();
    assert.deepEqual(mended(), ["lab-1: started"]);
    assert.deepEqual(await notes(), ["a", "a", ""]);
  });

  it("brings back an engine and an sshd that were killed, on a host that goes on", async () => {
    const before = lab.processes();
    await inside(lab.name, "lab-1", ["pkill", "-KILL", "-x", "dockerd"]);
    assert.equal((await lab.run("docker", "ps")).code, 1);
    await lab.up();
    assert.deepEqual(mended(), ["lab-1: mended"]);
    assert.deepEqual(await notes(), ["a", "a", ""]);
    await inside(lab.name, "lab-1", ["pkill", "-KILL", "-x", "sshd"]);
    assert.equal((await lab.run("docker", "ps")).code, 1);
    await lab.up();
    assert.deepEqual(await notes(), ["a", "a", ""]);
    assert.deepEqual(lab.processes(), before);
  });

  it("restarts an engine in good order", async () => {
    const started = () => lab.must("docker", "inspect", "-f", "{{.State.StartedAt}}", "keeper");
    const before = await started();
    await restartEngine(lab.lab, "lab-1");
    assert.notEqual(await started(), before);
  });

  it("brings back a registry and a builder that were killed, with what they hold", async () => {
    const image = await lab.build("kept:1", ["FROM debian:bookworm-slim", "RUN echo kept >/kept"]);
    for (const name of ["docker-registry", "buildkitd"]) {
      const machine = name === "buildkitd" ? "builder" : "registry";
      await inside(lab.name, machine, ["pkill", "-KILL", "-x", name]).catch(quiet); // ends with the machine
      await until(
        () => !(machine in lab.processes()),
        10,
        () => `${machine} does not end`,
      );
    }
    await lab.up();
    assert.deepEqual(mended(), ["registry: started", "builder: started"]);
    assert.equal(await lab.must("docker", "run", "--rm", image, "cat", "/kept"), "kept\n");
    const again = await lab.run(
      "docker-buildx",
      "build",
      "--progress=plain",
      join(lab.dir, "context/kept:1"),
    );
    assert.match(again.stderr, /RUN echo kept >\/kept\n#\d+ CACHED/);
  });

  it("comes back as it was after this machine lost its power", async () => {
    const before = lab.lab;
    await powerOff(lab.name);
    await run("ip", ["link", "delete", lab.name]);
    await rm(`/run/${lab.name}`, { recursive: true });
    await lab.up();
    assert.deepEqual(lab.lab, before);
    assert.deepEqual(await notes(), ["a", "a", ""]);
  });

  it("lets one process wait for another that brings it up", async () => {
    await powerOff(lab.name);
    await Promise.all([lab.up(), lab.up()]);
    const others = await run("pgrep", ["-fc", `unshare.* ${lab.name} registry `]);
    assert.equal(others.stdout, "1\n");
  });

  it("refuses a copy of its folder, which would end the original", async () => {
    const copy = new TestLab("copy");
    await mkdir(copy.dir, { recursive: true });
    await cp(join(lab.dir, "lab.json"), join(copy.dir, "lab.json"));
    await assert.rejects(copy.up(), /labs\/copy: is a copy of the lab at .*labs\/survival/);
    await copy.down();
    assert.match(await lab.must("docker", "ps"), /keeper/);
  });

  it("leaves a stranger's Docker engine alone", async () => {
    const folder = join(paths.own, "labs/stranger");
    await mkdir(join(folder, "data"), { recursive: true });
    await mkdir(join(folder, "files/slipway"), { recursive: true });
    await run("sh", ["-c", `echo 'dockerd --bip 172.30.0.1/16 & wait $!' >'${folder}/files/slipway/start'`]);
    const machine = [
      join(import.meta.dirname, "../../lab/machine.sh"),
      "stranger",
      "engine",
      await rootfs(quiet),
      folder,
    ];
    const namespaces = ["--pid", "--fork", "--kill-child", "--mount", "--uts", "--net"];
    const stranger = spawn("unshare", [...namespaces, "sh", ...machine, `${folder}/data`, "/var/lib/docker"]);
    const ended = new Promise((resolve) => stranger.on("exit", resolve));
    try {
      const ask = async () => {
        const pid = (await run("pgrep", ["-of", "^sh /slipway/start stranger engine"])).stdout.trim();
        return run("nsenter", ["--all", "--target", pid, "docker", "info", "-f", "{{.ID}} {{.Containers}}"]);
      };
      await until(
        async () => (await ask()).code === 0,
        30,
        () => "the stranger's engine does not answer",
      );
      const before = (await ask()).stdout;
      await lab.down();
      await lab.up();
      await lab.down();
      assert.equal((await ask()).stdout, before);
    } finally {
      stranger.kill("SIGKILL");
      await ended;
      await rm(folder, { recursive: true });
    }
  });

  it("begins anew when somebody has removed its folder while it ran", async () => {
    await lab.up();
    const before = lab.lab.registryPassword;
    await rm(lab.dir, { recursive: true, maxRetries: 10 });
    await lab.up();
    assert.notEqual(lab.lab.registryPassword, before);
    assert.match(await lab.must("docker", "info", "-f", "{{.Containers}}"), /^0$/m);
    await rm(lab.dir, { recursive: true, maxRetries: 10 });
    await lab.down();
    assert.deepEqual(lab.traces(), []);
  });

  it("leaves nothing, or comes up, after `up` was killed at any moment", async () => {
    const index = join(import.meta.dirname, "../../lab/index.ts");
    const script = `import { up } from ${JSON.stringify(index)}; await up(${JSON.stringify(lab.dir)}, { hosts: 1 }, () => {});`;
    for (const milliseconds of [600, 900, 1200, 1600, 2000, 2500, 3000]) {
      const child = spawn(process.execPath, [
        "--import",
        "./runtime/typescript.mjs",
        "--input-type=module",
        "--eval",
        script,
      ]);
      const ended = new Promise((resolve) => child.on("exit", resolve));
      await sleep(milliseconds);
      child.kill("SIGKILL");
      await ended;
      if (milliseconds % 1000 === 0) await lab.up();
      await lab.down();
      assert.deepEqual(lab.traces(), [], `killed after ${milliseconds} ms`);
    }
  });

  it("says to a user who is not root what it needs, and what to do without it", async () => {
    const cli = join(import.meta.dirname, "../../cli/slipway.mjs");
    const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    const reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]; // wherever the project lies
    const command = [...nobody, ...reading, process.execPath, cli, "lab", "up"];
    // The packages are root's: what is made of them is put into a folder of the user's own.
    const own = await mkdtemp(join(tmpdir(), "slipway-nobody-"));
    await chown(own, 65534, 65534);
    const { code, stderr } = await run("setpriv", command, { ...process.env, TMPDIR: own });
    const made = await readdir(own);
    await rm(own, { recursive: true });
    assert.match(made.join(), /^slipway-65534-[0-9a-f]{16}$/);
    assert.equal(code, 1);
    assert.match(stderr, /lab: cannot run on this machine, it needs\n {2}- root, got user 65534\n/);
    assert.match(stderr, /pulumi config set slipway:hosts "local unix:\/\/\/var\/run\/docker.sock"/);
    assert.doesNotMatch(stderr, /\n {4}at /);
  });
});
