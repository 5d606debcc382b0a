import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { restartEngine } from "../../lab/index.ts";
import { until } from "../../lab/wait.ts";
import type { Inspected } from "../../model/container/inspect.ts";
import { Host } from "../faults/harness/host.ts";
import { paths, testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Client } from "./client.ts";
import { Fleet } from "./fleet.ts";

const SERVICES = "tests/e2e/places/services.ts";
const RUNNING = ["alone", "beside", "edge", "host", "inside", "many", "vpn", "waits"];

describe("containers in every place that networks and disks have", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: Fleet;
  let host: Host;
  let client: Client;

  before(async () => {
    const { lab, environment } = await testLab();
    host = new Host(lab);
    client = new Client(host.ip);
    fleet = new Fleet(`${paths.own}/places`, { ...environment, PULUMI_STACK: "places" }, "022");
    writeFileSync(join(fleet.folder, "services.ts"), `export * from "./${SERVICES}";\n`);
    await fleet.initStack("places");
  });
  after(async () => {
    await fleet.destroy();
    await fleet.run("docker", "network", "rm", "outside-network");
    await host.run("rm", "-rf", "/srv/made");
  });

  const inspected = async (service: string): Promise<Inspected> => {
    const id = (
      await fleet.must(
        ...(["docker", "ps", "--all", "--quiet", "--filter", `label=slipway.service=${service}`] as const),
      )
    ).trim();
    const [found] = JSON.parse(await fleet.must("docker", "inspect", id)) as Inspected[];
    assert.ok(found, service);
    return found;
  };
  const nothingWrong = async () => {
    const { code, text } = await fleet.slipway("status");
    assert.equal(code, 0, text);
    return text;
  };

  it("are refused before anything happens where something external is not there", async () => {
    const { code, text } = await fleet.run("pulumi", "preview");
    assert.notEqual(code, 0);
    assert.match(text, /networks\/theirs\/external: is not there on host lab-1, got "outside-network"/);
    assert.match(text, /volumes\/theirs\/external: is not there on host lab-1, got "outside-volume"/);
    await fleet.must("docker", "network", "create", "outside-network");
    await fleet.must("docker", "volume", "create", "outside-volume");
  });

  it("are told by its path where one that must be there is not, and then come up", async () => {
    fleet.edit(SERVICES, '"/etc/hostname"', '"/srv/not-there"');
    const { code, text } = await fleet.run("pulumi", "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /bind source path does not exist: \/srv\/not-there/);
    fleet.edit(SERVICES, '"/srv/not-there"', '"/etc/hostname"');
    await fleet.up();
    assert.deepEqual(Object.keys(await fleet.containers()).sort(), RUNNING);
    await nothingWrong();
  });

  it("are left as they are when nothing has changed", async () => {
    assert.deepEqual(await fleet.up(), {});
  });

  it("have the network that they say: another's, the host's, none, several", async () => {
    const vpn = await inspected("vpn");
    for (const service of ["inside", "beside"])
      assert.equal((await inspected(service)).HostConfig.NetworkMode, `container:${vpn.Id}`);
    assert.equal((await inspected("host")).HostConfig.NetworkMode, "host");
    assert.equal((await inspected("alone")).HostConfig.NetworkMode, "none");
    const { Id, HostConfig, NetworkSettings } = await inspected("many");
    const names = Object.keys(NetworkSettings.Networks).map((name) => name.replace(/-[0-9a-f]{7}$/, ""));
    assert.deepEqual(names.sort(), ["lab-1.network.back", "lab-1.network.closed", "outside-network"]);
    const back = Object.entries(NetworkSettings.Networks).find(([name]) => name.includes("back"))?.[1];
    assert.deepEqual(back?.IPAMConfig, { IPv4Address: "10.123.0.10", IPv6Address: "fd00:123::10" });
    const addresses = await fleet.must("docker", "exec", Id, "cat", "/proc/net/if_inet6");
    assert.match(addresses, /^fd000123000000000000000000000010 /m);
    assert.deepEqual(back.Aliases?.filter((name) => !name.includes("-") && name.length < 10).sort(), [
      "db",
      "many",
    ]);
    const local = (port: number) => [{ HostIp: "127.0.0.1", HostPort: String(port) }];
    const { "8003/udp": chosen, ...ports } = HostConfig.PortBindings ?? {};
    assert.deepEqual(ports, { "8000/tcp": local(7200), "8001/tcp": local(7201), "8002/tcp": local(7202) });
    assert.equal(Number(chosen?.[0]?.HostPort), 0);
    assert.deepEqual(HostConfig.ExtraHosts?.toSorted(), ["gateway:host-gateway", "printer:192.0.2.9"]);
    assert.deepEqual(
      [HostConfig.Dns, HostConfig.DnsSearch, HostConfig.DnsOptions],
      [["192.0.2.53"], ["fleet.test"], ["ndots:2"]],
    );
    const closed = await fleet.must(
      ...([
        "docker",
        "network",
        "inspect",
        "--format",
        "{{.Internal}}",
        ...Object.keys(NetworkSettings.Networks).filter((name) => name.includes("closed")),
      ] as [string, ...string[]]),
    );
    assert.equal(closed, "true\n");
  });

  it("have mounted what they say, and what a job had to make is there", async () => {
    const { Mounts, Id, HostConfig } = await inspected("waits");
    assert.equal(HostConfig.RestartPolicy.Name, "on-failure");
    assert.equal(HostConfig.RestartPolicy.MaximumRetryCount, 3);
    const text = Mounts.map(({ Type, Name, Source, Destination, RW, Propagation }) =>
      `${Destination} ${Type} ${Name?.replace(/-[0-9a-f]{12}$/, "") ?? Source} ${RW ? "rw" : "ro"} ${Propagation ?? ""}`.trim(),
    );
    assert.deepEqual(text.sort(), [
      "/again volume waits-own ro",
      "/below bind /srv ro private",
      "/common volume common ro",
      "/drive volume drive rw",
      "/host-name bind /etc/hostname ro rprivate",
      "/made bind /srv/made/here rw rprivate",
      "/own volume waits-own rw",
      "/theirs volume outside-volume rw",
      "/var/run/docker.sock bind /var/run/docker.sock rw rprivate",
    ]);
    assert.equal(await fleet.must("docker", "exec", Id, "cat", "/common/ready"), "yes");
    const init = await inspected("init");
    assert.deepEqual([init.State.Status, init.State.ExitCode], ["exited", 0]);
    assert.match(await nothingWrong(), /^init .* exited \(0\)/m);
  });

  it("answer through the edge where they have no network of their own", async () => {
    for (const name of ["inside", "host"]) {
      const { status, body } = await client.get(`http://${name}.fleet.test/`);
      assert.deepEqual([status, body], [200, name]);
    }
  });

  it("are rolled with the one whose network they have, and started again after the one they depend on so", async () => {
    const before = await inspected("waits");
    fleet.edit(SERVICES, 'name: "vpn",', 'name: "vpn", environment: { NEXT: "1" },');
    const text = await fleet.must(process.execPath, "cli/slipway.mjs", "up", "vpn");
    const vpn = await inspected("vpn");
    for (const service of ["inside", "beside"])
      assert.equal((await inspected(service)).HostConfig.NetworkMode, `container:${vpn.Id}`, text);
    const after = await inspected("waits");
    assert.equal(after.Id, before.Id);
    assert.ok(after.State.StartedAt > vpn.State.StartedAt, "started after what it depends on");
    assert.equal((await client.get("http://inside.fleet.test/")).body, "inside");
    assert.deepEqual(await fleet.up(), {});
    await nothingWrong();
  });

  it("keep the former one where a job fails, whose last lines are told", async () => {
    const before = await inspected("init");
    fleet.edit(SERVICES, `open("/common/ready", "w").write("yes")`, `raise SystemExit("no such table")`);
    const { code, text } = await fleet.run("pulumi", "up", "--yes", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(text, /init: the container failed with exit code 1/);
    assert.match(text, /no such table/);
    assert.equal((await inspected("waits")).State.Status, "running");
    fleet.edit(SERVICES, `raise SystemExit("no such table")`, `open("/common/ready", "w").write("yes")`);
    await fleet.up();
    assert.notEqual((await inspected("init")).Id, "");
    assert.ok(before.Id);
    await nothingWrong();
  });

  it("run again after the engine was started anew; what has another's network by slipway up at the latest", async () => {
    await restartEngine(host.lab, host.name);
    const byThemselves = RUNNING.filter((name) => !["inside", "beside"].includes(name));
    await until(
      async () => {
        const running = Object.keys(await fleet.containers());
        return byThemselves.every((name) => running.includes(name));
      },
      60,
      () => "not all run again",
    );
    await fleet.must(process.execPath, "cli/slipway.mjs", "up");
    assert.deepEqual(Object.keys(await fleet.containers()).sort(), RUNNING);
    assert.equal((await client.get("http://inside.fleet.test/")).body, "inside");
    await nothingWrong();
  });

  it("leave nothing but volumes, and what is external", async () => {
    await fleet.must("pulumi", "destroy", "--yes", "--skip-preview");
    assert.equal(await fleet.must("docker", "ps", "--all", "--quiet"), "");
    const networks = await fleet.must("docker", "network", "ls", "--format", "{{.Name}}");
    assert.deepEqual(networks.trim().split("\n").sort(), ["bridge", "host", "none", "outside-network"]);
    const volumes = (await fleet.must("docker", "volume", "ls", "--format", "{{.Name}}")).trim().split("\n");
    assert.deepEqual(volumes.map((name) => name.replace(/-[0-9a-f]{12}$/, "")).sort(), [
      ...["common", "drive", "outside-volume", "waits-own"],
    ]);
  });
});
