import assert from "node:assert/strict";
import type { ActualContainer } from "../../../../model/container/actual.ts";
import type { ContainerInputs } from "../../../../model/container/fields/field.ts";
import type { Inspected } from "../../../../model/container/inspect.ts";
import { fleetStatus } from "../../../../model/state/drift.ts";
import type { DesiredContainer } from "../../../../model/state/parse.ts";
import { parseHost, parseInventory } from "../../../../host/scripts/inventory.ts";

const LABELS = { "slipway.service": "web", "slipway.slot": "0" };
const inputs: ContainerInputs = {
  image: "registry/web@sha256:new",
  restart: "always",
  envs: ["LEVEL=info", "TOKEN=s3cr3t"],
  labels: Object.entries(LABELS).map(([label, value]) => ({ label, value })),
  ports: [{ internal: 8000, external: 7000, ip: "0.0.0.0", protocol: "tcp" }],
  volumes: [{ volumeName: "web-data", containerPath: "/data" }],
  networksAdvanced: [{ name: "lab-1" }],
};
const wanted: DesiredContainer = {
  ...{
    id: "a",
    urn: "urn:pulumi:s::p::t::web",
    host: "one",
    service: "web",
    slot: "0",
    leaving: false,
    inputs,
  },
};

/** The container as it was made of these inputs. */
function actual(
  id = "a",
  status = "running",
  restart = "always",
  image = "registry/web@sha256:new",
): ActualContainer {
  const inspected: Inspected = {
    Id: id,
    Name: `/web-${id}`,
    Created: `2026-01-01T00:00:0${id.charCodeAt(0) - 97}Z`,
    Image: "sha256:id",
    RestartCount: 0,
    State: { Status: status, ExitCode: 3, StartedAt: "2026-01-01T00:00:00Z" },
    Config: {
      Image: image,
      Env: ["PATH=/bin", "LEVEL=info", "TOKEN=s3cr3t"],
      Labels: { title: "Web", ...LABELS },
    },
    HostConfig: {
      RestartPolicy: { Name: restart },
      Memory: 0,
      PortBindings: { "8000/tcp": [{ HostIp: "", HostPort: "7000" }] },
    },
    Mounts: [{ Type: "volume", Name: "web-data", Source: "/var/lib", Destination: "/data", RW: true }],
    NetworkSettings: { Networks: { "lab-1": { NetworkID: "n" } } },
  };
  return { inspected, image: { Env: ["PATH=/bin"], Labels: { title: "Web" } } };
}

function status(
  found: readonly ActualContainer[] | undefined,
  stated: readonly DesiredContainer[] = [wanted],
) {
  return fleetStatus(stated, new Map([["one", found]]));
}

function drift(found: readonly ActualContainer[], stated?: readonly DesiredContainer[]) {
  return status(found, stated).flatMap((row) => row.drift.map(({ kind, what }) => `${kind}: ${what}`));
}

