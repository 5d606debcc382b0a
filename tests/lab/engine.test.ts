import assert from "node:assert/strict";
import { restartEngine } from "../../lab/index.ts";
import { powerOff } from "../../lab/machine.ts";
import { TestLab } from "./labs.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

describe("a lab's host with Docker engine 29", function () {
  this.timeout(INSTALL_TIMEOUT);
  const lab = new TestLab("engine");
  const version = async (host: string) => {
    const format = "{{.Server.Version}} with {{range .Server.Components}}{{.Name}} {{.Version}}, {{end}}";
    return lab.must("docker", "--context", host, "version", "--format", format);
  };
  const sleeper = () => lab.must("docker", "inspect", "-f", "{{.State.Status}} {{.Image}}", "sleeper");

  before(async () => {
    await lab.down();
    await lab.up(1, "29");
  });
  after(async () => {
    await lab.down();
  });

  it("has the engine, the containerd and the runc that were built for it, and containerd's image store", async () => {
    const engine =
      /^29\.8\.1 with Engine 29\.8\.1, containerd v2\.2\.1, runc 1\.3\.4, docker-init 0\.19\.0, $/m;
    assert.match(await version("lab-1"), engine);
    const store = await lab.must("docker", "info", "--format", "{{.Driver}} {{json .DriverStatus}}");
    assert.match(store, /^overlayfs .*io\.containerd\.snapshotter\.v1/);
  });

  it("gives who logs in Debian's client, which the engine takes", async () => {
    const versions = ["docker", "version", "--format", "'{{.Client.Version}} {{.Server.Version}}'"];
    const alone = ["-o", "ControlMaster=no", "-o", "ControlPath=none"];
    assert.match(await lab.must("ssh", ...alone, "lab-1", ...versions), /^20\.10\.\S+ 29\.8\.1$/m);
  });

  it("runs a container of an image that it pulls by digest from the lab's registry", async () => {
    const { edgeImage } = lab.lab;
    assert.match(await lab.must("docker", "run", "--rm", edgeImage, "version"), /Version: +3\.6\.5/);
    const options = [
      "--detach",
      "--init",
      "--restart",
      "always",
      "--name",
      "sleeper",
      "--entrypoint",
      "sleep",
    ];
    await lab.must("docker", "run", ...options, edgeImage, "1d");
    // Here an image's id is its manifest's digest.
    assert.equal(await sleeper(), `running ${edgeImage.replace(/^.*@/, "")}\n`);
  });

  it("keeps its engine and what it holds through a restart and a cut of the power, whatever is asked later", async () => {
    const before = await sleeper();
    await restartEngine(lab.lab, "lab-1");
    assert.equal(await sleeper(), before);
    await powerOff(lab.name);
    await lab.up(2);
    assert.equal(await sleeper(), before);
    assert.deepEqual(
      lab.lab.hosts.map(({ name, engine }) => [name, engine]),
      [
        ["lab-1", "29"],
        ["lab-2", "20.10"],
      ],
    );
    assert.match(await version("lab-1"), /^29\.8\.1 /m);
    assert.match(await version("lab-2"), /^20\.10\./m);
  });

  it("goes without a trace", async () => {
    assert.match(lab.traces().join("\n"), /^process \d+ .*containerd-shim-runc-v2/m);
    await lab.down();
    assert.deepEqual(lab.traces(), []);
  });
});
