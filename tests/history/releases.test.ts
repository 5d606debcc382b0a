import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Live } from "../../model/history/live.ts";
import type { Release } from "../../model/history/releases.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { CLOUD_STACK, type Checkpoint, serveBucket, serveCloud } from "./backends.ts";
import { STACK, Stack } from "./stack.ts";

/** What the command prints for scripts. */
interface Answer {
  live: Live[];
  releases: Release[];
}

/** Each release in short: its number, its result, and what it did, the live ones with a star. */
function short({ releases }: Answer) {
  return releases.map(({ number, kind, result, changes }) => [
    number ?? "-",
    kind === "update" ? result : `${kind} ${result}`,
    changes?.map(({ service, outcome, live }) => `${service} ${outcome}${live ? "*" : ""}`).join(", "),
  ]);
}

const ALL = [
  [4, "succeeded", "api removed"],
  [3, "succeeded", "web rolled*"],
  ["-", "interrupted", "api rolled"],
  [2, "failed", "api rolled"],
  [1, "succeeded", "api rolled, web rolled"],
];

describe("slipway releases", function () {
  this.timeout(60_000);
  const stack = new Stack();
  /** What each update left, oldest first, as Pulumi Cloud keeps it. */
  const checkpoints: Checkpoint[] = [];
  const history = () => join(stack.state, `.pulumi/history/slipway/${STACK}`);

  async function up(...[fleet, more]: Parameters<Stack["up"]>): Promise<number> {
    const code = await stack.up(fleet, more);
    const [update] = JSON.parse(await stack.pulumi("stack", "history", "--json", "--page-size", "1")) as [
      object,
    ];
    const { deployment } = JSON.parse(await stack.pulumi("stack", "export")) as { deployment: object };
    checkpoints.push({ update, deployment });
    return code;
  }

  async function releases(args: string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<Answer> {
    const { code, stdout, stderr } = await stack.slipway(["releases", "--json", ...args], environment);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Answer;
  }

  /** With a home of its own, as pulumi keeps the logins there. */
  const inCloud = (url: string) => ({
    PULUMI_HOME: join(stack.folder, "cloud"),
    PULUMI_BACKEND_URL: url,
    PULUMI_ACCESS_TOKEN: "token",
    PULUMI_STACK: CLOUD_STACK,
  });

  /** Which states were asked for: the present one, "", and by version. */
  const exported = (asked: readonly string[]) => {
    const present = `/api/stacks/${CLOUD_STACK}/export`;
    return asked.flatMap((path) => (path.startsWith(present) ? [path.slice(present.length)] : []));
  };

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    await stack.make();
    assert.equal(await up({ web: { content: "a" }, api: { content: "a" } }), 0);
    const gzip = { PULUMI_SELF_MANAGED_STATE_GZIP: "true" };
    assert.notEqual(await up({ web: { content: "b", run: "false" }, api: { content: "b" } }, gzip), 0);
    const go = join(stack.folder, "go");
    const held = `until [ -e ${go} ]; do sleep 0.1; done`;
    await stack.killUp({ web: { content: "c", run: held }, api: { content: "c" } }, (resources) =>
      resources.some(
        ({ urn, inputs }) => urn.endsWith(":Command::api") && JSON.stringify(inputs).includes("NEW=c"),
      ),
    );
    writeFileSync(go, "");
    const zstd = { PULUMI_SELF_MANAGED_STATE_ZSTD: "true" };
    assert.equal(await up({ web: { content: "d", run: held }, api: { content: "c" } }, zstd), 0);
    assert.equal(await up({ web: { content: "d", run: held } }), 0);
  });

  after(() => {
    stack.remove();
  });

  describe("of a file backend", () => {
    it("has checkpoints plain, by gzip and by zstd to read", () => {
      const endings = readdirSync(history())
        .sort()
        .map((file) => file.replace(/^.*\d\./, ""));
      assert.deepEqual(
        endings.filter((ending) => /^checkpoint.*(json|gz|zst)$/.test(ending)),
        ["", ".gz", ".zst", ""].map((compression) => `checkpoint.json${compression}`),
      );
    });

    it("tells each update, the killed one too, and what is live", async () => {
      const answer = await releases();
      assert.deepEqual(short(answer), ALL);
      assert.deepEqual(
        answer.live.map(({ service, update }) => [service, update]),
        [["web", 3]],
      );
      const entries = answer.releases.map(({ changes = [] }) => changes.map(({ entry }) => entry));
      assert.deepEqual(entries.slice(1, 4), [
        [{ name: "web", content: "d" }],
        [undefined],
        [{ name: "api", content: "b" }],
      ]);
    });

    it("tells those of one service, and the newest only", async () => {
      assert.deepEqual(short(await releases(["web"])), [
        [3, "succeeded", "web rolled*"],
        [1, "succeeded", "web rolled"],
      ]);
      assert.deepEqual(short(await releases(["api", "--limit", "2"])), [
        [4, "succeeded", "api removed"],
        ["-", "interrupted", "api rolled"],
      ]);
    });

    it("reads no older checkpoint than it needs", async () => {
      const oldest = join(history(), readdirSync(history()).sort()[0] ?? "");
      const kept = readFileSync(oldest);
      writeFileSync(oldest, "not to be read");
      const newest = await releases(["--limit", "2"]).finally(() => {
        writeFileSync(oldest, kept);
      });
      assert.deepEqual(short(newest), ALL.slice(0, 2));
    });

    it("prints a table for people", async () => {
      const { stdout } = await stack.slipway(["releases"]);
      assert.match(
        stdout,
        /^LIVE +SINCE \(UTC\) +BY +IMAGE\nweb +\d{4}-\d\d-\d\d \d\d:\d\d +update 3\n\nUPDATE /,
      );
      assert.match(stdout, /^\? .* interrupted .* api +rolled$/m);
    });

    it("fails for a service that never was", async () => {
      const { code, stderr } = await stack.slipway(["releases", "wep"]);
      assert.equal(code, 1);
      assert.match(stderr, /^unknown service "wep"; deployed: web$/m);
    });

    it("does not know what an update did whose checkpoint is lost", async () => {
      const [file = ""] = readdirSync(history()).filter((name) => name.endsWith(".checkpoint.json.gz"));
      const kept = readFileSync(join(history(), file));
      rmSync(join(history(), file));
      const answer = await releases();
      writeFileSync(join(history(), file), kept);
      assert.deepEqual(short(answer), [
        ...ALL.slice(0, 1),
        [3, "succeeded", undefined],
        [2, "failed", undefined],
        ...ALL.slice(4),
      ]);
    });
  });

  it("tells the same on Pulumi Cloud, by the numbers it gives", async () => {
    const server = await serveCloud(checkpoints, 40);
    const answer = await releases([], inCloud(server.url)).finally(server.close);
    assert.deepEqual(
      short(answer),
      ALL.map(([number, ...rest]) => [typeof number === "number" ? number + 40 : number, ...rest]),
    );
    // The state before the oldest that is looked at is read too, and none twice.
    assert.deepEqual(exported(server.asked), ["", "/44", "/43", "/42", "/41"]);
  });

  it("reads of a long history only what it tells, and the state before that", async function () {
    this.timeout(INSTALL_TIMEOUT);
    const long = Array.from({ length: 50 }, () => checkpoints).flat();
    for (const [args, versions] of [
      [
        ["--limit", "2"],
        ["", "/200", "/199", "/198"],
      ],
      // It removed api, after which web was the last to roll.
      [
        ["web", "--limit", "1"],
        ["", "/200", "/199", "/198"],
      ],
      [
        ["api", "--limit", "1"],
        ["", "/200", "/199"],
      ],
    ] as const) {
      const server = await serveCloud(long, 0);
      await releases([...args], inCloud(server.url)).finally(server.close);
      assert.deepEqual(exported(server.asked), versions, args.join(" "));
    }
  });

  it("tells in a bucket what is live and who ran what, and says what is not known", async () => {
    const server = await serveBucket(stack.state);
    const query = "region=us-east-1&s3ForcePathStyle=true";
    const environment = {
      PULUMI_HOME: join(stack.folder, "bucket"),
      PULUMI_BACKEND_URL: `s3://state?${query}&endpoint=${server.url}`,
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
    };
    const { code, stdout, stderr } = await stack
      .slipway(["releases", "--json"], environment)
      .finally(server.close);
    assert.equal(code, 0, stderr);
    const answer = JSON.parse(stdout) as Answer;
    assert.deepEqual(
      answer.live.map(({ service, update }) => [service, update]),
      [["web", 3]],
    );
    assert.deepEqual(short(answer), [
      [4, "succeeded", undefined],
      [3, "succeeded", undefined],
      [2, "failed", undefined],
      [1, "succeeded", undefined],
    ]);
    assert.match(stderr, /^s3:.*not known.*expected a file:\/\/ backend or Pulumi Cloud/m);
  });
});
