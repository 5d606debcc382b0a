import assert from "node:assert/strict";
import path from "node:path";

import { failure, printed, startCommand, type CommandPlugin } from "./command-fixture.ts";
import { sshHost, type Connection } from "./ssh-host.ts";
import {
  assetArchive,
  fileArchive,
  fileAsset,
  isSecret,
  stringAsset,
  UNKNOWN,
  type Value,
} from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const COPY = "command:remote:CopyToRemote";

describe("command:remote:CopyToRemote", () => {
  let command: CommandPlugin;
  let connection: Connection;
  let home: string;

  /** What a script prints on the host. */
  const onHost = async (create: string) =>
    printed(await command.create("command:remote:Command", { connection, create, logging: "none" }));
  const copy = (source: Value, remotePath: string) =>
    command.create(COPY, { connection, source, remotePath });
  const local = (file: string) => path.join(command.folder, file);

  before(async function () {
    this.timeout(INSTALL_TIMEOUT);
    command = await startCommand();
    connection = await sshHost();
    home = await onHost("mktemp -d");
    command.write("folder/a.txt", "a");
    command.write("folder/sub/b.txt", "b");
  });
  after(async () => {
    await onHost(`rm -r ${home}`);
    await command.close();
  });

  it("copies a file, and makes the folders above it", async () => {
    await copy(fileAsset(local("folder/a.txt")), `${home}/file/deep/name.txt`);
    assert.equal(await onHost(`cat ${home}/file/deep/name.txt`), "a");
  });

  it("copies a file into a folder that is there", async () => {
    await onHost(`mkdir ${home}/there`);
    await copy(fileAsset(local("folder/a.txt")), `${home}/there`);
    assert.equal(await onHost(`ls ${home}/there`), "a.txt");
  });

  it("copies a text", async () => {
    await copy(stringAsset("text"), `${home}/text`);
    assert.equal(await onHost(`cat ${home}/text`), "text");
  });

  it("copies a folder, without its name when that ends with a slash", async () => {
    await copy(fileArchive(local("folder")), `${home}/with`);
    await copy(fileArchive(`${local("folder")}/`), `${home}/without`);
    assert.equal(
      await onHost(`cd ${home}/with && find . -type f | sort`),
      "./folder/a.txt\n./folder/sub/b.txt",
    );
    assert.equal(await onHost(`cd ${home}/without && find . -type f | sort`), "./a.txt\n./sub/b.txt");
  });

  it("fails when a folder would take the place of a file", async () => {
    await onHost(`touch ${home}/taken`);
    assert.match(await failure(copy(fileArchive(`${local("folder")}/`), `${home}/taken`)), /taken/);
  });

  it("copies again when the content or the target changed, else not: an edit on the host stays", async () => {
    const inputs = { connection, source: stringAsset("one", "1"), remotePath: `${home}/again` };
    const resource = await command.create(COPY, inputs);
    await onHost(`echo edited > ${home}/again`);
    await command.update(resource, { ...inputs, connection: { ...connection, perDialTimeout: 9 } });
    assert.equal(await onHost(`cat ${home}/again`), "edited");
    await command.update(resource, { ...inputs, source: stringAsset("two", "2") });
    assert.equal(await onHost(`cat ${home}/again`), "two");
    await command.update(resource, { ...inputs, remotePath: `${home}/moved` });
    assert.equal(await onHost(`cat ${home}/moved`), "one");
  });

  it("leaves the copy on the host when it is deleted", async () => {
    await command.plugin.delete(await copy(stringAsset("text"), `${home}/left`));
    assert.equal(await onHost(`cat ${home}/left`), "text");
  });

  it("copies nothing in a preview", async () => {
    const inputs = { connection, source: stringAsset("text"), remotePath: `${home}/previewed` };
    await command.create(COPY, inputs, { preview: true });
    assert.equal(await onHost(`ls ${home} | grep -c previewed || true`), "0");
  });

  for (const [what, source, property] of [
    ["an archive made of assets", assetArchive({ "a.txt": stringAsset("a") }), "archive"],
    ["one that is not known at preview", UNKNOWN, "asset"],
  ] as const) {
    it(`refuses ${what} as source`, async () => {
      const { failures } = await command.plugin.check(COPY, { connection, source, remotePath: "/tmp/never" });
      assert.deepEqual(
        failures.map((failure) => failure.property),
        [property],
      );
    });
  }

  it("command:remote:CopyFile copies a file; any change of it is a replacement", async () => {
    const inputs = { connection, localPath: local("folder/a.txt"), remotePath: `${home}/old` };
    const resource = await command.create("command:remote:CopyFile", inputs);
    assert.equal(await onHost(`cat ${home}/old`), "a");
    assert.ok(isSecret(resource.state.connection));
    const { replaces } = await command.plugin.diff(resource, {
      ...resource.inputs,
      remotePath: `${home}/new`,
    });
    assert.deepEqual(replaces, ["remotePath"]);
  });
});
