import assert from "node:assert/strict";
import type { ActualContainer } from "../../../../model/container/actual.ts";
import { filesVolume, givenFiles, parseAboutFiles } from "../../../../model/container/files.ts";
import type { Inspected } from "../../../../model/container/inspect.ts";
import { adoption } from "../../../../model/state/adopt.ts";
import type { Planned } from "../../../../model/state/adopt/match.ts";
import { nameIn } from "../../../../model/state/resources.ts";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = (type: string, name: string) => `urn:pulumi:prod::fleet::${type}::${name}`;
const HOST = urn("slipway:index:Host$pulumi:providers:docker", "main");
const RANDOM = urn("pulumi:providers:random", "default_4_21_2");
const IMAGE = urn("docker-build:index:Image", "web");

function planned(type: string, name: string, inputs: object, more: Partial<Planned> = {}): Planned {
  return { urn: urn(type, name), type, custom: true, inputs, provider: `${HOST}::${UNKNOWN}`, ...more };
}

const labels = ["service", "slot"].map((label, index) => ({
  label: `slipway.${label}`,
  value: ["web", "0"][index] ?? "",
}));
const CONTAINER = {
  image: UNKNOWN,
  envs: [UNKNOWN],
  labels,
  restart: "always",
  name: "web-0000000",
  volumes: [{ volumeName: "web-data-0000000", containerPath: "/data" }],
  networksAdvanced: [{ name: "main-0000000" }],
  ports: [{ internal: 80, external: 7000 }],
};
const PLAN: Planned[] = [
  { urn: urn("slipway:index:Host", "main"), type: "slipway:index:Host", custom: false, inputs: {} },
  planned(
    "pulumi:providers:docker",
    "main",
    { host: "ssh://main", registryAuth: "[secret]" },
    { urn: HOST, provider: "" },
  ),
  planned(
    "random:index/randomPassword:RandomPassword",
    "token",
    { length: 8 },
    { provider: `${RANDOM}::${UNKNOWN}` },
  ),
  planned("docker:index/volume:Volume", "web-data", { name: "web-data-0000000" }),
  planned("docker:index/volume:Volume", "web-new", { name: "web-new-0000000" }),
  planned("docker:index/network:Network", "main", { name: "main-0000000" }),
  planned("docker-build:index:Image", "web", {}, { urn: IMAGE }),
  planned("docker:index/container:Container", "web", CONTAINER, {
    dependencies: [IMAGE, urn("docker:index/volume:Volume", "web-data")],
  }),
];

function container(id: string, state = "running", policy = "always", port = "7000"): ActualContainer {
  const inspected: Inspected = {
    Id: id,
    Name: `/web-${id}`,
    Created: `2026-01-01T00:00:0${id}Z`,
    Image: "sha256:id",
    RestartCount: 0,
    State: { Status: state, ExitCode: 0, StartedAt: "" },
    Config: {
      Image: "registry/web@sha256:1",
      Env: ["PATH=/bin", "TOKEN=s3cr3t=="],
      Labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])),
    },
    HostConfig: {
      RestartPolicy: { Name: policy },
      Memory: 0,
      PortBindings: { "80/tcp": [{ HostIp: "", HostPort: port }] },
    },
    Mounts: [{ Type: "volume", Name: "web-data-abcdef0", Source: "", Destination: "/data", RW: true }],
    NetworkSettings: { Networks: { bridge: { NetworkID: "x" }, "main-abcdef0": { NetworkID: "network" } } },
  };
  return { inspected, image: { Env: ["PATH=/bin"] } };
}

function adopt(...found: ActualContainer[]) {
  const services = [{ name: "web", secrets: { TOKEN: "token" } }];
  const { containers, others, resources } = adoption(PLAN, new Map([["main", found]]), services);
  const of = (name: string, type: string) =>
    resources.find((resource) => nameIn(resource.urn) === name && resource.type.includes(type));
  return {
    containers,
    others,
    of,
    names: resources.map(({ type, urn }) => `${type.replace(/^.*:/, "")} ${nameIn(urn)}`),
  };
}

