import assert from "node:assert/strict";
import { readCatalogue } from "../../../../model/catalogue/check.ts";
import { hardened, imageUser } from "../../../../model/catalogue/hardening.ts";
import type { Service } from "../../../../model/catalogue/service.ts";

const CLOSED = {
  ...{ user: "1001:1001", capDrop: ["ALL"], securityOpt: ["no-new-privileges"], readOnly: true },
  ...{ tmpfs: [{ target: "/tmp" }, { target: "/var/tmp" }], pidsLimit: 1000 },
};

/** What it sets for a service beside what that says. */
function added(service: Omit<Service, "name">, user?: string): object {
  const { name, ...closed } = hardened({ name: "web", ...service }, user);
  return { ...closed, name: name === "web" ? undefined : name };
}
const same = (fields: object) => ({ name: undefined, ...fields });

describe("hardening", () => {
  it("closes what is built here and leaves a stock image as it is, unless they say otherwise", () => {
    const stock = { image: "busybox:1" };
    assert.deepEqual(added({}), same(CLOSED));
    assert.deepEqual(added({ hardened: false }), same({ hardened: false }));
    assert.deepEqual(added(stock), same(stock));
    assert.deepEqual(added({ ...stock, hardened: true }), same({ ...stock, ...CLOSED, hardened: true }));
  });

  it("leaves the image its own user, unless that is root", () => {
    const users = ["app", "1000:1000", "$USER", "root", "0:0", "0", "root:app"].map((user) => [
      user,
      (added({}, user) as Service).user,
    ]);
    assert.deepEqual(users, [
      ["app", undefined],
      ["1000:1000", undefined],
      ["$USER", undefined],
      ["root", "1001:1001"],
      ["0:0", "1001:1001"],
      ["0", "1001:1001"],
      ["root:app", "1001:1001"],
    ]);
  });

  it("leaves open what the service opens, and that alone", () => {
    const opened: Omit<Service, "name">[] = [
      { user: "root" },
      { readOnly: false },
      { capDrop: ["NET_RAW"] },
      { pidsLimit: -1 },
    ];
    for (const fields of opened) assert.deepEqual(added(fields), same({ ...CLOSED, ...fields }));
    assert.deepEqual(added({ capAdd: ["NET_ADMIN"] }), same({ ...CLOSED, capAdd: ["NET_ADMIN"] }));
    const capable = { ...CLOSED, capDrop: undefined };
    for (const fields of [{ privileged: true }, { capAdd: ["ALL"] }])
      assert.deepEqual(added(fields), same({ ...capable, ...fields }));
  });

  it("adds to security options and tmpfs what they lack", () => {
    const { securityOpt, tmpfs } = added({
      securityOpt: ["label=disable"],
      tmpfs: [{ target: "/run" }],
      volumes: [{ source: "scratch", target: "/var/tmp/" }],
    }) as Service;
    assert.deepEqual(securityOpt, ["label=disable", "no-new-privileges"]);
    assert.deepEqual(tmpfs, [{ target: "/run" }, { target: "/tmp" }]);
    const said = {
      securityOpt: ["no-new-privileges:false"],
      tmpfs: [{ target: "/tmp/", size: "1 MB" as const }],
    };
    assert.deepEqual(
      added(said),
      same({ ...CLOSED, ...said, tmpfs: [...said.tmpfs, { target: "/var/tmp" }] }),
    );
  });

  it("finds an image's user in its Dockerfile, in that of the base it stands on, or in the lock", () => {
    const inline = (dockerfileInline: string, base?: string) => ({
      build: { dockerfileInline, ...(base && { base }) },
    });
    const read = readCatalogue(
      {
        services: [
          { name: "none", ...inline("FROM debian\nUSER app\nFROM debian\n") },
          { name: "locked", ...inline("FROM docker.io/library/node:22\nRUN true\n") },
          { name: "stock", image: "postgres:17" },
          { name: "unknown", image: "postgres:16" },
          { name: "own", ...inline("FROM debian AS one\nUSER a\nUSER app:app\nFROM one\nRUN true\n") },
          { name: "below", ...inline("FROM ground\n", "ground") },
          { name: "above", ...inline("FROM ground\nUSER root\n", "ground") },
        ],
        bases: [{ name: "ground", ...inline("FROM debian\nUSER 1000\n") }],
      },
      {
        ...{ folder: "/nowhere", hosts: ["one"], domain: undefined, edge: undefined, edgePorts: [] },
        ...{ secretsGiven: [], htpasswds: [], lock: {} },
      },
    );
    assert.ok("catalogue" in read, JSON.stringify(read));
    const lock = Object.fromEntries(
      ["node:22", "postgres:17"].map((image) => [image, { digest: "", platforms: [], user: `of ${image}` }]),
    );
    const users = read.catalogue.services.map((each) => [
      each.name,
      imageUser(each, read.catalogue, lock, "/nowhere"),
    ]);
    assert.deepEqual(users, [
      ["none", undefined],
      ["locked", "of node:22"],
      ["stock", "of postgres:17"],
      ["unknown", undefined],
      ["own", "app:app"],
      ["below", "1000"],
      ["above", "root"],
    ]);
  });
});
