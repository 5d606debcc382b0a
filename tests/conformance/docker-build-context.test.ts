import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, renameSync, symlinkSync, utimesSync } from "node:fs";
import path from "node:path";

import { DockerBuild } from "./docker-build-fixture.ts";
import type { Props } from "./values.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

describe("the docker-build plugin's contextHash", function () {
  this.timeout(INSTALL_TIMEOUT);
  let build: DockerBuild;

  before(async () => {
    build = await DockerBuild.start();
  });
  after(() => build.close());

  const hash = async (inputs: Props) => (await build.built(inputs)).state.contextHash;

  /** Whether the change makes the plugin build the image again. */
  async function notices(inputs: Props, change: () => void): Promise<boolean> {
    const image = await build.built(inputs);
    change();
    const { changes, diffs } = await build.plugin.diff(image, image.inputs);
    assert.deepEqual(diffs, changes === "some" ? ["contextHash"] : []);
    return changes === "some";
  }

  /** A change of a file's content that leaves it a Dockerfile if it was one. */
  const edit = (context: string, file: string) => () => {
    build.write(context, { [file]: "FROM scratch\nLABEL edited=yes\n" });
  };

  it("is made of the Dockerfile, then content, path and mode of each file in order", async () => {
    const location = build.context({ "b/c.txt": "see", a: "ay" });
    const mode = "-rw-r--r--";
    const files = [`FROM scratch\nDockerfile${mode}`, `aya${mode}`, `seeb/c.txt${mode}`];
    const expected = createHash("sha256").update(["FROM scratch\n", ...files].join(""));
    assert.equal(await hash({ context: { location } }), expected.digest("hex"));
  });

  it("counts every permission bit, so that another umask builds again", async () => {
    const location = build.context({ file: "" });
    const change = () => {
      chmodSync(path.join(build.folder, location, "file"), 0o664);
    };
    assert.equal(await notices({ context: { location } }, change), true);
  });

  it("counts paths, but not times", async () => {
    const location = build.context({ file: "" });
    const file = path.join(build.folder, location, "file");
    const touch = () => {
      utimesSync(file, 0, 0);
    };
    const rename = () => {
      renameSync(file, `${file}2`);
    };
    assert.equal(await notices({ context: { location } }, touch), false);
    assert.equal(await notices({ context: { location } }, rename), true);
  });

  it("leaves out what .dockerignore names, except the Dockerfile", async () => {
    const location = build.context({ ".dockerignore": "ignored\nDockerfile\n", ignored: "", kept: "" });
    assert.equal(await notices({ context: { location } }, edit(location, "ignored")), false);
    assert.equal(await notices({ context: { location } }, edit(location, "kept")), true);
    assert.equal(await notices({ context: { location } }, edit(location, "Dockerfile")), true);
  });

  it("takes <Dockerfile>.dockerignore instead of .dockerignore", async () => {
    const ignored = { ".dockerignore": "two", "Dockerfile.dockerignore": "one" };
    const location = build.context({ ...ignored, one: "", two: "" });
    assert.equal(await notices({ context: { location } }, edit(location, "one")), false);
    assert.equal(await notices({ context: { location } }, edit(location, "two")), true);
  });

  it("keeps what .dockerignore takes back, in an ignored folder too", async () => {
    const files = { ".dockerignore": "folder\n!folder/kept\n", "folder/kept": "", "folder/other": "" };
    const location = build.context(files);
    assert.equal(await notices({ context: { location } }, edit(location, "folder/other")), false);
    assert.equal(await notices({ context: { location } }, edit(location, "folder/kept")), true);
  });

  it("covers named contexts, in the order of their names", async () => {
    const location = build.context({ ".dockerignore": "Dockerfile\n.dockerignore\n" });
    const names = ["d", "b", "e", "a", "c"];
    const named = Object.fromEntries(
      names.map((name) => [name, { location: build.context({ file: name }) }]),
    );
    const files = names.toSorted().map((name) => `${name}file-rw-r--r--`);
    const expected = createHash("sha256").update(["FROM scratch\n", ...files].join(""));
    assert.equal(await hash({ context: { location, named } }), expected.digest("hex"));
  });

  it("misses files of named contexts that the main context's .dockerignore names", async () => {
    const location = build.context({ ".dockerignore": "*.txt" });
    const other = build.context({ ".dockerignore": "file", "file.txt": "", file: "" });
    const inputs = { context: { location, named: { other: { location: other } } } };
    assert.equal(await notices(inputs, edit(other, "file.txt")), false);
    assert.equal(await notices(inputs, edit(other, "file")), true);
  });

  it("follows a link to a file, and leaves out one to a folder", async () => {
    const [location, elsewhere] = [build.context(), build.context({ file: "" })];
    const link = (name: string, target: string) => {
      symlinkSync(path.join(build.folder, target), path.join(build.folder, location, name));
    };
    link("to-file", `${elsewhere}/file`);
    link("to-folder", elsewhere);
    assert.equal(await notices({ context: { location } }, edit(elsewhere, "another")), false);
    assert.equal(await notices({ context: { location } }, edit(elsewhere, "file")), true);
  });
});
