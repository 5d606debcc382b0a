import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apartFromContext, registerBuilders } from "../../../images/builders.ts";

describe("a builder by ssh", () => {
  const { PATH = "", BUILDX_CONFIG } = process.env;
  let folder: string;
  /** What ssh-keygen has made, without its comment. */
  let [key, other] = ["", ""];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-builders-"));
    [key = "", other = ""] = ["a", "b"].map((name) => {
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
      return readFileSync(join(folder, `${name}.pub`), "utf8")
        .split(" ")
        .slice(0, 2)
        .join(" ");
    });
    // The real ssh, with a configuration of the test's; and a buildx that writes down what it is asked for.
    const ssh = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
    const program = (name: string, text: string) => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    };
    program("ssh", `exec ${ssh} -F ${folder}/config "$@"`);
    program("docker-buildx", `echo "$@" >>${folder}/asked`);
    process.env.PATH = `${folder}:${PATH}`;
    process.env.BUILDX_CONFIG = folder;
  });
  after(() => {
    process.env.PATH = PATH;
    if (BUILDX_CONFIG === undefined) delete process.env.BUILDX_CONFIG;
    else process.env.BUILDX_CONFIG = BUILDX_CONFIG;
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    rmSync(join(folder, "asked"), { force: true });
  });

  const register = (known: string, config = "") => {
    writeFileSync(join(folder, "known"), known);
    writeFileSync(
      join(folder, "config"),
      `${config}\nHost *\n  UserKnownHostsFile ${folder}/known\n  GlobalKnownHostsFile none\n`,
    );
    const builder = { name: "pi", endpoint: "ssh://build@pi.home.arpa:2222", platforms: [], hostKey: key };
    registerBuilders([builder]);
    return readFileSync(join(folder, "asked"), "utf8");
  };
  const fails = (message: RegExp, ...given: Parameters<typeof register>) => {
    assert.throws(() => register(...given), { name: "UserError", message });
    assert.equal(existsSync(join(folder, "asked")), false);
  };

  it("is registered where ssh knows its machine by the pinned key", () => {
    const asked = "create --name pi --driver docker-container ssh://build@pi.home.arpa:2222\n";
    assert.equal(register(`[pi.home.arpa]:2222 ${key}\n`), asked);
  });

  it("is found under the name and port that ssh's configuration gives it", () => {
    const config = "Host pi.home.arpa\n  HostName 192.0.2.7\n  HostKeyAlias pi\n";
    assert.match(register(`pi ${key}\n`, config), /^create /);
  });

  it("fails where ssh does not know it, and says what to run", () => {
    const command = `echo '[pi.home.arpa]:2222 ${key}' >>~/.ssh/known_hosts`.replace(/[.[\]+]/g, "\\$&");
    fails(
      new RegExp(`^builder ssh://build@pi.home.arpa:2222: ssh does not know its key. Run: ${command}$`),
      "",
    );
    fails(/does not know its key/, `pi.home.arpa ${key}\n`);
  });

  it("fails where ssh knows another key, or believes an authority", () => {
    fails(/ssh knows another key of it, got "ssh-ed25519 /, `[pi.home.arpa]:2222 ${other}\n`);
    fails(/ssh knows another key/, `[pi.home.arpa]:2222 ${key}\n[pi.home.arpa]:2222 ${other}\n`);
    fails(/ssh knows another key/, `@cert-authority [pi.home.arpa]:2222 ${key}\n`);
  });

  it("fails where ssh would take any key", () => {
    const known = `[pi.home.arpa]:2222 ${key}\n`;
    fails(/has StrictHostKeyChecking off for it/, known, "Host pi*\n  StrictHostKeyChecking no\n");
    fails(/has a KnownHostsCommand for it/, known, "Host pi*\n  KnownHostsCommand /bin/echo x\n");
  });
});

describe("builds apart from the engine of the user's Docker context", () => {
  const { DOCKER_HOST } = process.env;
  afterEach(() => {
    delete process.env.DOCKER_HOST;
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  });

  it("are those of builders that all have a name, where no variable names an engine", () => {
    delete process.env.DOCKER_HOST;
    const apart = { DOCKER_CONTEXT: "default" };
    assert.deepEqual(apartFromContext([{ name: "lab" }, { name: "nas" }]), apart);
    // The context says which builder is the current one.
    assert.deepEqual(apartFromContext([{ name: "lab" }, { name: undefined }]), {});
    process.env.DOCKER_HOST = "tcp://engine:2375";
    assert.deepEqual(apartFromContext([{ name: "lab" }]), {});
  });
});
