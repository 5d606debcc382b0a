import assert from "node:assert/strict";
import { Readable } from "node:stream";
import * as pulumi from "@pulumi/pulumi";
import { extract } from "tar-stream";
import { Host } from "../../../../components/host/host.ts";
import { filesOn } from "../../../../components/service/files.ts";
import { unquote } from "../../../../lib/shell.ts";
import type { Service } from "../../../../model/catalogue/service.ts";
import { USUAL } from "../../../../model/host/features.ts";
import type { Settings } from "../../../../settings/load.ts";
import { type Declared, declaredBy } from "../../mocks.ts";

const SECRET = "s3cr3t value";
const ADDRESS = { name: "main", address: "unix:///run/docker.sock" };

/** What is declared for an entry, and what its containers are to mount. */
async function declare(entry: Service, secret = SECRET) {
  const mounted: { volume: string; paths: string[]; isSecret: boolean }[] = [];
  const declared = await declaredBy(async () => {
    const settings = {} as Settings;
    const features = { ...USUAL, dockerRoot: "/srv/docker" };
    const host = new Host("main", {
      host: ADDRESS,
      settings,
      range: "172.28.0.0/16",
      features,
      footings: "",
    });
    const files = filesOn(host, entry, { db: pulumi.secret(secret) }, host);
    if (!files) return;
    const { volume, files: each } = files.mounted;
    const all = pulumi.all([volume, pulumi.all(each.map(({ path }) => path))]);
    const isSecret = await pulumi.isSecret(all);
    await new Promise<void>((done) => {
      all.apply(([name, paths]) => {
        mounted.push({ volume: name, paths, isSecret });
        done();
      });
    });
  }, {});
  return { declared, mounted: mounted[0] };
}

const variable = (input: string, name: string) =>
  unquote(new RegExp(`^${name}=(.*)$`, "m").exec(input)?.[1] ?? "");
const command = (declared: readonly Declared[]) =>
  declared.find(({ type }) => type === "command:local:Command")?.inputs;

describe("a service's files on their host", () => {
  const configs = [{ target: "/app.yml", content: "a: 1\n", uid: 5, gid: 6, mode: "0440" }];

  it("are a tar archive on the standard input of a command, whose volume bears a name of what is in it", async () => {
    const { declared, mounted } = await declare({ name: "web", configs });
    const { stdin, create } = command(declared) as { stdin: string; create: string };
    assert.match(create, /cat host\/scripts\/files\.sh .* sh -s -- fill$/);
    const volume = variable(stdin, "VOLUME");
    assert.match(volume, /^web-files-[0-9a-f]{32}$/);
    assert.deepEqual(mounted, {
      ...{ volume, isSecret: false, paths: [`/srv/docker/volumes/${volume}/_data/001`] },
    });
    assert.equal(variable(stdin, "FOLDER"), `/srv/docker/volumes/${volume}/_data`);
    const found: unknown[] = [];
    const tar = extract();
    const reading = Readable.from([Buffer.from(variable(stdin, "CONTENT"), "base64")]).pipe(tar);
    for await (const entry of reading) {
      const { name, mode, uid, gid } = entry.header;
      const parts: Buffer[] = [];
      for await (const part of entry) parts.push(part as Buffer);
      found.push([
        name,
        mode,
        uid,
        gid,
        Buffer.concat(parts)
          .toString()
          .replace(/^\[.*\]\n$/, "…"),
      ]);
    }
    assert.deepEqual(found, [
      ["000", 0o400, 0, 0, "…"],
      ["001", 0o440, 5, 6, "a: 1\n"],
    ]);
    assert.deepEqual(
      declared.filter(({ type }) => type.startsWith("random:")),
      [],
    );
  });

  it("are secret where a secret is in them, with a random key, and nothing tells of it but another name", async () => {
    const entry = { name: "web", configs, secretFiles: [{ source: "db" }] };
    const [one, other] = [await declare(entry), await declare(entry, "another")];
    const { stdin } = command(one.declared) as { stdin: { secret: string } };
    assert.ok(Buffer.from(variable(stdin.secret, "CONTENT"), "base64").includes(SECRET));
    assert.ok(one.declared.some(({ name, type }) => name === "web.files-key" && type.startsWith("random:")));
    assert.equal(one.mounted?.isSecret, false);
    assert.notEqual(one.mounted.volume, other.mounted?.volume);
    const rest = JSON.stringify(one.declared.filter(({ type }) => type !== "command:local:Command"));
    assert.ok(!rest.includes(SECRET) && !rest.includes(Buffer.from(SECRET).toString("base64")));
  });

  it("are none where the entry has none", async () => {
    const { declared, mounted } = await declare({ name: "web" });
    assert.deepEqual([command(declared), mounted], [undefined, undefined]);
  });
});
