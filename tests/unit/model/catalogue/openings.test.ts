import assert from "node:assert/strict";
import { openings } from "../../../../model/catalogue/openings.ts";
import { services as places } from "../../../e2e/places/services.ts";
import { services as keys } from "../../../e2e/keys/services.ts";
import { services as sample } from "../../../../services.ts";

describe("what a service opens", () => {
  it("is nothing in the sample fleet", () => {
    assert.deepEqual(sample.flatMap(openings), []);
  });

  it("is each thing of its host that it has, and each capability", () => {
    const found = [...places, ...keys].map((service) => [service.name, openings(service)] as const);
    assert.deepEqual(Object.fromEntries(found.filter(([, open]) => open.length)), {
      host: ["the host's network"],
      waits: [
        "host path /srv/made/here",
        "host path /etc/hostname (read-only)",
        "host path /srv (read-only)",
        "the engine's socket /var/run/docker.sock",
      ],
      closed: [
        ...["capability NET_BIND_SERVICE", "exec in /run", "device /dev/null", "device /dev/zero"],
        "devices c 1:3 r",
      ],
      open: ["the host's processes", "the host's users"],
    });
  });

  it("is root, and whatever makes Docker's own protection less", () => {
    const name = "web";
    assert.deepEqual(
      openings({ name, privileged: true, user: "0:0", capAdd: ["CAP_CHOWN", "ALL"], gpus: "all" }),
      ["privileged", "user 0:0", "capability CHOWN, ALL", "gpus"],
    );
    const tmpfs = [{ target: "/run", options: ["exec", "noatime"] }, { target: "/tmp" }];
    assert.deepEqual(openings({ name, usernsMode: "host", tmpfs }), ["the host's users", "exec in /run"]);
    const options = ["seccomp=unconfined", "label:disable", "no-new-privileges:false", "apparmor=unconfined"];
    assert.deepEqual(openings({ name, securityOpt: options }), options);
    assert.deepEqual(openings({ name, securityOpt: ['seccomp={"a": 1}'] }), ["seccomp=a profile"]);
    const closing = ["no-new-privileges", "no-new-privileges:true", "seccomp=builtin", "label=type:web_t"];
    assert.deepEqual(openings({ name, user: "rooty", securityOpt: closing, capDrop: ["ALL"] }), []);
  });

  it("is what hardening would have closed, or hardening as a whole", () => {
    const opened = { readOnly: false, capDrop: ["NET_RAW"], pidsLimit: -1 };
    assert.deepEqual(openings({ name: "web", ...opened }), [
      "a root that can be written",
      "Docker's own capabilities",
      "any number of processes",
    ]);
    assert.deepEqual(openings({ name: "web", hardened: false }), ["not hardened"]);
    for (const hardened of [undefined, false, true])
      assert.deepEqual(openings({ name: "web", image: "busybox:1", hardened }), []);
  });
});
