// Plain JavaScript on Node alone: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { URL, fileURLToPath } from "node:url";

/** The project's folder. */
export const project = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Installs the npm packages if package-lock.json has changed since that was last done. */
export function installPackages() {
  const mark = `${project}/node_modules/.slipway-installed`;
  const wanted = createHash("sha256")
    .update(readFileSync(`${project}/package-lock.json`))
    .digest("hex");
  if (existsSync(mark) && readFileSync(mark, "utf8") === wanted) return;
  const started = Date.now();
  process.stderr.write("npm packages: installing…\n");
  // Install scripts stay off: what is needed of them, the plugins, comes from toolchain/.
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) {
    process.stderr.write("npm packages: `npm ci` failed, see above; mend that and run the same again\n");
    process.exit(1);
  }
  // `npx slipway` looks here; npm links the programs of dependencies only, not the project's own.
  rmSync(`${project}/node_modules/.bin/slipway`, { force: true });
  symlinkSync("../../cli/slipway.mjs", `${project}/node_modules/.bin/slipway`);
  writeFileSync(mark, wanted);
  process.stderr.write(`npm packages: installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}
