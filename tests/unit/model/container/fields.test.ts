import assert from "node:assert/strict";
import type { Service } from "../../../../model/catalogue/service.ts";
import { differences } from "../../../../model/container/diff.ts";
import { FIELDS, containerInputs } from "../../../../model/container/fields.ts";
import type { ContainerInputs } from "../../../../model/container/fields/field.ts";
import type { ImageConfig } from "../../../../model/container/inspect.ts";
import { edgeCommand, edgeEntrypoint } from "../../../../model/edge/traefik.ts";
import { PLAIN } from "../edge/edges.ts";
import { inspect } from "./inspected.ts";

const IMAGE: ImageConfig = {
  Env: ["PATH=/bin"],
  Labels: { title: "Web" },
  Cmd: ["serve"],
  Entrypoint: ["/init"],
  User: "web",
  Healthcheck: { Test: ["CMD", "true"], Retries: 3 },
};
const entry: Service = {
  name: "web",
  http: { port: 8000 },
  health: { path: "/health" },
  labels: { mine: "1" },
  ports: [
    { published: 53, target: 5353, protocol: "udp" },
    { published: 80, target: 8080 },
  ],
  environment: { LEVEL: "info" },
  secrets: { TOKEN: "token" },
  volumes: [{ source: "data", target: "/data", readOnly: true }],
  command: ["serve", "--fast"],
  stopGracePeriod: "20 seconds",
  ...{ entrypoint: ["/start"], workingDir: "/srv", user: "1000:1000", groupAdd: ["video", "44"] },
  ...{ hostname: "web-1", domainname: "example.com", tty: true, stdinOpen: true, stopSignal: "SIGQUIT" },
  ...{ runtime: "runc", memory: "100 MB", memoryReservation: "64 MiB", cpus: 0.05 },
  ...{ cpuShares: 512, cpuset: "0-1" },
  ...{ ulimits: { nofile: 1024, nproc: { soft: 10, hard: 20 } }, sysctls: { "net.core.somaxconn": 512 } },
  ...{ shmSize: "128 MiB", capAdd: ["NET_ADMIN"], capDrop: ["CAP_MKNOD"], privileged: true },
  ...{
    securityOpt: ["no-new-privileges"],
    readOnly: true,
    tmpfs: [{ target: "/tmp", size: "1 MiB", mode: "1777", options: ["exec", "uid=7"] }],
    usernsMode: "host",
  },
  devices: [{ source: "/dev/null", target: "/dev/nothing", permissions: "r" }, { source: "/dev/zero" }],
  ...{ deviceCgroupRules: ["c 1:3 r"], gpus: { deviceIds: ["0", "1"] } },
  preDeploy: { command: ["migrate"] },
};
const SOURCE = {
  ...{ project: "slipway", stack: "dev", slot: "0", host: "main", image: "ghcr.io/acme/web@sha256:1" },
  secretLine: (variable: string, secret: string) => `${variable}=${secret}=`,
  volumeName: (source: string) => `web-${source}-1`,
  networks: [{ name: "main-1", aliases: ["web"] }],
  hosts: [{ host: "api", ip: "172.28.0.2" }],
};
/** Containers of every kind, as the state has their inputs. */
const KINDS = Object.entries({
  "a service with every key": containerInputs({ ...SOURCE, entry }),
  "a service with none": containerInputs({ ...SOURCE, entry: { name: "web" }, hosts: [] }),
  "a pre-deploy job": containerInputs({
    ...SOURCE,
    entry,
    slot: "pre-deploy",
    job: { command: ["migrate"] },
  }),
  "a service with the host's network": containerInputs({
    ...SOURCE,
    ...{ networks: [], hosts: [], networkMode: "host" },
    entry: { name: "web", networkMode: "host", restart: "on-failure:5", dns: ["192.0.2.1", "192.0.2.2"] },
  }),
  "a service with mounts of every kind, and names of every kind": containerInputs({
    ...SOURCE,
    networks: [{ name: "main-1", aliases: ["web", "www"], ipv4Address: "10.1.0.5" }, { name: "back-1" }],
    entry: {
      ...{ name: "web", restart: "no" },
      ...{
        extraHosts: { gateway: "host-gateway", six: "fd00::1" },
        dnsSearch: ["a.org"],
        dnsOpt: ["ndots:1"],
      },
      volumes: [
        { source: "data", target: "/data/" },
        { source: "/srv/a/", target: "/a" },
        { source: "/srv/b", target: "/b", readOnly: true, createHostPath: false },
        { source: "/srv/c", target: "/c", propagation: "rslave" },
      ],
      ports: [{ published: "81-82", target: "8081-8082", hostIp: "127.0.0.1" }, { target: 9 }],
    },
  }),
  "the edge": containerInputs({
    ...SOURCE,
    entry: {
      name: "edge",
      command: edgeCommand(PLAIN),
      volumes: [{ source: "routes", target: "/routes" }],
      ...{ user: "0:0", entrypoint: edgeEntrypoint, sysctls: { "net.ipv4.tcp_tw_reuse": "1" } },
      ...{
        capDrop: ["ALL"],
        readOnly: true,
        tmpfs: [{ target: "/tmp" }],
        securityOpt: ["no-new-privileges"],
      },
    },
    networks: [{ name: "main-1", ipv4Address: "172.28.0.2" }],
  }),
  "a service on a host with IPv6": containerInputs({ ...SOURCE, entry, ipv6: true }),
}).map(([kind, inputs]) => [kind, JSON.parse(JSON.stringify(inputs)) as ContainerInputs] as const);

