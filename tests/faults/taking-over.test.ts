import assert from "node:assert/strict";
import { until } from "../../lab/wait.ts";
import { proxyLabels, runProxy } from "../e2e/edge/own-proxy.ts";
import { Load } from "../load/load.ts";
import { type Edit, entry, mode } from "./harness/fleet.ts";
import type { Host } from "./harness/host.ts";
import { row } from "./harness/row.ts";

const withoutHealth: Edit = ["services.ts", 'health: { path: "/health" },\n    startTimeout', "startTimeout"];
const PROXY_PORT = 7011;

/** A service that others call by its name, and that no edge leads to; this often made anew. */
function own(release: number): Edit {
  const service = {
    name: "own",
    build: { context: "tests/faults/fleet/tcp", base: "python-base" },
    labels: proxyLabels("own", 8000),
    environment: { RELEASE: String(release) },
    health: { command: ["python3", "-c", "import socket; socket.create_connection(('127.0.0.1', 8000), 3)"] },
  };
  return ["services.ts", '  {\n    name: "tcp",', `${JSON.stringify(service)},\n  {\n    name: "tcp",`];
}

/** The fleet's network on its host. */
async function network(host: Host): Promise<string> {
  const list = ["docker", "network", "ls", "--filter", "driver=bridge", "--format", "{{.Name}}"];
  return (await host.run(...list)).split("\n").find((name) => name.startsWith("lab-1")) ?? "";
}

describe("faults: when a new container takes over", () => {
  row("no health check, and a server that is late; then a port that nothing listens on", async (roll) => {
    roll.release(withoutHealth, mode("healthy after 6 s"));
    await roll.succeeds();
    roll.release(withoutHealth, ["services.ts", "http: { port: 8000 }", "http: { port: 8001 }"]);
    const why = /web: .* within 12 s: nothing takes connections from outside the container on port 8001/;
    await roll.fails([why, /the previous container web-\w+ is still serving requests/]);
    roll.release();
    await roll.succeeds();
  });

  row("pre-deploy job of a service that others call by its name", async (roll) => {
    const called: Edit = ["services.ts", 'uses: ["web"]', 'uses: ["web", "tcp"]'];
    roll.release(called);
    await roll.succeeds();
    const command = ["sh", "-c", "sleep 15; echo no such table; exit 3"];
    // A job runs before a new container takes over: by itself it makes none.
    const job = `preDeploy: { command: ${JSON.stringify(command)} }, environment: { RELEASE: "2" }, name: "tcp",`;
    roll.release(called, ["services.ts", 'name: "tcp",', job]);
    const { host } = roll;
    // As the caller itself would, whose image has Python.
    const ask = [
      "import time, urllib.request",
      "for i in range(20):",
      '  print(urllib.request.urlopen("http://tcp:8000/", timeout=2).read().decode())',
      "  time.sleep(0.1)",
    ].join("\n");
    let answers = "";
    const up = roll.up(async (before) => {
      await host.newContainer("tcp", before, "running");
      const caller = before.find(({ service, state }) => service === "caller" && state === "running");
      answers = await host.run("docker", "exec", caller?.id ?? "", "python3", "-c", ask);
    });
    await roll.breaks([/tcp: the pre-deploy job failed with exit code 3/, /no such table/], up);
    assert.deepEqual([...new Set(answers.trim().split(/\n+/))], ['"tcp v0"']);
    roll.release();
    await roll.succeeds();
  });

  row("roll behind one's own Traefik, which goes by Docker's health", async (roll) => {
    const { fleet, host } = roll;
    roll.release(own(1));
    await roll.succeeds();
    const proxy = await host.run("docker", ...runProxy(host.lab.edgeImage, await network(host), PROXY_PORT));
    fleet.urls.own = `http://${host.ip}:${PROXY_PORT}/`;
    const isUp = async () => (await fleet.answer("own").catch(String)) === "tcp v0";
    await until(isUp, 60, () => "the proxy does not answer");
    const load = await Load.start(fleet.urls.own, 20, /^200 "tcp v0/, 5);
    roll.release(own(2));
    await roll.succeeds();
    const { sent, failures } = await load.stop();
    await host.run("docker", "rm", "--force", proxy.trim());
    assert.ok(sent > 0);
    assert.deepEqual(failures, []);
    roll.release(entry('description: "as before"'));
    await roll.succeeds();
  });
});
