import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { BuildFleet } from "./fleet.ts";

describe("slipway tag", function () {
  this.timeout(INSTALL_TIMEOUT);
  let fleet: BuildFleet;
  let one: string;
  /** What the tags of image one lead to. */
  const tags = async (...names: string[]) =>
    Promise.all(names.map((name) => fleet.repository("tags/one").digest(name)));
  const built = async () => /@(sha256:\w+)/.exec((await fleet.slipway("build", "one")).stdout)?.[1] ?? "";

  before(async () => {
    fleet = await BuildFleet.make("tags", "tags");
    await fleet.stack("tags", "tags", { platforms: "linux/amd64" });
    await fleet.must("git", "init", "--quiet", "--initial-branch", "main");
    await fleet.must(
      "git",
      "-c",
      "user.name=t",
      "-c",
      "user.email=t@t",
      "commit",
      "--allow-empty",
      "-qm",
      "one",
    );
    one = await built();
  });

  after(() => fleet.remove());

  it("puts version, branch, commit and latest on what is built, and builds nothing", async () => {
    await fleet.must("git", "tag", "v1.2.3");
    const sha = (await fleet.must("git", "rev-parse", "HEAD")).slice(0, 7);
    fleet.builderCalls();
    const { code, text } = await fleet.slipway("tag", "one");
    assert.equal(code, 0, text);
    assert.deepEqual(await tags("1.2.3", "1.2", "1", "main", "latest", `sha-${sha}`), Array(6).fill(one));
    assert.deepEqual(fleet.builderCalls(), []);
  });

  it("moves branch, minor and latest, but no version, and never removes what they led to", async () => {
    writeFileSync(join(fleet.folder, "tests/images/fleet/one/one"), "second");
    const second = await built();
    assert.notEqual(second, one);
    const refused = await fleet.slipway("tag", "one");
    assert.notEqual(refused.code, 0);
    assert.match(refused.text, /^not all is committed: the images of what lies in this folder are tagged/m);
    assert.match(
      refused.text,
      /services\/one: 1\.2\.3 is sha256:\w+ already, got sha256:\w+; expected a new version/,
    );
    assert.deepEqual(await tags("1.2.3", "1.2", "main", "latest", one), [one, second, second, second, one]);
  });

  it("refuses latest where the stack says so, and what is no tag or not built", async () => {
    await fleet.must("pulumi", "config", "set", "latest", "false");
    const refused = await fleet.slipway("tag", "--tag", "latest");
    assert.match(refused.text, /tag: latest is not allowed \(Pulumi\.tags\.yaml has latest: false\)/);
    assert.match((await fleet.slipway("tag", "--tag", "a/b")).text, /tag: not usable, got "a\/b"/);
    const { text } = await fleet.slipway("tag", "two", "--tag", "x");
    assert.match(text, /services\/two: nothing to tag, no .*\. Build it: pulumi up/);
  });
});