describe("what a container is made of", () => {
  it("has a row for each property that any container gets, and each only once", () => {
    const rows = FIELDS.map(({ input }): string => input);
    assert.deepEqual(rows, [...new Set(rows)]);
    for (const [kind, inputs] of KINDS)
      assert.deepEqual(
        Object.keys(inputs).filter((input) => !rows.includes(input)),
        [],
        kind,
      );
  });

  for (const [kind, inputs] of KINDS)
    it(`is no difference in ${kind} as Docker shows it, whatever its image gives`, () => {
      for (const image of [IMAGE, {}])
        assert.deepEqual(differences(inputs, inspect(inputs, image), image), []);
    });

  it("shows what was changed in each property, and hides what can be a secret", () => {
    const [, inputs] = KINDS[0] ?? [];
    assert.ok(inputs);
    const found = inspect(inputs, IMAGE);
    const { Config, HostConfig, NetworkSettings } = found;
    Object.assign(Config, { Image: "web@sha256:2", Cmd: ["s3cr3t"], Entrypoint: ["s3cr3t"], User: "root" });
    Object.assign(Config, {
      Env: ["PATH=/bin", "LEVEL=s3cr3t"],
      Labels: { ...Config.Labels, mine: "s3cr3t" },
    });
    Object.assign(Config, { Healthcheck: { Test: ["NONE"] } });
    Object.assign(HostConfig, { Memory: 5, CpuQuota: 6, Init: null, Tmpfs: { "/tmp": "size=1m" } });
    Object.assign(HostConfig, { LogConfig: { Type: "journald", Config: {} }, ExtraHosts: ["api:10.0.0.1"] });
    Object.assign(HostConfig, { CapAdd: ["CAP_SYS_ADMIN"], Sysctls: { a: "1" }, PortBindings: null });
    Object.assign(HostConfig, {
      MemoryReservation: 1,
      MemorySwap: -1,
      CpuPeriod: 2,
      CpusetCpus: "1",
      CpuShares: 256,
      ShmSize: 3,
    });
    Object.assign(HostConfig, { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }], Privileged: false });
    Object.assign(HostConfig, {
      SecurityOpt: ["no-new-privileges"],
      ReadonlyRootfs: false,
      Runtime: "other",
    });
    const device = { PathOnHost: "/dev/zero", PathInContainer: "/dev/nothing", CgroupPermissions: "r" };
    Object.assign(HostConfig, { Devices: [device], DeviceCgroupRules: [], DeviceRequests: null });
    Object.assign(HostConfig, { GroupAdd: ["44"], UsernsMode: "" });
    Object.assign(Config, {
      WorkingDir: "/",
      Hostname: "mine",
      Domainname: "",
      Tty: false,
      OpenStdin: false,
    });
    Object.assign(Config, { StopSignal: "SIGINT", StopTimeout: 10 });
    HostConfig.RestartPolicy.Name = "no";
    NetworkSettings.Networks = { "main-1": { NetworkID: "n", Aliases: ["other"] } };
    found.Mounts = [];
    const texts = differences(inputs, found, IMAGE).map(({ text }) => text);
    assert.deepEqual(texts, [
      ...["image changed", "entrypoint changed", "command changed", "user changed (root, not 1000:1000)"],
      ...[
        "group video removed",
        "working folder changed (/, not /srv)",
        "host name changed (mine, not web-1)",
      ],
      ...["domain name changed (none, not example.com)", "terminal changed", "open standard input changed"],
      "stop signal changed (SIGINT, not SIGQUIT)",
      ...["env LEVEL changed", "env TOKEN removed", "label mine changed", "health check changed"],
      ...["network main-1 changed", "hosts entry api changed (10.0.0.1, not 172.28.0.2)"],
      ...["port 53:5353/udp removed", "port 80:8080/tcp removed", "mount /data removed"],
      ...["memory limit changed (5, not 100663296)", "memory reservation changed (1, not 67108864)"],
      ...["memory and swap limit changed (-1, not 201326592)", "CPU period changed (2, not 100000)"],
      ...[
        "CPU quota changed (6, not 5000)",
        "CPU shares changed (256, not 512)",
        "CPU set changed (1, not 0-1)",
      ],
      ...["ulimit nofile changed (1:2, not 1024:1024)", "ulimit nproc removed"],
      ...["sysctl net.core.somaxconn removed", "size of /dev/shm changed (3, not 134217728)"],
      "capabilities changed (+SYS_ADMIN -MKNOD, not +NET_ADMIN -MKNOD)",
      ...[
        "privileged changed",
        "user namespace changed (none, not host)",
        "security option label=disable removed",
        "read-only root changed",
      ],
      "tmpfs /tmp changed (size=1m, not size=1048576,mode=1777,exec,uid=7)",
      ...["device /dev/nothing changed (/dev/zero r, not /dev/null r)", "device /dev/zero removed"],
      ...["device rule c 1:3 r removed", 'GPUs changed (none, not ["nvidia",0,["0","1"],["gpu"],[]])'],
      ...["restart policy changed (no, not always)", "init changed", "runtime changed (other, not runc)"],
      ...["log driver changed (journald, not json-file)", "log option max-size removed"],
      ...["log option max-file removed", "stop timeout changed (10, not 20)", "sysctl a added"],
    ]);
    assert.doesNotMatch(texts.join(), /s3cr3t/);
  });

  it("is not held against a container whose image is gone, as far as the image may have given it", () => {
    const [, inputs] = KINDS[1] ?? [];
    assert.ok(inputs);
    assert.deepEqual(differences(inputs, inspect(inputs, IMAGE), undefined), []);
  });

  it("is of a job its command as it stands, under no name that others call the service by", () => {
    const job = { command: ["./migrate", "--all"] };
    const made = containerInputs({ ...SOURCE, entry, slot: "pre-deploy", job });
    assert.deepEqual([made.entrypoints, made.command], [["./migrate"], ["--all"]]);
    assert.deepEqual(made.networksAdvanced, [{ name: "main-1" }]);
    assert.deepEqual([made.ports, made.healthcheck, made.restart], [undefined, undefined, "no"]);
  });

  it("publishes ports by IPv6 too on a host that has it, where the plugin would by IPv4 alone", () => {
    const ports = [{ published: 80, target: 8080 }];
    const made = (ipv6?: boolean) =>
      containerInputs({ ...SOURCE, entry: { name: "web", ports }, ...(ipv6 !== undefined && { ipv6 }) })
        .ports;
    const port = { external: 80, internal: 8080, protocol: "tcp" };
    assert.deepEqual(made(true), [
      { ...port, ip: "0.0.0.0" },
      { ...port, ip: "::" },
    ]);
    const alone = { ...port, ip: undefined };
    assert.deepEqual([made(false), made()], [[alone], [alone]]);
  });

  it("has an init process but where the service says not, or its image is from elsewhere", () => {
    const init = (service: Service) => containerInputs({ ...SOURCE, entry: service }).init;
    assert.deepEqual([init({ name: "web" }), init({ name: "web", init: false })], [true, false]);
    const stock = { name: "db", image: "postgres:17" };
    assert.deepEqual([init(stock), init({ ...stock, init: true })], [false, true]);
  });

  it("is checked by Docker sooner where a proxy may go by that, and not at all by what images may lack", () => {
    const check = (service: Partial<Service>, behindOwnProxy = false) =>
      containerInputs({ ...SOURCE, entry: { name: "web", ...service }, behindOwnProxy }).healthcheck;
    const health = { command: ["ping"] };
    const tests = ["CMD", "ping"];
    assert.deepEqual(check({ health }), { tests, interval: "30s", timeout: "5s" });
    const often = { interval: "5s", timeout: "5s", retries: 2 };
    const wrapped = ["CMD", "sh", "-c", `[ ! -s /dev/shm/slipway-leaving ] && exec "$@"`, "sh", "ping"];
    assert.deepEqual(check({ health }, true), { tests: wrapped, ...often });
    const line = check({ health: { shell: "ping | grep ok" } }, true) as { tests: string[] };
    assert.deepEqual(line.tests, [...wrapped.slice(0, -1), "/bin/sh", "-c", "ping | grep ok"]);
    assert.deepEqual(check({ health: { ...health, hasShell: false } }, true), { tests, ...often });
    assert.equal(check({ health: { path: "/health" } }), undefined);
  });

  it("differs in a label where something is set no more that the plugin would keep", () => {
    const label = (service: Partial<Service>) => {
      const { labels } = containerInputs({ ...SOURCE, entry: { name: "web", ...service } });
      return (labels as { label: string; value: string }[]).find(({ label }) => label === "slipway.sets")
        ?.value;
    };
    assert.equal(label({}), undefined);
    assert.equal(label({ environment: { A: "1" } }), "envs");
    assert.equal(label({ command: ["a"], health: { command: ["b"] } }), "command healthcheck");
    assert.equal(label({ command: ["a"], health: { path: "/" } }), "command");
    assert.equal(label({ ports: [{ published: 8, target: 8 }] }), undefined);
    assert.equal(
      label({
        ports: [
          { published: 8, target: 8 },
          { target: 9, protocol: "udp" },
        ],
      }),
      "9/udp",
    );
  });
});
