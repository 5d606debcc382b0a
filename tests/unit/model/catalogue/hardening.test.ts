import assert from "node:assert/strict";
import { hardened } from "../../../../model/catalogue/hardening.ts";
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
    const users = ["app", "1000:1000", "root", "0:0", "0", "root:app"].map((user) => [
      user,
      (added({}, user) as Service).user,
    ]);
    assert.deepEqual(users, [
      ["app", undefined],
      ["1000:1000", undefined],
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
});
