import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Fleet } from "./fleet.ts";

const SERVICES = "tests/e2e/keys/services.ts";
const MIB = 2 ** 20;
const SECOND = 1e9;

/** What of `docker inspect` each service's keys decide. */
const EXPECTED = {
  process: {
    Config: {
      ...{ Entrypoint: ["sh", "-c"], Cmd: ["exec sleep 1d"], WorkingDir: "/tmp", User: "1000:1000" },
      ...{ Hostname: "keys-1", Domainname: "example.com", Tty: true, OpenStdin: true, StopSignal: "SIGKILL" },
      Healthcheck: {
        ...{ Test: ["CMD-SHELL", "test -d /tmp"], Interval: 90 * SECOND, Timeout: 2 * SECOND },
        ...{ StartPeriod: 60 * SECOND, Retries: 2 },
      },
    },
    HostConfig: {
      ...{ GroupAdd: ["1234", "44"], Init: false, Runtime: "runc" },
      LogConfig: { Type: "local", Config: { "max-size": "1m" } },
    },
  },
  limits: {
    Config: { Healthcheck: { Test: ["NONE"] } },
    HostConfig: {
      ...{
        Memory: 64 * MIB,
        MemoryReservation: 31 * MIB,
        CpuPeriod: 100_000,
        CpuQuota: 5000,
        CpusetCpus: "0",
        CpuShares: 512,
      },
      ...{ PidsLimit: 50, ShmSize: MIB, Sysctls: { "net.core.somaxconn": "512" } },
      Ulimits: [
        { Name: "nofile", Hard: 1024, Soft: 1024 },
        { Name: "nproc", Hard: 600, Soft: 512 },
      ],
    },
  },
  closed: {
    Config: {},
    HostConfig: {
      ...{ CapAdd: ["CAP_NET_BIND_SERVICE"], CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"] },
      ...{
        ReadonlyRootfs: true,
        Tmpfs: { "/tmp": "size=1048576,mode=1777", "/run": "exec,noatime,uid=1000" },
      },
      Devices: [
        { PathOnHost: "/dev/null", PathInContainer: "/dev/nothing", CgroupPermissions: "rw" },
        { PathOnHost: "/dev/zero", PathInContainer: "/dev/zero", CgroupPermissions: "rwm" },
      ],
      DeviceCgroupRules: ["c 1:3 r"],
    },
  },
  open: { Config: {}, HostConfig: { PidMode: "host", UsernsMode: "host", SecurityOpt: ["label=disable"] } },
};

interface Inspected {
  Config: Record<string, unknown>;
  HostConfig: Record<string, unknown>;
}

describe("the keys of a container", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;

  before(async () => {
    const { environment } = await testLab();
    fleet = new Fleet(`${paths.own}/keys`, { ...environment, PULUMI_STACK: "keys" }, "022");
    writeFileSync(join(fleet.folder, "services.ts"), `export * from "./${SERVICES}";\n`);
    await fleet.initStack("keys", { edge: "false" });
    await fleet.up();
  });
  after(async () => {
    await fleet.destroy();
    rmSync(fleet.folder, { recursive: true });
  });

  const inspect = async (service: string) => {
    const { [service]: id = "" } = await fleet.containers();
    const [inspected] = JSON.parse(await fleet.must("docker", "inspect", id)) as Inspected[];
    assert.ok(inspected);
    return { id, ...inspected };
  };
  const isLeftAlone = async () => {
    assert.deepEqual(await fleet.up(), {});
    const { code, text } = await fleet.slipway("status");
    assert.equal(code, 0, text);
  };

  for (const [service, expected] of Object.entries(EXPECTED))
    it(`of ${service} are those of the container that Docker shows`, async () => {
      const { Config, HostConfig } = await inspect(service);
      const found = (expect: object, all: Record<string, unknown>) =>
        Object.fromEntries(Object.keys(expect).map((key) => [key, all[key]]));
      assert.deepEqual(found(expected.Config, Config), expected.Config);
      const host = Object.entries(found(expected.HostConfig, HostConfig));
      assert.deepEqual(
        Object.fromEntries(host.map(([key, value]) => [key, sorted(value)])),
        expected.HostConfig,
      );
    });

  it("are no change for the next update, for a refresh and for status", async () => {
    await isLeftAlone();
    await fleet.must("pulumi", "preview", "--refresh", "--expect-no-changes");
  });

  it("are told by status where they open something, a line a service", async () => {
    const { stdout } = await fleet.slipway("status");
    assert.deepEqual(
      stdout.split("\n").filter((line) => line.includes(": open: ")),
      [
        "closed: open: capability NET_BIND_SERVICE; exec in /run; device /dev/null; device /dev/zero; devices c 1:3 r",
        "open: open: the host's processes; the host's users",
      ],
    );
    const { replicas } = JSON.parse((await fleet.slipway("status", "--json")).stdout) as {
      replicas: { service: string; open?: string[] }[];
    };
    assert.deepEqual(
      replicas.flatMap(({ service, open }) => (open ? [[service, open.length]] : [])),
      [
        ["closed", 5],
        ["open", 2],
      ],
    );
  });

  it("are changed in the running container where Docker can, and roll it where not", async () => {
    const [limits, closed] = [await inspect("limits"), await inspect("closed")];
    fleet.edit(SERVICES, 'memory: "64 MiB"', 'memory: "96 MiB"');
    fleet.edit(SERVICES, "pidsLimit: 50", "pidsLimit: 60");
    assert.deepEqual(await fleet.up(), {
      "update docker:index/container:Container": 1,
      "update command:local:Command": 1,
      "update slipway:index:Service": 1,
    });
    const { id, HostConfig } = await inspect("limits");
    assert.deepEqual([id, HostConfig.Memory, HostConfig.PidsLimit], [limits.id, 96 * MIB, 60]);
    fleet.edit(SERVICES, 'capAdd: ["NET_BIND_SERVICE"]', 'capAdd: ["CHOWN"]');
    const preview = await fleet.must("pulumi", "preview");
    assert.match(
      preview,
      /open: capability CHOWN; exec in \/run; device \/dev\/null; device \/dev\/zero; devices c 1:3 r$/m,
    );
    assert.doesNotMatch(preview, /the host's processes/);
    await fleet.up();
    const rolled = await inspect("closed");
    assert.notEqual(rolled.id, closed.id);
    assert.deepEqual(rolled.HostConfig.CapAdd, ["CAP_CHOWN"]);
    await isLeftAlone();
  });

  it("that were changed by hand are told, and put back without a roll where the cutover can", async () => {
    const { id } = await inspect("limits");
    await fleet.must("docker", "update", "--pids-limit", "70", id);
    const { code, text } = await fleet.slipway("status");
    assert.equal(code, 2);
    assert.match(text, /^limits on lab-1: edited by hand: \S+: limit of processes changed \(70, not 60\)\./m);
    const up = await fleet.slipway("up");
    assert.equal(up.code, 0, up.text);
    const mended = await inspect("limits");
    assert.deepEqual([mended.id, mended.HostConfig.PidsLimit], [id, 60]);
  });
});

/** Sets have no order. */
function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
