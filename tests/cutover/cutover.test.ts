import assert from "node:assert/strict";
import { Bench } from "./bench.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

describe("the cutover script, alone", function () {
  this.timeout(INSTALL_TIMEOUT);
  let bench: Bench;
  before(async () => {
    bench = await Bench.up("alone", 7001);
  });
  after(async () => {
    await bench.down();
  });
  const SERVICE = "web";
  let old: string;
  beforeEach(async () => {
    old = await bench.make(SERVICE, "serve old");
    const { code, text } = await bench.run({ SERVICE, NEW: old });
    assert.equal(code, 0, text);
  });
  afterEach(async () => {
    const ours = ["--filter", `label=slipway.service=${SERVICE}`];
    const ids = await bench.must("docker", "ps", "--all", "--quiet", ...ours);
    for (const id of ids.split("\n").filter(Boolean)) await bench.remove(id);
  });
  const oldAnswersStill = async (NEW: string) => {
    assert.equal(await bench.answer(), "old");
    assert.deepEqual(
      [await bench.state(old), (await bench.state(NEW)).split(" ")[1]],
      ["running always", "no"],
    );
    assert.notEqual((await bench.state(NEW)).split(" ")[0], "running");
  };

  it("moves the requests, then stops the old one, and says how long what took", async () => {
    const NEW = await bench.make(SERVICE, "serve new");
    const { code, text } = await bench.run({ SERVICE, NEW });
    assert.equal(code, 0);
    assert.match(
      text,
      /^web: \S+ serves \(healthy after [\d.]+ s, routed in [\d.]+ s, old one .* [\d.]+ s\)\n$/,
    );
    assert.equal(await bench.answer(), "new");
    assert.deepEqual([await bench.state(old), await bench.state(NEW)], ["exited no", "running always"]);
  });

  it("does nothing when it is run again", async () => {
    const started = await bench.must("docker", "inspect", "--format", "{{.State.StartedAt}}", old);
    const { code, text } = await bench.run({ SERVICE, NEW: old });
    assert.equal(code, 0);
    assert.match(text, /took over before/);
    assert.equal(await bench.must("docker", "inspect", "--format", "{{.State.StartedAt}}", old), started);
  });

  it("says at once that the new one ended, with its exit code and last lines, secret values hidden", async () => {
    const args = ["--env", "TOKEN=s3cr3t/.*", "--env", "PLAIN=shown"];
    const NEW = await bench.make(SERVICE, 'echo "first $TOKEN"; echo "then $PLAIN" >&2; exit 7', { args });
    const { code, text } = await bench.run({ SERVICE, NEW, START_TIMEOUT: 3600, SECRETS: "OTHER TOKEN" });
    assert.equal(code, 1);
    assert.match(text, /^web: the new container did not become healthy: it exited during start-up$/m);
    assert.match(text, /exited, exit code 7, out of memory false/);
    // Two streams: which comes first is the engine's choice.
    assert.match(text, /^first \[secret\]$/m);
    assert.match(text, /^then shown$/m);
    assert.match(text, /the previous container \S+ is still serving requests/);
    await oldAnswersStill(NEW);
  });

  it("gives up on one that is never healthy, and on a health check that hangs", async () => {
    const silent = await bench.make(SERVICE, "sleep 600");
    const { code, text } = await bench.run({ SERVICE, NEW: silent, START_TIMEOUT: 2 });
    assert.equal(code, 1);
    assert.match(
      text,
      /^web: the new container did not become healthy within 2 s: nothing takes connections .* on port 8000$/m,
    );
    await oldAnswersStill(silent);
    const hanging = await bench.make(SERVICE, "serve new");
    const check = { HEALTH: "command", HEALTH_ARG: "sleep 600" } as const;
    assert.equal((await bench.run({ SERVICE, NEW: hanging, ...check, START_TIMEOUT: 2 })).code, 1);
    await oldAnswersStill(hanging);
  });

  it("does not let one take over that is healthy and dies within minReady", async () => {
    const NEW = await bench.make(SERVICE, "(sleep 2; kill 1) & trap 'exit 3' TERM; (serve new) & wait");
    const { code, text } = await bench.run({ SERVICE, NEW, MIN_READY: 5, START_TIMEOUT: 20 });
    assert.equal(code, 1);
    assert.match(text, /^web: the new container did not become healthy: it exited during start-up$/m);
    await oldAnswersStill(NEW);
  });

  it("runs the pre-deploy job once, before the new one starts; its failure stops the roll", async () => {
    const failing = await bench.make(SERVICE, "echo no such table; exit 4", { slot: "pre-deploy" });
    const NEW = await bench.make(SERVICE, "serve new");
    const { code, text } = await bench.run({ SERVICE, NEW, PRE_DEPLOY: failing });
    assert.equal(code, 1);
    assert.match(text, /^web: the pre-deploy job failed with exit code 4$/m);
    assert.match(text, /no such table/);
    assert.equal(await bench.answer(), "old");
    assert.match(await bench.state(NEW), /^created/);

    const PRE_DEPLOY = await bench.make(SERVICE, "date +%s.%N", { slot: "pre-deploy" });
    assert.equal((await bench.run({ SERVICE, NEW, PRE_DEPLOY })).code, 0);
    assert.equal((await bench.run({ SERVICE, NEW, PRE_DEPLOY })).code, 0);
    assert.equal((await bench.must("docker", "logs", PRE_DEPLOY)).trim().split("\n").length, 1);
    assert.equal(await bench.answer(), "new");
  });

  it("gives the requests back when the post-deploy check fails", async () => {
    const NEW = await bench.make(SERVICE, "serve new");
    const { code, text } = await bench.run({ SERVICE, NEW, POST_DEPLOY: "sh -c 'echo wrong page; exit 9'" });
    assert.equal(code, 1);
    assert.match(text, /^web: the post-deploy check failed with exit code 9: wrong page$/m);
    await oldAnswersStill(NEW);
  });

  it("stops the old one only when its requests under way have ended", async () => {
    const slow =
      "mkdir -p /tmp/www/cgi-bin; printf '#!/bin/sh\\nsleep 3; printf \"\\\\r\\\\nslow\"' >/tmp/www/cgi-bin/slow";
    const first = await bench.make(SERVICE, `${slow}; chmod +x /tmp/www/cgi-bin/slow; serve first`);
    assert.equal((await bench.run({ SERVICE, NEW: first })).code, 0);
    const request = bench.answer("cgi-bin/slow");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const NEW = await bench.make(SERVICE, "serve new");
    assert.equal((await bench.run({ SERVICE, NEW })).code, 0);
    assert.equal(await request, "slow");
  });

  it("keeps the other replicas in the route, and leaves the one that goes out of it", async () => {
    const second = await bench.make(SERVICE, "serve second", { slot: "1" });
    assert.equal((await bench.run({ SERVICE, NEW: second, SLOT: "1" })).code, 0);
    const NEW = await bench.make(SERVICE, "serve new");
    assert.equal((await bench.run({ SERVICE, NEW })).code, 0);
    const seen = async () => new Set(await Promise.all(Array.from({ length: 8 }, () => bench.answer())));
    assert.deepEqual(await seen(), new Set(["new", "second"]));
    assert.equal((await bench.run({ SERVICE, NEW: second, SLOT: "1" }, "down")).code, 0);
    assert.deepEqual(await seen(), new Set(["new"]));
    assert.equal((await bench.run({ SERVICE, NEW }, "down")).code, 0);
    assert.equal(await bench.answer(), "status 404");
  });

  it("stop-first: starts the old one again when the new one fails", async () => {
    const NEW = await bench.make(SERVICE, "exit 1");
    assert.equal((await bench.run({ SERVICE, NEW, ORDER: "stop-first" })).code, 1);
    await oldAnswersStill(NEW);
  });

  it("waits for another cutover of the same service, and ends right after it", async () => {
    const slow = await bench.make(SERVICE, "sleep 2; serve slow");
    const first = bench.run({ SERVICE, NEW: slow });
    await new Promise((resolve) => setTimeout(resolve, 700));
    const NEW = await bench.make(SERVICE, "serve new");
    const { code, text } = await bench.run({ SERVICE, NEW });
    assert.equal((await first).code, 0);
    assert.equal(code, 0);
    assert.match(text, /^web: waiting for another cutover or backup: process \d+ of \w+ on \S+$/m);
    assert.equal(await bench.answer(), "new");
    assert.equal(await bench.state(slow), "exited no");
  });
});