describe("what has drifted from the state", () => {
  it("is nothing where a container is as it was made, whatever its image adds", () => {
    assert.deepEqual(drift([actual()]), []);
    const [row] = status([actual()]);
    assert.deepEqual([row?.wanted, row?.running, row?.health], ["sha256:new", "sha256:new", "running"]);
  });

  it("is a container that is missing, stopped, or never took over", () => {
    assert.deepEqual(drift([]), ["missing: the container of the last update is not there"]);
    assert.deepEqual(drift([actual("a", "exited")]), ["stopped: web-a is exited (3)"]);
    assert.deepEqual(drift([actual("a", "exited", "no")]), [
      "stopped: web-a is exited (3) and has not taken over",
    ]);
  });

  it("is a container that the engine could not start, and why, with names in place of ids", () => {
    const [guest, owner] = [actual("a", "exited"), actual("b")];
    owner.inspected.Id = "b".repeat(64);
    guest.inspected.State.Error = `cannot join network of a non running container: ${owner.inspected.Id}\n`;
    const why = "cannot join network of a non running container: web-b";
    assert.equal(drift([guest, owner])[0], `stopped: web-a is exited (3): ${why}`);
  });

  it("is a container whose network is another's that was started again after it", () => {
    const [guest, owner] = [actual(), actual("b")];
    guest.inspected.HostConfig.NetworkMode = "container:b";
    owner.inspected.Config.Labels = { "slipway.service": "vpn", "slipway.slot": "0" };
    const vpn = { ...wanted, id: "b", service: "vpn" };
    const found = (owners: string, guests: string) => {
      [owner.inspected.State.StartedAt, guest.inspected.State.StartedAt] = [owners, guests];
      return drift([guest, owner], [wanted, vpn]).filter((what) => what.includes("network:"));
    };
    assert.deepEqual(found("2026-01-01T00:00:01.5Z", "2026-01-01T00:00:02Z"), []);
    assert.deepEqual(found("2026-01-01T00:00:02.5Z", "2026-01-01T00:00:02Z"), [
      "missing: its network: web-b, whose network it had, was started again after it",
    ]);
    owner.inspected.State.Status = "exited";
    assert.deepEqual(found("2026-01-01T00:00:02.5Z", "2026-01-01T00:00:02Z"), []);
  });

  it("is each thing changed by hand, by its name, and by its value only where that can be no secret", () => {
    const edited = actual();
    const { Config, HostConfig, NetworkSettings } = edited.inspected;
    Config.Env = ["PATH=/bin", "TOKEN=0th3r", "EXTRA=1"];
    Config.Labels = { ...LABELS, title: "Mine" };
    HostConfig.RestartPolicy.Name = "no";
    HostConfig.Memory = 1024;
    HostConfig.PortBindings = { "8000/tcp": [{ HostIp: "127.0.0.1", HostPort: "7000" }] };
    NetworkSettings.Networks = { bridge: { NetworkID: "n" } };
    edited.inspected.Mounts = [];
    const [said = "", ...others] = drift([edited]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      said
        .replace("edited by hand: web-a: ", "")
        .split(/, (?!not)/)
        .sort(),
      [
        "env EXTRA added",
        "env LEVEL removed",
        "env TOKEN changed",
        "label title changed",
        "memory limit changed (1024, not none)",
        "mount /data removed",
        "network bridge added",
        "network lab-1 removed",
        "port 7000:8000/tcp changed (127.0.0.1, not 0.0.0.0)",
        "restart policy changed (no, not always)",
      ],
    );
    assert.doesNotMatch(said, /0th3r|s3cr3t/);
  });

  it("is another limit of processes than its cutover set, which that sets again", () => {
    const limited = actual();
    limited.inspected.HostConfig.PidsLimit = 100;
    const what = "edited by hand: web-a: limit of processes changed";
    assert.deepEqual(drift([limited], [{ ...wanted, pidsLimit: 100 }]), []);
    assert.deepEqual(drift([limited]), [`${what} (100, not none)`]);
    for (const none of [null, 0, -1]) {
      limited.inspected.HostConfig.PidsLimit = none;
      assert.deepEqual(drift([limited]), []);
      assert.deepEqual(drift([limited], [{ ...wanted, pidsLimit: 5 }]), [`${what} (none, not 5)`]);
    }
    assert.deepEqual(mends([limited], [{ ...wanted, pidsLimit: 5 }]), ["again web"]);
  });

  it("is a roll that failed: the former one is in service, the new one waits", () => {
    const old = { ...wanted, id: "0", leaving: true };
    const found = [actual("a", "exited", "no"), actual("0", "running", "always", "registry/web@sha256:old")];
    assert.deepEqual(drift(found, [wanted, old]), [
      "other digest: web-0 runs registry/web@sha256:old, not registry/web@sha256:new",
      "update pending: web-0 is still in service, web-a is exited (3)",
    ]);
    assert.deepEqual(drift([actual("a"), actual("0", "exited", "no")], [wanted, old]), [
      "update pending: web-0 is exited (3), still to be removed",
    ]);
  });

  it("is a container that a killed update has made, and one that is not the state's", () => {
    assert.deepEqual(drift([actual("a"), actual("b", "created")]), [
      "update pending: web-b was made by an update that was killed; slipway up removes it",
    ]);
    assert.deepEqual(drift([actual("a"), actual("b")]), [
      "unmanaged: web-b is running, has this stack's labels and is not in its state",
    ]);
    assert.deepEqual(mends([actual("a"), actual("b", "created")]), ["remove b"]);
    const [row] = status([actual()], []);
    assert.deepEqual([row?.wanted, row?.drift[0]?.kind], [undefined, "unmanaged"]);
  });

  it("is an unmanaged one in the place of the state's own, and in what it differs", () => {
    const other = actual("b");
    other.inspected.Config.Env = ["PATH=/bin", "LEVEL=debug", "TOKEN=s3cr3t"];
    assert.deepEqual(drift([other]), [
      "missing: the container of the last update is not there",
      "edited by hand: web-b: env LEVEL changed",
      "unmanaged: web-b is running, has this stack's labels and is not in its state",
    ]);
  });

  it("is not known of a host that does not answer, nor of a job's container", () => {
    const [row] = status(undefined);
    assert.deepEqual([row?.health, row?.drift], ["unknown", []]);
    const job = { ...wanted, id: "j", slot: "pre-deploy" };
    assert.deepEqual(drift([actual()], [wanted, job]), []);
  });
});

