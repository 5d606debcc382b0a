import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UpdateMetrics } from "../../model/metrics/update-metrics.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { STACK, Stack } from "./stack.ts";

describe("metrics of every update", function () {
  this.timeout("5 minutes");
  const stack = new Stack();
  const file = () => join(stack.state, `.slipway/metrics/slipway/${STACK}.jsonl`);
  const lines = () =>
    readFileSync(file(), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as UpdateMetrics);
  const report = async (...args: string[]) => {
    const { code, stdout, stderr } = await stack.slipway(["report", "--json", ...args]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as { metrics: UpdateMetrics[]; stack: string };
  };

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    await stack.make();
    assert.equal(await stack.up({ web: { content: "a" } }), 0);
    assert.notEqual(await stack.up({ web: { content: "b", run: "false" } }), 0);
    await stack.killUp({ web: { content: "c", run: "sleep 60" }, api: { content: "c" } }, (resources) =>
      resources.some(({ urn }) => urn.endsWith(":Command::api")),
    );
    assert.equal(await stack.up({ web: { content: "a" } }), 0);
  });

  after(() => {
    stack.remove();
  });

  it("are written by the next who reads: of plain ones, failed ones, each once, beside the state", async () => {
    const { metrics } = await report();
    assert.deepEqual(
      metrics.map(({ number, outcome, services }) => [
        number,
        outcome,
        services?.map((each) => each.outcome),
      ]),
      [
        [1, "succeeded", ["rolled"]],
        [2, "failed", []],
        [3, "succeeded", []],
      ],
    );
    assert.deepEqual(lines(), metrics);
    await report();
    assert.deepEqual(lines(), metrics);
  });

  it("are written once by many who read at the same time, and no line is torn", async () => {
    const before = lines();
    rmSync(file());
    await Promise.all(Array.from({ length: 3 }, () => report()));
    assert.deepEqual(lines(), before);
  });

  it("go on after a line that was torn", async () => {
    const before = lines();
    rmSync(file());
    appendFileSync(file(), `${JSON.stringify(before[0])}\n{"started":"20\n`);
    const { metrics } = await report();
    assert.deepEqual(metrics, before);
  });

  it("tell no secret and no message", () => {
    const text = readFileSync(file(), "utf8");
    const keys = [...new Set([...text.matchAll(/"([a-zA-Z]+)":/g)].map(([, key]) => key))].sort();
    assert.deepEqual(keys, [
      ...["builds", "changes", "create", "delete", "number", "outcome", "same", "seconds", "service"],
      ...["services", "started", "update"],
    ]);
  });

  it("are of the stack that is named", async () => {
    assert.equal((await report("--stack", STACK)).stack, STACK);
    const { code, stderr } = await stack.slipway(["report", "--stack", "none"]);
    assert.equal(code, 1);
    assert.match(stderr, /no stack named 'none'/);
  });
});
