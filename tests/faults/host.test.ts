import assert from "node:assert/strict";
import { sshdScript } from "../../lab/host.ts";
import { restartEngine, startMachine, stopMachine } from "../../lab/index.ts";
import { mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

const quiet = () => undefined;
/** Time enough for things to happen while the new container runs and does not answer yet. */
const slow = mode("healthy after 6 s");

describe("faults: the host", () => {
  row("host's disk full", async (roll) => {
    // A layer larger than the place that is left where the engine puts what it pulls.
    roll.release(["web/Dockerfile", "COPY", "RUN seq 1000000 >/var/tmp/ballast\nCOPY"]);
    const place = "/var/lib/docker/tmp";
    await roll.host.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place);
    // The docker plugin keeps the engine's reason to itself: `slipway up` asks the host for it.
    const why = /\/web@sha256:\w+ could not be pulled: [^]*no space left on device.*The host's disk is full/;
    await roll.fails([why], roll.fleet.slipway("up")).finally(() => roll.host.run("umount", place));
    await roll.succeeds();
  });

  row("host unreachable by ssh before the roll", async (roll) => {
    roll.release();
    await roll.host.refusing("INPUT", 22, () =>
      roll.fails([/connect to host .* port 22: Connection refused/]),
    );
    await roll.succeeds();
  });

  row("ssh cut in mid-roll", async (roll) => {
    roll.release(slow);
    const up = roll.up(async (before) => {
      await roll.host.newContainer("web", before, "running");
      await roll.host.run("pkill", "-KILL", "-x", "sshd");
    });
    await roll.breaks([/lab-1: no connection to \S+, or it was lost/], up);
    await roll.host.run("sh", sshdScript);
    await roll.succeeds();
  });

  row(
    "engine restarted in mid-roll",
    async (roll) => {
      roll.release(slow);
      const up = roll.up(async (before) => {
        await roll.host.newContainer("web", before, "running");
        await restartEngine(roll.host.lab, roll.host.name);
        await roll.answersByItself();
      });
      await roll.breaks([/web: the new container did not become healthy: the engine was restarted/], up);
      await roll.succeeds();
    },
    { gapBecause: "an engine without live-restore ends its containers" },
  );

  row(
    "machine rebooted in mid-roll",
    async (roll) => {
      roll.release(slow);
      const up = roll.up(async (before) => {
        await roll.host.newContainer("web", before, "running");
        // As when the power is cut: it says goodbye to no connection.
        await roll.host.run("ip", "link", "set", "eth0", "down");
        await stopMachine(roll.host.lab, roll.host.name);
        await startMachine(roll.host.lab, roll.host.name, quiet);
        await roll.answersByItself();
      });
      await roll.breaks([/lab-1: no connection to \S+, or it was lost/], up);
      await roll.succeeds();
    },
    { gapBecause: "the machine is off" },
  );

  row("port already taken by a stranger", async (roll) => {
    const { fleet, host } = roll;
    const image = ["--entrypoint", "sleep", host.lab.edgeImage, "1d"];
    const stranger = await host.run("docker", "run", "--detach", "--publish", "7001:80", ...image);
    roll.release(["services.ts", "published: 7000", "published: 7001"]);
    await roll.fails([/services\/tcp\/ports\/0: port 7001\/tcp of host lab-1 is taken by container \w+/]);
    await host.run("docker", "rm", "--force", stranger.trim());
    roll.release();
    await roll.succeeds();
    assert.equal(await fleet.answer("tcp"), "tcp v0");
  });

  row(
    "port taken by a stranger in mid-roll",
    async (roll) => {
      const { fleet, host } = roll;
      const image = ["--entrypoint", "sleep", host.lab.edgeImage, "1d"];
      const moved = ["services.ts", "published: 7000", "published: 7001"] as const;
      // While its job runs, the new container is made and not started.
      roll.release(moved, [
        "services.ts",
        'name: "tcp",',
        'name: "tcp", preDeploy: { command: ["sleep", "10"] },',
      ]);
      let stranger = "";
      const up = roll.up(async (before) => {
        await host.newContainer("tcp", before, "created");
        stranger = await host.run("docker", "run", "--detach", "--publish", "7001:80", ...image);
      });
      await roll.breaks(
        [
          /tcp: the new container could not be started/,
          /7001.* port is already allocated/,
          /the previous container tcp-\w+ is still serving requests/,
        ],
        up,
      );
      assert.equal(await fleet.answer("tcp"), "tcp v0");
      await roll.traffic.stop();
      await host.run("docker", "rm", "--force", stranger.trim());
      fleet.urls.tcp = `http://${host.ip}:7001/`;
      await roll.succeeds();
      assert.equal(await fleet.answer("tcp"), "tcp v0");
      // Back, for the rows behind this one.
      fleet.urls.tcp = `http://${host.ip}:7000/`;
      roll.release();
      await roll.succeeds();
    },
    { on: "tcp", gapBecause: "the old one makes way for the new" },
  );
});
