import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { readSourceFolder } from "../../model/image/context.ts";
import { testLab } from "../lab.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const CASES = 60;

const name = fc.constantFrom("a", "ba", "A", "a.b", "c++", "x$", "(a", "a b", "node_modules");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join("/")}.f`);
const part = fc.oneof(
  { weight: 3, arbitrary: name },
  fc.constantFrom("*", "**", "?", "a*", "*.f", "**a", "[a-b]", "[^a]", "..", ".", "*a*", "*.b.f", "**.f"),
);
const line = fc
  .tuple(
    fc.constantFrom("", "", "", "!", "# ", "/", " ", "! "),
    fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    fc.constantFrom("", "", "/", ".f", " ", "\r"),
  )
  .map((parts) => parts.join(""));
const trees = fc.record({
  rules: fc.array(line, { maxLength: 4 }).map((lines) => lines.join("\n")),
  files: fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
});

describe("the files a build sees", function () {
  this.timeout(INSTALL_TIMEOUT);

  it("are those that BuildKit sees, whatever an ignore file says", async () => {
    const { environment } = await testLab();
    const folder = mkdtempSync(join(tmpdir(), "slipway-ignore-"));
    // A context for each case, all of them in one build.
    const cases = fc.sample(trees, { numRuns: CASES, seed: Number(process.env.SEED ?? 1) });
    const contexts = cases.map(({ rules, files }, index) => {
      const context = join(folder, `context${index}`);
      mkdirSync(context);
      writeFileSync(join(context, ".dockerignore"), rules);
      for (const file of files) {
        if (existsSync(join(context, file))) continue;
        mkdirSync(dirname(join(context, file)), { recursive: true });
        writeFileSync(join(context, file), "");
      }
      return context;
    });
    const copies = contexts.map((_, index) => `COPY --from=c${index} / /c${index}/\n`);
    writeFileSync(join(folder, "Dockerfile"), `FROM scratch\n${copies.join("")}`);
    const named = contexts.flatMap((context, index) => ["--build-context", `c${index}=${context}`]);
    const out = join(folder, "out");
    execFileSync(
      "docker-buildx",
      ["build", "--output", `type=local,dest=${out}`, ...named, "--quiet", folder],
      {
        env: { ...process.env, ...environment },
      },
    );
    contexts.forEach((context, index) => {
      const seen = join(out, `c${index}`);
      const built = !existsSync(seen)
        ? []
        : readdirSync(seen, { recursive: true, encoding: "utf8" }).filter((file) =>
            statSync(join(seen, file)).isFile(),
          );
      const ours = readSourceFolder(context).files.map((file) => file.path);
      assert.deepEqual(ours.sort(), built.sort(), JSON.stringify(cases[index]?.rules));
    });
    rmSync(folder, { recursive: true });
  });
});