describe("what a stack without state adopts", () => {
  it("is what is in service, with its volumes, network and secrets, under their own names", () => {
    const { of, names, others } = adopt(container("1"));
    assert.deepEqual(names, [
      ...["random default_4_21_2", "Host main", "docker main", "RandomPassword token"],
      ...["Volume web-data", "Network main", "Container web"],
    ]);
    assert.deepEqual(others, []);
    const adopted = of("web", "Container");
    const inputs = adopted?.inputs as Record<string, unknown>;
    assert.deepEqual([adopted?.id, inputs.name, inputs.image], ["1", "web-1", "registry/web@sha256:1"]);
    assert.deepEqual(inputs.volumes, [{ volumeName: "web-data-abcdef0", containerPath: "/data" }]);
    assert.deepEqual(inputs.networksAdvanced, [{ name: "main-abcdef0" }]);
    assert.deepEqual(
      [of("web-data", "Volume")?.id, of("main", "Network")?.id],
      ["web-data-abcdef0", "network"],
    );
    // What the engine is still to make is no reason to wait.
    assert.deepEqual(adopted?.dependencies, [urn("docker:index/volume:Volume", "web-data")]);
    assert.equal(adopted.provider, `${HOST}::${of("main", "providers:docker")?.id ?? ""}`);
    assert.deepEqual(of("main", "providers:docker")?.inputs, { host: "ssh://main" });
  });

  it("shows no secret where it is not marked as one", () => {
    const { of } = adopt(container("1"));
    const hidden = (value: object) => JSON.stringify(value).replaceAll(/\{"4dabf[^}]*\}/g, "");
    assert.match(JSON.stringify(of("token", "Password")?.outputs), /"plaintext":"\\"s3cr3t==\\""/);
    for (const resource of [of("web", "Container"), of("token", "Password")])
      assert.doesNotMatch(hidden(resource as object), /s3cr3t/);
  });

  it("has its files as they are mounted, with the key of their volume's name and the secrets in them", () => {
    const owner = { project: "fleet", stack: "prod" };
    const { entries } = filesVolume(
      owner,
      "web",
      givenFiles({ name: "web", secretFiles: [{ source: "db" }] }),
      {
        ...{ key: "k3y", values: { db: "in a\nfile" } },
      },
    );
    const one = container("1");
    const [folder, target] = ["/srv/volumes/web-files-1/_data", "/run/secrets/db"];
    const mount = { Source: folder, RW: false };
    one.inspected.Mounts.push(
      { ...mount, Type: "volume", Name: "web-files-1", Destination: "/run/slipway" },
      { ...mount, Type: "bind", Source: `${folder}/001`, Destination: target },
    );
    one.aboutFiles = parseAboutFiles(entries[0]?.content ?? "");
    const volumes = [
      { volumeName: UNKNOWN, containerPath: "/run/slipway", readOnly: true },
      { hostPath: UNKNOWN, containerPath: target, readOnly: true },
      { hostPath: "/known", containerPath: "/known", readOnly: true },
    ];
    const password = "random:index/randomPassword:RandomPassword";
    const plan = PLAN.map((resource) =>
      nameIn(resource.urn) === "web" && resource.type.includes("Container")
        ? { ...resource, inputs: { ...CONTAINER, volumes: [...CONTAINER.volumes, ...volumes] } }
        : resource,
    ).concat(planned(password, "web.files-key", {}), planned(password, "db", {}));
    one.inspected.Mounts.push({ ...mount, Type: "bind", Source: "/known", Destination: "/known" });
    const { resources } = adoption(plan, new Map([["main", [one]]]), [{ name: "web" }]);
    const of = (name: string) => JSON.stringify(resources.find(({ urn }) => nameIn(urn) === name));
    assert.deepEqual(
      (resources.find(({ id }) => id === "1")?.inputs as { volumes: object[] }).volumes.slice(1),
      [
        { volumeName: "web-files-1", containerPath: "/run/slipway", readOnly: true },
        { hostPath: `${folder}/001`, containerPath: target, readOnly: true },
        { hostPath: "/known", containerPath: "/known", readOnly: true },
      ],
    );
    assert.match(of("web.files-key"), /"plaintext":"\\"k3y\\""/);
    assert.match(of("db"), /in a\\\\nfile/);
    assert.equal(parseAboutFiles("[1]"), undefined);
  });

  it("has a volume that Docker's mounts have by its name on the host, known to the plan or not", () => {
    const mounts = [
      { type: "volume", source: "web-data-0000000", target: "/data", volumeOptions: { subpath: "a" } },
      { type: "volume", source: UNKNOWN, target: "/more" },
      { type: "bind", source: "/srv", target: "/srv" },
    ];
    const one = container("1");
    one.inspected.Mounts.push({
      Type: "volume",
      Name: "shared-1",
      Source: "",
      Destination: "/more",
      RW: true,
    });
    const plan = PLAN.map((resource) =>
      nameIn(resource.urn) === "web" && resource.type.includes("Container")
        ? { ...resource, inputs: { ...CONTAINER, volumes: [], mounts } }
        : resource,
    );
    const { resources } = adoption(plan, new Map([["main", [one]]]), [{ name: "web" }]);
    const { inputs } = resources.find(({ id }) => id === "1") as { inputs: { mounts: { source: string }[] } };
    assert.deepEqual(
      inputs.mounts.map(({ source }) => source),
      ["web-data-abcdef0", "shared-1", "/srv"],
    );
    assert.equal(resources.find(({ urn }) => nameIn(urn) === "web-data")?.id, "web-data-abcdef0");
  });

  it("is of several that claim a place the one that has taken over and runs; the others are told", () => {
    const straggler = container("4", "running", "no");
    const { containers, others } = adopt(
      container("3", "exited"),
      container("1"),
      container("2"),
      straggler,
      container("5", "created"),
    );
    assert.deepEqual(
      containers.map(({ container }) => container),
      ["web-2"],
    );
    assert.deepEqual(others, [
      "main: web-3 is exited (0), and not in service",
      "main: web-1 is running, and not in service",
      "main: web-4 is running, and not in service",
      "main: web-5 is created, and not in service",
    ]);
  });

  it("leaves out what differs, so that an update sees it", () => {
    const inputs = adopt(container("1", "running", "always", "7001")).of("web", "Container")?.inputs ?? {};
    assert.ok(!("ports" in inputs) && "volumes" in inputs);
  });

  it("is nothing where nothing is in service", () => {
    assert.deepEqual(adopt().names, ["Host main", "docker main"]);
    assert.deepEqual(adopt(container("1", "running", "no")).containers, []);
  });
});