/** What `slipway up` would do about what is found: "again web", "anew", "remove". */
function mends(found: readonly ActualContainer[], stated?: readonly DesiredContainer[]) {
  const all = status(found, stated).flatMap(({ drift }) => drift.flatMap((one) => one.mends));
  return all.map((mend) =>
    "again" in mend ? `again ${mend.again}` : "remove" in mend ? `remove ${mend.remove}` : "anew",
  );
}

describe("how what has drifted is mended", () => {
  const edit = (change: (inspected: Inspected) => void) => {
    const edited = actual();
    change(edited.inspected);
    return edited;
  };

  it("is a new container for one that is gone, paused, renamed or changed by hand", () => {
    const named = { ...wanted, inputs: { ...inputs, name: "web-a" } };
    assert.deepEqual(mends([actual()], [named]), []);
    assert.deepEqual(mends([]), ["anew"]);
    assert.deepEqual(mends([actual("a", "paused")]), ["anew"]);
    assert.deepEqual(mends([actual("a", "restarting")]), ["anew"]);
    const renamed = edit((inspected) => (inspected.Name = "/mine"));
    assert.deepEqual(drift([renamed], [named]), ["edited by hand: mine: renamed from web-a"]);
    assert.deepEqual(mends([renamed], [named]), ["anew"]);
    assert.deepEqual(mends([edit(({ HostConfig }) => (HostConfig.Memory = 1024))]), ["anew"]);
    assert.deepEqual(mends([edit(({ NetworkSettings }) => (NetworkSettings.Networks = {}))]), ["anew"]);
  });

  it("is another run of the cutover for one that ended, or lost only the mark of who serves", () => {
    assert.deepEqual(mends([actual("a", "exited")]), ["again web"]);
    assert.deepEqual(mends([actual("a", "exited", "no")]), ["again web"]);
    for (const policy of ["no", "unless-stopped"])
      assert.deepEqual(mends([actual("a", "running", policy)]), ["again web"]);
  });

  it("is the end of one that is unmanaged, through the cutover; never of one that nothing takes the place of", () => {
    assert.deepEqual(mends([actual("a"), actual("b")]), ["again web", "remove b"]);
    assert.deepEqual(mends([actual("b")]), ["anew", "again web", "remove b"]);
    const [answering] = status([actual()], []);
    // After a first deployment that was killed, the next one takes over from it.
    assert.deepEqual(answering?.drift[0]?.mends, [{ removeEnded: "a" }]);
    assert.match(answering.drift[0].command, /^slipway adopt, or on one: docker rm --force web-a$/);
    assert.deepEqual(mends([actual("a", "exited", "no")], []), ["remove a"]);
  });

  it("is nothing besides the update where a roll has failed", () => {
    const old = { ...wanted, id: "0", leaving: true };
    const found = [actual("a", "exited", "no"), actual("0", "running", "always", "registry/web@sha256:old")];
    assert.deepEqual(mends(found, [wanted, old]), []);
    const [row] = status(found, [wanted, old]);
    assert.deepEqual(new Set(row?.drift.map(({ command }) => command)), new Set(["slipway up web"]));
  });
});

describe("what a host shows", () => {
  it("is its containers, each with its image and the memory it uses", () => {
    const { inspected, image } = actual();
    const printed = [
      `container a ${JSON.stringify(inspected)}`,
      `image sha256:id 2026-11-02T10:00:00.1Z ${JSON.stringify(image)}`,
      "memory a 1.5MiB / 1.9GiB",
      "",
    ];
    const container = {
      ...{ inspected, image, imageCreated: "2026-11-02T10:00:00.1Z" },
      ...{ memoryBytes: 1_572_864, pathHealth: undefined, aboutFiles: undefined },
    };
    assert.deepEqual(parseInventory(printed.join("\n")), [container]);
    assert.deepEqual(parseInventory(""), []);
  });

  it("has the health that the edge finds where a path is asked, which needs nothing in the image", () => {
    const health = (pathHealth: string) =>
      status([{ ...actual(), pathHealth }]).map((row) => [row.health, row.healthProblem]);
    assert.deepEqual(health("healthy"), [["healthy", undefined]]);
    const problem = "/health on port 8000 was answered 503 Service Unavailable";
    assert.deepEqual(health(problem), [["unhealthy", problem]]);
  });

  it("is its volumes and networks, and the edge's files where it runs", () => {
    const printed = ["network n1", "network n2", "volume web-data", 'container a {"Id":"a","Image":"i"}'];
    const none = parseHost(printed.join("\n"));
    assert.deepEqual([[...none.footings], none.routes], [["n1", "n2", "web-data"], undefined]);
    assert.equal(none.containers.length, 1);
    assert.equal(parseHost("edge\n").routes?.size, 0);
    const { routes } = parseHost('edge\nroute web.yml {"http":{}}\n');
    assert.deepEqual([...(routes ?? [])], [["web.yml", '{"http":{}}']]);
  });
});
