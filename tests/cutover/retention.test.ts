import assert from "node:assert/strict";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Bench } from "./bench.ts";

describe("the images that the cutover script keeps on a host", function () {
  this.timeout(INSTALL_TIMEOUT);
  let bench: Bench;
  const images: string[] = [];
  const SERVICE = "web";
  let live = "";
  const hex = (image = "") => image.replace(/^.*:/, "");

  /** Rolls web to an image, and removes the old container as the engine would. */
  const roll = async (image: string, more: { KEEP?: number } = {}) => {
    const NEW = await bench.make(SERVICE, "serve good", { image });
    const { code, text } = await bench.run({ SERVICE, NEW, ...more });
    assert.equal(code, 0, text);
    if (live) await bench.remove(live);
    live = NEW;
  };

  before(async () => {
    bench = await Bench.up("retention", 7004);
    images.push(...(await Promise.all(Array.from({ length: 7 }, () => bench.image()))));
    for (const image of images) await roll(image);
  });
  after(async () => {
    await bench.down();
  });

  it("are those of the last five releases; the ones before are gone", async () => {
    assert.deepEqual(await bench.has(images), images.slice(2));
    const expected = [6, 5, 4, 3, 2].map((at) => `${at + 1}-${hex(images[at])}`);
    assert.deepEqual(await bench.releases(SERVICE), expected);
    assert.equal(await bench.answer(), "good");
  });

  it("outlive docker image prune, and one that is gone back to is the newest then", async () => {
    await bench.must("docker", "image", "prune", "--force");
    assert.deepEqual(await bench.has(images), images.slice(2));
    await roll(images[3] ?? "");
    const expected = ["8-3", "7-6", "6-5", "5-4", "3-2"];
    const shown = async () =>
      (await bench.releases(SERVICE)).map((tag) => {
        const [number = "", digest = ""] = tag.split("-");
        return `${number}-${images.findIndex((image) => hex(image) === digest)}`;
      });
    assert.deepEqual(await shown(), expected);
    // Run again, as after a kill, it is still the same release.
    assert.equal((await bench.run({ SERVICE, NEW: live })).code, 0);
    assert.deepEqual(await shown(), expected);
  });

  it("do not count a release that failed; its image goes with the first cutover after its container", async () => {
    const bad = await bench.image();
    const NEW = await bench.make(SERVICE, "exit 1", { image: bad });
    assert.equal((await bench.run({ SERVICE, NEW })).code, 1);
    assert.deepEqual(await bench.has([bad, ...images]), [bad, ...images.slice(2)]);
    await bench.must("docker", "image", "prune", "--force");
    await roll(images[6] ?? "");
    assert.deepEqual(await bench.has([bad, ...images]), [bad, ...images.slice(2)]);
    await bench.remove(NEW);
    await roll(images[5] ?? "");
    assert.deepEqual(await bench.has([bad, ...images]), images.slice(2));
  });

  it("stay when another stack or a person has tagged them, or a container is made from them", async () => {
    const [, , another = "", persons = "", used = "", ...last] = images;
    await bench.must("docker", "tag", another, `${bench.repository(SERVICE, "other")}:1-${hex(another)}`);
    await bench.must("docker", "tag", persons, "backup:mine");
    const stranger = (await bench.must("docker", "create", used)).trim();
    await roll(last[0] ?? "", { KEEP: 1 });
    assert.deepEqual(await bench.has(images), [another, persons, used, last[0]]);
    const tags = (await bench.releases(SERVICE)).map((tag) => tag.replace(/^\d+-/, ""));
    assert.deepEqual(tags, [hex(last[0]), hex(used)]);
    await bench.remove(stranger);
    await bench.must("docker", "rmi", "backup:mine");
    assert.equal((await bench.run({ SERVICE, NEW: live, KEEP: 1 })).code, 0);
    // What another or a person has let go of is docker image prune's, or slipway prune's.
    assert.deepEqual(await bench.has(images), [another, persons, last[0]]);
  });

  it("stay as they are when the engine refuses, and the roll succeeds", async () => {
    const NEW = await bench.make(SERVICE, "serve good", { image: await bench.image() });
    const refusing = {
      name: "sh",
      before: 'docker() { case $1 in tag | rmi) echo refused >&2 && return 1 ;; esac; command docker "$@"; }',
    };
    const { code, text } = await bench.run({ SERVICE, NEW }, "up", refusing);
    assert.equal(code, 0, text);
    assert.match(text, /^web: refused$/m);
    assert.equal(await bench.answer(), "good");
  });
});
