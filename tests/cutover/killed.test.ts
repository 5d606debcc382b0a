import assert from "node:assert/strict";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { Bench } from "./bench.ts";
import { killedBefore } from "./kill.ts";

describe("the cutover script, killed at any moment and run again", function () {
  this.timeout(INSTALL_TIMEOUT);
  let bench: Bench;
  before(async () => {
    bench = await Bench.up("killed", 7002);
  });
  after(async () => {
    await bench.down();
  });

  for (const ORDER of ["start-first", "stop-first"] as const) {
    for (const fate of ["takes over", "ends while starting", "fails its check"]) {
      it(`${ORDER}, when the new one ${fate}: ends right, and the old or the new one answers`, async () => {
        const SERVICE = `${ORDER}-${fate.split(" ")[0]}`;
        const POST_DEPLOY = fate === "fails its check" ? "false" : "true";
        const body = fate === "ends while starting" ? "exit 1" : "serve good";
        let old = await bench.make(SERVICE, "serve good");
        const first = await bench.run({ SERVICE, NEW: old, ORDER });
        assert.equal(first.code, 0, first.text);

        const cutover = { SERVICE, ORDER, POST_DEPLOY };
        /** What must be true in the end, whatever was killed on the way to it. */
        const assertEnd = async (NEW: string, { code, text }: { code: number; text: string }) => {
          const [answering, other] = fate === "takes over" ? [NEW, old] : [old, NEW];
          assert.equal(code, fate === "takes over" ? 0 : 1, text);
          assert.equal(await bench.answer(), "good", text);
          assert.equal(await bench.state(answering), "running always", text);
          assert.match(await bench.state(other), /^(exited|created) no$/, text);
          await bench.remove(other);
          old = answering;
        };
        const whole = await bench.make(SERVICE, body);
        const clean = await bench.run({ ...cutover, NEW: whole }, "up", killedBefore(0));
        await assertEnd(whole, clean);
        const changes = clean.text.match(/^changes: /gm)?.length ?? 0;
        assert.ok(changes >= 5, clean.text);

        for (let at = 1; at <= changes; at++) {
          const NEW = await bench.make(SERVICE, body);
          const { code, text } = await bench.run({ ...cutover, NEW }, "up", killedBefore(at));
          assert.ok(code > 1, `was not killed before change ${at}:\n${text}`);
          if (ORDER === "start-first") assert.equal(await bench.answer(), "good", text);
          const again = await bench.run({ ...cutover, NEW });
          await assertEnd(NEW, { ...again, text: `killed:\n${text}\nrun again:\n${again.text}` });
        }
        await bench.run({ SERVICE, NEW: old, ORDER }, "down");
        await bench.remove(old);
      });
    }
  }

  it("while it tags the new release or removes the oldest one's image: keeps the newest two in the end", async () => {
    const SERVICE = "retention";
    const images: string[] = [];
    const release = async (shell?: { name: string; before: string }) => {
      const image = await bench.image();
      const NEW = await bench.make(SERVICE, "serve good", { image });
      const ended = await bench.run({ SERVICE, NEW, KEEP: 2 }, "up", shell);
      images.push(image);
      return { ...ended, NEW };
    };
    for (let count = 0; count < 2; count++) await bench.remove((await release()).NEW);
    const { text, NEW } = await release(killedBefore(0));
    const changes = text.match(/^changes: .*/gm) ?? [];
    assert.match(changes.slice(-2).join(), /^changes: tell docker tag .*,changes: docker rmi /, text);
    let old = NEW;
    for (const at of [changes.length - 1, changes.length]) {
      const killed = await release(killedBefore(at));
      assert.ok(killed.code > 1, `was not killed before change ${at}:\n${killed.text}`);
      const again = await bench.run({ SERVICE, NEW: killed.NEW, KEEP: 2 });
      assert.equal(again.code, 0, again.text);
      assert.deepEqual(await bench.has(images), images.slice(-2), `${killed.text}\n${again.text}`);
      await bench.remove(old);
      old = killed.NEW;
    }
  });
});
