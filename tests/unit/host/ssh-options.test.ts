import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { controlPath, sshOptions } from "../../../host/ssh-options.ts";

const PINNED = { address: "ssh://deploy@nas", hostKey: "ssh-ed25519 AAAA" };

describe("ssh's options", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-ssh-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the real ssh makes of them and of a configuration file, by name. */
  const settings = (config: string, target: Parameters<typeof sshOptions>[0] = PINNED, ...more: string[]) => {
    const file = join(folder, "config");
    writeFileSync(file, config);
    const words = ["-F", file, ...sshOptions(target), ...more, "-G", target.address];
    const { status, stdout, stderr } = spawnSync("ssh", words, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return new Map(stdout.split("\n").map((line) => [line.split(" ")[0] ?? "", line.replace(/^\S+ /, "")]));
  };

  it("leave what the user's file says of the way there, and undo what it says for a terminal", () => {
    const found = settings(
      [
        ...["Host *", "ProxyJump bastion", "Port 2222", "IdentityFile ~/.ssh/nas"],
        ...[
          "RemoteCommand tmux",
          "RequestTTY force",
          "SessionType none",
          "StdinNull yes",
          "ForkAfterAuthentication yes",
        ],
        ...["ForwardAgent yes", "ForwardX11 yes", "LocalForward 9999 localhost:22", "Tunnel yes"],
        ...["PermitLocalCommand yes", "LocalCommand touch x", "ControlMaster no", "ControlPath none"],
        ...["StrictHostKeyChecking no", "VerifyHostKeyDNS yes", "NoHostAuthenticationForLocalhost yes"],
        ...["UpdateHostKeys yes", "UserKnownHostsFile ~/.ssh/known_hosts", "BatchMode no"],
      ].join("\n"),
    );
    const wanted = {
      ...{ proxyjump: "bastion", port: "2222", identityfile: "~/.ssh/nas" },
      ...{ requesttty: "false", sessiontype: "default", stdinnull: "no", forkafterauthentication: "no" },
      ...{ forwardagent: "no", forwardx11: "no", clearallforwardings: "yes", tunnel: "false" },
      ...{ permitlocalcommand: "no", controlmaster: "auto" },
      ...{ stricthostkeychecking: "true", verifyhostkeydns: "false", nohostauthenticationforlocalhost: "no" },
      ...{ updatehostkeys: "false", batchmode: "yes", globalknownhostsfile: "/dev/null" },
    };
    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((key) => [key, found.get(key)])), wanted);
    assert.equal(found.get("remotecommand"), undefined);
    assert.equal(found.get("localforward"), undefined);
  });

  it("are taken by an ssh that does not know one of them", () => {
    assert.equal(settings("", PINNED, "-o", "OfALaterRelease=yes").get("batchmode"), "yes");
  });

  it("believe the pinned key, in the option and in a file of its own", () => {
    const found = settings("");
    assert.equal(found.get("knownhostscommand"), "/usr/bin/env echo %H ssh-ed25519 AAAA");
    assert.match(found.get("userknownhostsfile") ?? "", /\/\.slipway-[0-9a-f]{16}\.known_hosts$/);
  });

  it("believe known_hosts, and ask nobody, without a pinned key", () => {
    const found = settings("", { address: "ssh://nas" });
    assert.equal(found.get("stricthostkeychecking"), "true");
    assert.equal(found.get("knownhostscommand"), undefined);
    assert.match(found.get("userknownhostsfile") ?? "", /\/\.ssh\/known_hosts/);
  });

  it("share a connection for as long as the key is the same", () => {
    const socket = (hostKey: string, address = PINNED.address) =>
      settings("", { address, hostKey }).get("controlpath");
    assert.equal(socket("ssh-ed25519 AAAA"), socket("ssh-ed25519 AAAA"));
    assert.notEqual(socket("ssh-ed25519 AAAA"), socket("ssh-ed25519 BBBB"));
    assert.notEqual(socket("ssh-ed25519 AAAA"), socket("ssh-ed25519 AAAA", "ssh://root@nas"));
  });

  it("have a socket's path that every system takes, however long the home folder's is", () => {
    for (const length of [5, 40, 60, 61, 200]) {
      const home = "/".padEnd(length, "h");
      const path = controlPath(PINNED, home);
      assert.ok(path.replace("~", home).length + ".0123456789abcdef".length <= 103, path);
      assert.equal(path.startsWith("~/"), length <= 60, `${length}`);
    }
    assert.equal(controlPath({ address: "ssh://nas" }, "/home/ann"), "~/.slipway-%C");
    assert.match(controlPath({ address: "ssh://nas" }, "/home/".padEnd(50, "h")), /^\/tmp\/slipway-\d+\/%C$/);
  });
});
