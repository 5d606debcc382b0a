import assert from "node:assert/strict";
import { Bench } from "./bench.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

/** bash, as it can run a command before each of the script's: the first time it comes to a line. */
const atEachLine = (commands: string) => ({
  name: "bash",
  before: `set -o posix; set -T; trap '${commands}' DEBUG`,
});

describe("the cutover script, killed after any line and run again", function () {
  this.timeout(INSTALL_TIMEOUT);
  let bench: Bench;
  before(async () => {
    bench = await Bench.up("killed", 7002);
  });
  after(async () => {
    await bench.down();
  });

  for (const ORDER of ["start-first", "stop-first"]) {
    for (const fate of ["takes over", "fails"]) {
      it(`${ORDER}, when the new one ${fate}: ends right, and the old or the new one answers`, async () => {
        const SERVICE = `${ORDER}-${fate.split(" ")[0]}`;
        let old = await bench.make(SERVICE, "serve good");
        const first = await bench.run({ SERVICE, NEW: old, ORDER });
        assert.equal(first.code, 0, first.text);

        /** Makes a new container of that fate and lets the script move to it. */
        const roll = async (shell?: { name: string; before: string }) => {
          const NEW = await bench.make(SERVICE, fate === "fails" ? "sleep 1; exit 1" : "serve good");
          return { NEW, ...(await bench.run({ SERVICE, NEW, ORDER, CHECK: "true" }, "up", shell)) };
        };
        const clean = await roll(atEachLine('echo "line $LINENO" >&2'));
        if (fate !== "fails") old = clean.NEW;
        const lines = [...new Set([...clean.text.matchAll(/^line (\d+)$/gm)].map(([, line]) => line))];
        assert.ok(lines.length > 40, `only ${lines.length} lines were run`);

        for (const line of lines) {
          const { NEW, code, text } = await roll(atEachLine(`[ $LINENO != ${line} ] || kill -9 $$`));
          assert.notEqual(code, 0, `line ${line}: was not killed\n${text}`);
          if (ORDER === "start-first")
            assert.equal(await bench.answer(), "good", `line ${line}: nobody answers`);
          const again = await bench.run({ SERVICE, NEW, ORDER, CHECK: "true" });
          const [answering, other] = fate === "fails" ? [old, NEW] : [NEW, old];
          assert.equal(again.code, fate === "fails" ? 1 : 0, `line ${line}: ${again.text}`);
          assert.equal(await bench.answer(), "good", `line ${line}: nobody answers in the end`);
          assert.equal(await bench.state(answering), "running always", `line ${line}`);
          assert.match(await bench.state(other), /^(exited|created) no$/, `line ${line}`);
          await bench.remove(other);
          old = answering;
        }
        await bench.run({ SERVICE, NEW: old }, "down");
        await bench.remove(old);
      });
    }
  }
});
