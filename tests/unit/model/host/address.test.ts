import assert from "node:assert/strict";
import { machineOf, parseHosts } from "../../../../model/host/address.ts";

describe("the hosts setting", () => {
  it("is a line per host, with or without a pinned key", () => {
    const text =
      "\n# at home\n  nas ssh://deploy@nas.local:2222 ssh-ed25519 AAAAC3Nz+/=\nhere unix:///var/run/docker.sock\n";
    assert.deepEqual(parseHosts(text), [
      { name: "nas", address: "ssh://deploy@nas.local:2222", hostKey: "ssh-ed25519 AAAAC3Nz+/=" },
      { name: "here", address: "unix:///var/run/docker.sock" },
    ]);
  });

  it("fails with every bad line", () => {
    assert.throws(() => parseHosts("nas tcp://1.2.3.4\nNAS ssh://x"), {
      message: [
        'hosts/0: not a host, got "nas tcp://1.2.3.4"; expected "<name> ssh://user@machine <key type> <key>"',
        'hosts/1: not a host, got "NAS ssh://x"; expected "<name> ssh://user@machine <key type> <key>"',
      ].join("\n"),
    });
  });

  it("fails without a host, and on a name used twice", () => {
    assert.throws(() => parseHosts(""), { message: "hosts: empty; expected a host on each line" });
    assert.throws(() => parseHosts("a ssh://x\na ssh://y"), { message: /^hosts: two hosts are named "a"/ });
  });

  it("names the machine without user and port", () => {
    assert.equal(machineOf({ name: "nas", address: "ssh://deploy@nas.local:2222" }), "nas.local");
    assert.equal(machineOf({ name: "here", address: "unix:///run/d.sock" }), "localhost");
  });
});
