import assert from "node:assert/strict";
import { join } from "node:path";
import type { ReplicaStatus } from "../../model/state/drift.ts";
import type { Release } from "../../model/history/releases.ts";
import { CLOUD_STACK, serveCloud } from "../history/backends.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import type { Told } from "./story/record.ts";
import { Story, stepsBy } from "./story/story.ts";

const SEED = Number(process.env.SEED ?? 1);

/** Of what `slipway releases --json` printed what the story's record has. */
function told(printed: string): Told[] {
  const { releases } = JSON.parse(printed) as { releases: Release[] };
  return releases.map(({ number, kind, result, commit, changes = [] }) => ({
    ...{ number, kind, result, commit },
    changes: changes.map(({ service, outcome, image, pinned, live }) => ({
      ...{ service, outcome: outcome as Told["changes"][number]["outcome"], image, pinned, live },
    })),
  }));
}

describe(`a story of updates, some failed, some killed, some taken back (SEED=${SEED})`, function () {
  this.timeout(INSTALL_TIMEOUT);
  let story: Story;
  const releases = (...args: string[]) =>
    story.fleet.must(process.execPath, "cli/slipway.mjs", "releases", "--json", ...args);

  before(async () => {
    story = await Story.begin();
  });
  after(async () => {
    await story.fleet.remove();
  });

  it("goes on as it should: a preview after a rollback changes nothing, the newest sources answer at last", async () => {
    for (const [index, step] of stepsBy(SEED).entries()) {
      try {
        await story.happens(step);
      } catch (error) {
        throw new Error(`step ${index + 1}, ${step.kind}: ${String(error)}`, { cause: error });
      }
    }
    await story.ends();
  });

  it("is told by slipway releases as it was", async () => {
    assert.deepEqual(told(await releases("--limit", "100")), story.record.told());
  });

  it("is told of each service, and of its newest updates only", async () => {
    for (const service of ["web", "api", "store"])
      assert.deepEqual(told(await releases(service, "--limit", "4")), story.record.told(service).slice(0, 4));
  });

  it("ends with services whose commits slipway status knows", async () => {
    const { replicas } = JSON.parse((await story.fleet.slipway("status", "--json")).stdout) as {
      replicas: ReplicaStatus[];
    };
    const commits = replicas.flatMap(({ service, commit }) =>
      service === "edge" ? [] : [[service, commit]],
    );
    const last = ["api", "store", "web"].map((service) => [
      service,
      story.record.rollsOf(service).at(-1)?.commit,
    ]);
    assert.deepEqual(commits, last);
  });

  it("is told the same on Pulumi Cloud", async () => {
    const server = await serveCloud(await story.fleet.checkpoints(), 0);
    const environment = {
      PULUMI_HOME: join(story.fleet.folder, ".slipway/cloud"),
      PULUMI_BACKEND_URL: server.url,
      PULUMI_ACCESS_TOKEN: "token",
      PULUMI_STACK: CLOUD_STACK,
    };
    const words = ["cli/slipway.mjs", "releases", "--json", "--limit", "100"];
    const { ended } = story.fleet.start(process.execPath, words, environment);
    const { code, stdout, text } = await ended.finally(server.close);
    assert.equal(code, 0, text);
    assert.deepEqual(told(stdout), story.record.told());
  });
});
