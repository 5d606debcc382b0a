import assert from "node:assert/strict";
import type { Service } from "../../../../model/catalogue/service.ts";
import { textDigest } from "../../../../lib/digest.ts";
import {
  filesVolume,
  givenFiles,
  isIntact,
  secretVariables,
  secretsOf,
} from "../../../../model/container/files.ts";

const OWNER = { project: "fleet", stack: "prod" };
const entry: Service = {
  name: "web",
  secrets: { TOKEN: "token" },
  configs: [
    { content: "key: {{secret:api-key}} {{secret:api-key}}\n", target: "/etc//app.yml", uid: 7, mode: "640" },
  ],
  secretFiles: [
    { source: "db", mode: "0400" },
    { source: "db", target: "/db" },
  ],
};
const volumeOf = (
  service: Service,
  key = "k",
  values: Record<string, string> = { "api-key": "K", db: "D" },
) => filesVolume(OWNER, service.name, givenFiles(service), { key, values });

describe("the files of a service", () => {
  it("are its configs and its secrets, owned by root and readable by all unless it says otherwise", () => {
    assert.deepEqual(givenFiles(entry), [
      {
        target: "/etc/app.yml",
        uid: 7,
        gid: 0,
        mode: "0640",
        content: "key: {{secret:api-key}} {{secret:api-key}}\n",
      },
      { target: "/run/secrets/db", uid: 0, gid: 0, mode: "0400", content: "{{secret:db}}" },
      { target: "/db", uid: 0, gid: 0, mode: "0444", content: "{{secret:db}}" },
    ]);
    assert.deepEqual(secretsOf(entry), ["token", "api-key", "db"]);
    assert.deepEqual(secretVariables(entry), ["TOKEN", "slipway.secret"]);
    assert.deepEqual(secretVariables({ name: "web", configs: [{ content: "x", target: "/x" }] }), []);
  });

  it("are in a volume with their secrets' values, behind a first one that only root reads", () => {
    const { entries } = volumeOf(entry);
    assert.deepEqual(
      entries.map(({ name, mode, uid }) => [name, mode, uid]),
      [
        ["000", 0o400, 0],
        ["001", 0o640, 7],
        ["002", 0o400, 0],
        ["003", 0o444, 0],
      ],
    );
    assert.deepEqual(
      entries.slice(1).map(({ content }) => content),
      ["key: K K\n", "D", "D"],
    );
    const [about, ...secrets] = JSON.parse(entries[0]?.content ?? "") as string[];
    assert.match(about ?? "", /^slipway\.files=\{"project":"fleet",/);
    assert.deepEqual(secrets, ["slipway.secret=K", "slipway.secret=D"]);
  });

  it("give the volume a name that follows from all of them, and from the key: without it no secret can be guessed", () => {
    const { name, digest, entries } = volumeOf(entry);
    assert.equal(digest, textDigest(entries.map(({ content }) => content).join("")));
    assert.equal(name, `web-files-${digest.slice(0, 32)}`);
    assert.ok(isIntact(name, digest) && !isIntact(name, textDigest("")));
    const others = [
      volumeOf(entry, "other"),
      volumeOf(entry, "k", { "api-key": "K", db: "E" }),
      volumeOf({ ...entry, secretFiles: [{ source: "db" }, { source: "db", target: "/db" }] }),
      volumeOf({ ...entry, configs: [] }),
      filesVolume({ ...OWNER, stack: "dev" }, "web", givenFiles(entry), {
        key: "k",
        values: { "api-key": "K", db: "D" },
      }),
    ];
    assert.equal(new Set([name, ...others.map((other) => other.name)]).size, others.length + 1);
    assert.equal(volumeOf(structuredClone(entry)).name, name);
  });
});
