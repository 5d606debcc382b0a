import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { status } from "../../lab/index.ts";
import { runningMachines } from "../../lab/machine.ts";
import { sshOptions } from "../../host/ssh-options.ts";
import { run, TestLab } from "./labs.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

// A connection of its own each time: one that is shared would outlive the test.
const alone = ["-o", "ControlMaster=no", "-o", "ControlPath=none"];

describe("a lab beside another one", function () {
  this.timeout(INSTALL_TIMEOUT);
  const first = new TestLab("first");
  const second = new TestLab("second");

  before(async () => {
    await first.down();
    await second.down();
    await first.up();
    await second.up(2);
  });
  after(async () => {
    await second.down();
    await first.down();
  });

  it("has a network, hosts and keys of its own", async () => {
    assert.notEqual(second.lab.subnet, first.lab.subnet);
    assert.deepEqual(
      second.lab.hosts.map(({ name, ip }) => [name, ip]),
      [
        ["lab-1", `${second.lab.subnet}.2`],
        ["lab-2", `${second.lab.subnet}.3`],
      ],
    );
    const keys = [...first.lab.hosts, ...second.lab.hosts].map((host) => host.hostKey);
    assert.equal(new Set(keys).size, 3);
    const machines = { registry: true, builder: true, "lab-1": true, "lab-2": true };
    assert.deepEqual((await status(second.dir)).machines, machines);
    assert.deepEqual((await status(second.dir)).lab, second.lab);
  });

  it("keeps its secrets to its owner", () => {
    assert.equal(statSync(second.dir).mode & 0o777, 0o700);
    for (const file of ["lab.json", "identity.json", "docker/config.json", "ssh/id_ed25519"]) {
      assert.equal(statSync(join(second.dir, file)).mode & 0o777, 0o600, file);
    }
  });

  it("lets the deploy user in, by the pinned key alone and with the engine's group", async () => {
    const [host, other] = second.lab.hosts;
    assert.ok(host && other);
    const login = (key: string, ...more: string[]) =>
      second.run(
        "ssh",
        ...alone,
        ...sshOptions({ address: host.address, hostKey: key }),
        ...more,
        host.address,
        "id --name --user --real; id -Gn",
      );
    assert.equal((await login(host.hostKey)).stdout, "deploy\ndeploy docker\n");
    assert.match((await login(other.hostKey)).stderr, /Host key verification failed/);
    assert.match((await login(host.hostKey, "-l", "root")).stderr, /Permission denied \(publickey\)/);
    const stranger = ["-o", "IdentityFile=none", "-F", "none"];
    assert.match((await login(host.hostKey, ...stranger)).stderr, /Permission denied \(publickey\)/);
  });

  it("reaches a host by its name, and leaves the user's own ssh settings in force", async () => {
    assert.equal(await second.must("ssh", ...alone, "lab-2", "hostname"), "lab-2\n");
    const settings = await second.must("ssh", "-G", "elsewhere.example");
    assert.doesNotMatch(settings, /labs\/second/);
    assert.match(settings, /^hashknownhosts yes$/m, "/etc/ssh/ssh_config of Debian says so");
  });

  it("gives docker the engine of each host", async () => {
    const name = (lab: TestLab, ...context: string[]) =>
      lab.must("docker", ...context, "info", "-f", "{{.Name}} {{.ID}}");
    const engines = [
      await name(second),
      await name(second, "--context", "lab-1"),
      await name(second, "--context", "lab-2"),
      await name(first),
    ];
    assert.equal(engines[0], engines[1]);
    assert.equal(new Set(engines).size, 3);
    assert.match(engines[2] ?? "", /^lab-2 /);
  });

  it("has a registry that shows its certificate and asks for the password", async () => {
    const { registry, registryUser, registryPassword } = second.lab;
    const ca = ["--cacert", join(second.dir, "ca/ca.pem")];
    const ask = async (...args: string[]) => {
      const { code, stdout } = await run("curl", [
        "-s",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        ...args,
        `https://${registry}/v2/`,
      ]);
      return `${code} ${stdout}`;
    };
    assert.equal(await ask(...ca, "-u", `${registryUser}:${registryPassword}`), "0 200");
    assert.equal(await ask(...ca), "0 401");
    assert.equal(await ask(...ca, "-u", `${registryUser}:wrong`), "0 401");
    assert.equal(
      await ask("-u", `${registryUser}:${registryPassword}`),
      "60 000",
      "a certificate nobody else trusts",
    );
    assert.equal(await ask("--cacert", join(first.dir, "ca/ca.pem")), "60 000");
    const { stdout } = await run("ss", ["-Hltn", "sport = :5000"]);
    assert.ok(stdout.includes(registry) && !/(0\.0\.0\.0|\*|\[::\]):5000/.test(stdout), stdout);
  });

  it("builds on docker.io's debian:bookworm-slim for both platforms, and runs both on a host", async () => {
    const image = await second.build(
      "arch:1",
      ["FROM debian:bookworm-slim", "RUN uname -m >/arch"],
      "linux/amd64",
      "linux/arm64",
    );
    const platforms = await second.must("docker-buildx", "imagetools", "inspect", image);
    assert.match(platforms, /Platform: +linux\/amd64[^]*Platform: +linux\/arm64/);
    for (const [platform, machine] of [
      ["linux/amd64", "x86_64"],
      ["linux/arm64", "aarch64"],
    ]) {
      const command = ["--platform", platform ?? "", image, "sh", "-c", "cat /arch; uname -m"];
      assert.equal(await second.must("docker", "run", "--rm", ...command), `${machine}\n${machine}\n`);
    }
  });

  it("keeps what listens on the machine's loopback out of reach of a build, and the registry in reach", async () => {
    let connections = 0;
    const service = createServer((socket) => {
      connections += 1;
      socket.on("error", () => undefined).end("reached\n");
    }).listen(0, "127.0.0.1");
    await once(service, "listening");
    try {
      const { port } = service.address() as AddressInfo;
      const { stdout } = await run("bash", ["-c", `cat </dev/tcp/127.0.0.1/${port}`]);
      assert.equal(stdout, "reached\n", "from the machine itself");
      assert.equal(connections, 1);
      const [address = "", registryPort] = second.lab.registry.split(":");
      const dial = (host: string, at: number | string) => `timeout 5 bash -c '</dev/tcp/${host}/${at}'`;
      // The builder's own loopback, its gateway, who answers it for names, and the machine's loopback by other names.
      const hosts = ["127.0.0.1", "198.51.100.2", "198.51.100.3", "127.1.2.3", "0.0.0.0"];
      await second.build("loopback:1", [
        "FROM debian:bookworm-slim",
        `RUN ${dial(address, registryPort ?? "")}`,
        ...hosts.map((host) => `RUN ! ${dial(host, port)}`),
      ]);
      assert.equal(connections, 1);
    } finally {
      service.close();
    }
  });

  it("has packages in reach of a build", async () => {
    const image = await second.build("packages:1", [
      "FROM debian:bookworm-slim",
      "RUN apt-get update && apt-get install -y hello",
    ]);
    assert.equal(await second.must("docker", "run", "--rm", image, "hello"), "Hello, world!\n");
  });

  it("has an edge image with Traefik, a shell and wget, for a user who is not root", async () => {
    const { edgeImage } = second.lab;
    assert.match(
      edgeImage,
      new RegExp(`^${second.lab.registry}/mirror/library/traefik@sha256:[0-9a-f]{64}$`),
    );
    assert.match(await second.must("docker", "run", "--rm", edgeImage, "version"), /Version: +3\.6\.5/);
    const shell = ["--entrypoint", "sh", edgeImage, "-c", "id -u; wget --help 2>&1 | head -1; touch /tmp/x"];
    assert.match(await second.must("docker", "run", "--rm", ...shell), /^1001\nBusyBox/);
  });

  it("starts nothing when called again, and keeps hosts it has", async () => {
    const before = second.processes();
    const { lab } = second;
    await second.up(1);
    assert.deepEqual(
      second.said.map((line) => line.replace(/[\d.]+ s$/, "N s")),
      ["lab: up in N s"],
    );
    assert.deepEqual(second.processes(), before);
    assert.deepEqual(second.lab, lab);
  });

  it("goes without a trace, while the other one stays as it was", async () => {
    const container = ["run", "--detach", "--entrypoint", "sleep", second.lab.edgeImage, "1d"];
    await second.must("docker", ...container);
    const kinds = new Set(second.traces().map((trace) => trace.split(" ")[0]));
    assert.deepEqual([...kinds].sort(), ["cgroup", "folder", "link", "process", "run"]);
    const before = first.processes();
    await second.down();
    assert.deepEqual(second.traces(), []);
    assert.deepEqual(first.processes(), before);
    assert.match(await first.must("docker", "info", "-f", "{{.Name}}"), /^lab-1$/m);
    await first.down();
    assert.deepEqual(first.traces(), []);
    if (runningMachines().length > 0) return; // a lab of somebody else still needs the emulation
    const handlers = existsSync("/proc/sys/fs/binfmt_misc/register")
      ? readdirSync("/proc/sys/fs/binfmt_misc")
      : [];
    assert.deepEqual(
      handlers.filter((name) => name.startsWith("slipway-")),
      [],
    );
  });
});
