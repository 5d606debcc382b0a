// Plain JavaScript on Node alone: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { URL, fileURLToPath } from "node:url";

/** The project's folder. */
export const project = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/**
 * Installs the npm packages, unless those of package-lock.json are there, whoever has installed them.
 * @param {{ dev?: boolean }} options whether those for development are needed, too
 */
export function installPackages({ dev = true } = {}) {
  if (isInstalled(project, dev)) return;
  const started = Date.now();
  process.stderr.write("npm packages: installing…\n");
  // Install scripts stay off: what is needed of them, the plugins, comes from toolchain/.
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: project,
    stdio: ["ignore", 2, 2],
  });
  if (npm.error) {
    process.stderr.write(`npm packages: npm cannot be run, got ${npm.error.message}; install it with Node\n`);
    process.exit(1);
  }
  if (npm.status !== 0) {
    process.stderr.write("npm packages: `npm ci` failed, see above; mend that and run the same again\n");
    process.exit(1);
  }
  // `npx --no slipway` looks here; npm links the programs of dependencies only, not the project's own.
  rmSync(`${project}/node_modules/.bin/slipway`, { force: true });
  symlinkSync("../../cli/slipway.mjs", `${project}/node_modules/.bin/slipway`);
  process.stderr.write(`npm packages: installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/**
 * Whether node_modules has what package-lock.json wants, as npm's own record says; what is optional, or not for this
 * platform, may be missing. Source: https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json#hidden-lockfiles
 * @param {string} folder of package-lock.json
 * @param {boolean} dev whether packages for development count
 */
export function isInstalled(folder, dev) {
  const record = `${folder}/node_modules/.package-lock.json`;
  if (!existsSync(record)) return false;
  const [wanted, found] = [`${folder}/package-lock.json`, record].map(
    (file) => JSON.parse(readFileSync(file, "utf8")).packages,
  );
  // The project itself has the empty path.
  delete wanted[""];
  return Object.entries(wanted).every(([path, entry]) => {
    const mayMiss = entry.optional || entry.devOptional || (entry.dev && !dev);
    return path in found ? found[path].integrity === entry.integrity : mayMiss;
  });
}
