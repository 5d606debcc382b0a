import assert from "node:assert/strict";
import { relative } from "node:path";
import type { ImportOptions } from "../../../../model/compose/context.ts";
import { importProject } from "../../../../model/compose/import.ts";
import type { ComposeNetwork, ComposeProject, ComposeService } from "../../../../model/compose/project.ts";
import { OPTIONS } from "./options.ts";

const stack = (
  services: Record<string, ComposeService>,
  more: Partial<ComposeProject> = {},
  options: Partial<ImportOptions> = {},
) => importProject({ name: "stack", services, ...more }, { ...OPTIONS, ...options });

/** The entry of a service of nginx with these keys, without what every entry has. */
function entryOf(keys: ComposeService, more?: Partial<ComposeProject>) {
  const [entry] = stack({ web: { image: "nginx:1.27", restart: "always", ...keys } }, more).catalogue
    .services;
  const { name, image, ...rest } = entry ?? { name: "", image: "" };
  assert.deepEqual([name, image], ["web", "nginx:1.27"]);
  return rest;
}

describe("an import of a Compose file", () => {
  it("leaves out what is so anyway", () => {
    const logging = { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } };
    assert.deepEqual(
      entryOf({ networks: { default: null }, logging, deploy: { replicas: 1 }, command: null }),
      {},
    );
    assert.deepEqual([entryOf({ init: false }), entryOf({ init: true })], [{}, { init: true }]);
    const built = { web: { build: { context: "/stack/services/web" } } };
    assert.deepEqual(stack(built).catalogue.services, [{ name: "web", init: false, hardened: false }]);
  });

  it("keeps what a tmpfs is mounted with but for what each has, a part of a volume, and the host's users", () => {
    const tmpfs = ["/run:rw,exec,nodev,noatime,uid=7,size=1m", "/tmp:noexec,nosuid", "/x:lazytime"];
    const volumes = [
      { type: "volume", source: "data", target: "/a", volume: { subpath: "world", nocopy: true } },
      { type: "volume", target: "/b", volume: { subpath: "b" } },
      { type: "volume", source: "data", target: "/c", read_only: true },
    ];
    const found = stack(
      { web: { image: "a", tmpfs, volumes, userns_mode: "host" } },
      { volumes: { data: null } },
    );
    const [entry] = found.catalogue.services;
    assert.deepEqual(entry?.tmpfs, [
      { target: "/run", options: ["exec", "noatime", "uid=7"], size: "1 MiB" },
      { target: "/tmp" },
      { target: "/x" },
    ]);
    assert.deepEqual(entry.volumes, [
      { source: "data", target: "/a", subpath: "world", nocopy: true },
      { source: "web-b", target: "/b", subpath: "b" },
      { source: "data", target: "/c", readOnly: true },
    ]);
    assert.equal(entry.usernsMode, "host");
    assert.deepEqual(
      found.remarks.filter(({ lost }) => lost),
      [{ at: "services.web.tmpfs.2", lost: true, text: 'has an option that Slipway has not, "lazytime"' }],
    );
  });

  it("says of what is outside of the project's folder where it is to be copied to, and names it there", () => {
    const inProject = (path: string) => relative("/stack", path);
    const web = {
      ...{ image: "a", environment: { A: "1" }, configs: [{ source: "rules", target: "/rules" }] },
    };
    const { catalogue, remarks } = stack(
      { web, app: { build: { context: "/app", additional_contexts: { more: "/lib/more" } } } },
      { configs: { rules: { file: "/etc/shared/rules" } } },
      { inProject, read: () => "A=1", raw: { services: { web: { env_file: [{ path: "/srv/web/.env" }] } } } },
    );
    const [entry, app] = catalogue.services;
    assert.deepEqual(
      [entry?.envFile, entry?.configs],
      [["srv/web/.env"], [{ file: "etc/shared/rules", target: "/rules" }]],
    );
    assert.equal(app?.build?.context, "app");
    const told = remarks.filter(({ text }) => text.includes("outside of the project's folder"));
    assert.deepEqual(
      told.map(({ at, text }) => `${at} ${text}`),
      [
        "services.web.env_file.0 is outside of the project's folder, got /srv/web/.env. Copy it to srv/web/.env",
        "services.web.configs.0 is outside of the project's folder, got /etc/shared/rules. Copy it to etc/shared/rules",
        "services.app.build.context is outside of the project's folder, got /app. Copy it to app",
        "services.app.build.additional_contexts.more is outside of the project's folder, got /lib/more. Copy it to lib/more",
      ],
    );
  });

  it("makes neighbouring ports a range, and leaves two of them apart", () => {
    const ports = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        target: 90 + index,
        published: String(8090 + index),
        protocol: "udp",
      }));
    assert.deepEqual(entryOf({ ports: ports(3) }).ports, [
      { published: "8090-8092", target: "90-92", protocol: "udp" },
    ]);
    assert.equal(entryOf({ ports: ports(2) }).ports?.length, 2);
  });

  it("starts again what serves, and not what somebody waits for to end", () => {
    const ended = { condition: "service_completed_successfully" };
    const { catalogue, remarks } = stack({
      job: { image: "a" },
      init: { image: "a", restart: "on-failure" },
      web: { image: "a", depends_on: { job: ended, init: ended } },
      once: { image: "a", restart: "no" },
      served: { image: "a", restart: "no", ports: [{ target: 80 }] },
      often: { image: "a", deploy: { restart_policy: { condition: "on-failure", max_attempts: 3 } } },
    });
    const restarts = Object.fromEntries(catalogue.services.map(({ name, restart }) => [name, restart]));
    assert.deepEqual(restarts, {
      job: "no",
      init: "no",
      web: undefined,
      once: "no",
      served: undefined,
      often: "on-failure:3",
    });
    assert.ok(remarks.some(({ at, text }) => at === "services.init.restart" && text.includes("on-failure")));
  });

  it("gives a service its former name in its networks, and those that links and containers' names gave it", () => {
    const { catalogue } = stack({
      My_DB: { image: "a", container_name: "stack.db" },
      "my-db": { image: "a" },
      app: { image: "a", links: ["My_DB:database"], environment: { HOST: "stack.db" } },
    });
    assert.deepEqual(catalogue.services[0]?.networks, [
      { name: "default", aliases: ["My_DB", "stack.db", "database"] },
    ]);
    assert.equal(catalogue.services[0].name, "my-db-2");
    assert.deepEqual(catalogue.services[2]?.dependsOn, { "my-db-2": "started" });
  });

  it("takes the one plain network that all services are in for the fleet's own", () => {
    const all = { a: { image: "a", networks: { net: null } }, b: { image: "b", networks: { net: null } } };
    assert.deepEqual(
      stack(all, { networks: { net: { name: "stack_net", driver: "bridge" } } }).catalogue.networks,
      [],
    );
    const { networks, services } = stack(all, {
      networks: { net: { name: "shared", external: true } },
    }).catalogue;
    assert.deepEqual(networks, [{ name: "net", external: "shared" }]);
    assert.deepEqual(
      services.map((each) => each.networks),
      [["net"], ["net"]],
    );
  });

  it("goes on with the volumes that Compose made, or begins with new ones", () => {
    const mount = (target: string) => ({ volumes: [{ type: "volume", source: "data", target }] });
    const services = { a: { image: "a", ...mount("/a") } };
    const volumes = { data: { name: "stack_data" } };
    const existing = stack(services, { volumes }, { volumes: "existing" }).catalogue;
    assert.deepEqual(existing.volumes, [{ name: "data", external: "stack_data" }]);
    const { catalogue, remarks } = stack(services, { volumes });
    assert.deepEqual(catalogue.volumes, []);
    assert.deepEqual(
      remarks.filter(({ at }) => at === "volumes.data").map(({ lost, text }) => [lost, text]),
      [[false, "is new and empty: npx --no slipway copy-volumes a data=stack_data copies what is in it"]],
    );
    const shared = stack({ ...services, b: { image: "b", ...mount("/b") } }, { volumes }).catalogue;
    assert.deepEqual(shared.volumes, [{ name: "data" }]);
  });

  it("runs as often as said where two do not get in each other's way, and mounts a volume as often", () => {
    const published = { ports: [{ target: 80, published: "8080" }], deploy: { replicas: 2 } };
    const twice = ["/a", "/b"].map((target) => ({ type: "volume", source: "data", target }));
    const { catalogue, remarks } = stack({
      a: { image: "a", scale: 2 },
      b: { image: "a", ...published },
      c: { image: "a", scale: 2, volumes: twice },
    });
    assert.deepEqual(
      catalogue.services.map(({ replicas, volumes }) => [replicas, volumes?.length]),
      [
        [2, undefined],
        [undefined, undefined],
        [undefined, 2],
      ],
    );
    const lost = remarks.filter((remark) => remark.lost).map(({ at }) => at);
    assert.deepEqual(lost.sort(), ["services.b.deploy.replicas", "services.c.scale"]);
  });

  it("makes configs of small files, and says which folders are to be copied to the host", () => {
    const bind = (source: string) => ({
      type: "bind",
      source,
      target: "/x",
      bind: { create_host_path: true },
    });
    const { catalogue, remarks } = stack({
      a: { image: "a", volumes: [bind("/stack/a.conf"), bind("/stack/data"), bind("/run/docker.sock")] },
    });
    assert.deepEqual(catalogue.services[0]?.configs, [{ file: "a.conf", target: "/x" }]);
    assert.deepEqual(catalogue.services[0].volumes, [
      { source: "/opt/stack/data", target: "/x" },
      { source: "/run/docker.sock", target: "/x", engineSocket: true },
    ]);
    assert.ok(remarks.some(({ at, text }) => at.endsWith(".1.source") && text.endsWith("Copy it there")));
  });

  it("has a path of the host be there where the file says so, which Compose 2 prints as nothing", () => {
    const bind = (settings: object) => ({ type: "bind", source: "/srv/a", target: "/a", bind: settings });
    const raw = { services: { a: { volumes: [bind({ create_host_path: false })] } } };
    const printed = { a: { image: "a", volumes: [bind({})] } };
    const [entry] = stack(printed, {}, { raw }).catalogue.services;
    assert.deepEqual(entry?.volumes, [{ source: "/srv/a", target: "/a", createHostPath: false }]);
    assert.deepEqual(stack(printed).catalogue.services[0]?.volumes, [{ source: "/srv/a", target: "/a" }]);
  });

  it("makes secrets of what looks secret, and says how to set them without their values", () => {
    const environment = {
      DB_PASSWORD: "hunter2",
      URL: "postgres://u:hunter2@db/x",
      LITERAL_TOKEN: "t0p",
      MODE: "fast",
    };
    const raw = {
      services: {
        a: { environment: { ...environment, DB_PASSWORD: "${PW:-hunter2}", URL: "postgres://u:$PW@db/x" } },
      },
    };
    const { catalogue, commands, remarks } = stack({ a: { image: "a", environment } }, {}, { raw });
    assert.deepEqual(catalogue.services[0]?.environment, { MODE: "fast" });
    assert.deepEqual(catalogue.services[0].secrets, {
      DB_PASSWORD: "pw",
      URL: "url",
      LITERAL_TOKEN: "literal-token",
    });
    assert.deepEqual(commands, [
      "pulumi config set --secret secrets:literal-token   # its value stands at services.a.environment.LITERAL_TOKEN",
      'printf %s "${PW:?}" | pulumi config set --secret secrets:pw   # a default stands at services.a.environment.DB_PASSWORD',
      'printf %s "postgres://u:${PW:?}@db/x" | pulumi config set --secret secrets:url',
    ]);
    assert.doesNotMatch(JSON.stringify({ catalogue, commands, remarks }), /hunter2|t0p/);
  });

  it("says of a check how it is made and how often, and gives a slow one time", () => {
    const test = ["CMD-SHELL", "true"];
    assert.deepEqual(entryOf({ healthcheck: { test, interval: "1m30s", start_period: "2m0s" } }), {
      health: { shell: "true", interval: "90 seconds", timeout: "30 seconds", startPeriod: "2 minutes" },
      startTimeout: "3 minutes",
    });
    assert.deepEqual(entryOf({ healthcheck: { disable: true } }), { health: "none" });
  });

  it("gives a network its range of IPv4 and that of IPv6 addresses", () => {
    const made = (network: ComposeNetwork) => {
      const networks = { lan: network };
      const place = { ipv4_address: "10.7.0.9", ipv6_address: "fd00:7::9" };
      const { catalogue, remarks } = stack({ web: { image: "a", networks: { lan: place } } }, { networks });
      const said = remarks.map(({ at, lost }) => `${at} ${lost ? "lost" : "noted"}`);
      return [catalogue.networks, catalogue.services[0]?.networks, said];
    };
    const ipv4 = { subnet: "10.7.0.0/24", gateway: "10.7.0.1" };
    const ipv6 = { subnet: "fd00:7::/64", gateway: "fd00:7::1" };
    const both = { name: "lan", ipv4Address: "10.7.0.9", ipv6Address: "fd00:7::9" };
    const lan = { name: "lan", ...ipv4, ipv6Subnet: ipv6.subnet, ipv6Gateway: ipv6.gateway };
    const config = [ipv6, ipv4];
    assert.deepEqual(made({ enable_ipv6: true, ipam: { config } }), [[lan], [both], []]);
    const third = { subnet: "10.8.0.0/24" };
    assert.deepEqual(made({ enable_ipv6: true, ipam: { config: [...config, third] } }), [
      [lan],
      [both],
      ["networks.lan.ipam.config.2 lost"],
    ]);
    assert.deepEqual(made({ ipam: { config } }), [
      [{ name: "lan", ...ipv4 }],
      [{ name: "lan", ipv4Address: "10.7.0.9" }],
      ["services.web.networks.lan.ipv6_address lost", "networks.lan.ipam.config.0 noted"],
    ]);
  });
});
