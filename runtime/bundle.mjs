// Loads a program of ours (index.ts, the CLI, services.ts) as one file: Node asks its hooks, on a thread of their own, for
// each module, and looks for each in the file system, which takes a start with several hundred a third of a second more.
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { URL, fileURLToPath, pathToFileURL } from "node:url";

const OWN = fileURLToPath(import.meta.url);
const PROJECT = dirname(dirname(OWN));
/** What bundles import. */
const PACKAGES = join(PROJECT, "node_modules");
/** Where bundles are, each in a folder `<hash of the program's path>-<six letters>`. */
const CACHE = writable(join(PACKAGES, ".cache/slipway/bundles")) ?? ownCache();
/** In such a folder: the files that the bundle is made of, each with its stamp. */
const RECORD = "files.json";
/** A bundle that nobody has begun for so long, in milliseconds, is in nobody's use any more. */
const UNUSED_MS = 6 * 60 * 60 * 1000;
/** Packages of many files that nearly each start needs. Any other stays outside: it may find files by where it is. */
const BUNDLED = ["commander", "undici", "yaml", "zod"];

/** Node's resolve hook: a .ts that is asked for is where a program begins, whose bundle has what that imports. */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const { pathname, search } = new URL(found.url);
  if (!pathname.endsWith(".ts")) return found;
  const bundle = pathToFileURL(await bundleOf(fileURLToPath(found.url)));
  return { url: `${bundle.href}${search}`, format: "module", shortCircuit: true };
}

/** The folder, made where it is not there; undefined where this user may not write there. */
function writable(folder) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return folder;
  } catch {
    return undefined;
  }
}

/** One of this user's alone, for packages that another one has installed. */
function ownCache() {
  const user = process.getuid?.() ?? 0;
  const folder = join(tmpdir(), `slipway-${user}-${hash(PROJECT)}`);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Whoever could write there could have this user run anything.
  if (fs.lstatSync(folder).uid !== user) throw new Error(`${folder}: is another user's. Remove it`);
  const packages = join(folder, "node_modules");
  if (!fs.existsSync(packages)) fs.symlinkSync(PACKAGES, packages);
  return folder;
}

function hash(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The bundle of a program: the one that is there, unless a file of it has changed since. */
async function bundleOf(program) {
  const name = hash(program);
  const folders = fs.readdirSync(CACHE).filter((each) => each.startsWith(`${name}-`));
  const folder = folders.map((each) => join(CACHE, each)).find(isTrue) ?? (await makeBundle(program, name));
  fs.utimesSync(folder, new Date(), new Date());
  return bundleIn(folder, program);
}

function bundleIn(folder, program) {
  return join(folder, basename(program).replace(/ts$/, "mjs"));
}

/** Whether a bundle is whole, and of the files as they are. */
function isTrue(folder) {
  try {
    const files = JSON.parse(fs.readFileSync(join(folder, RECORD), "utf8"));
    return Object.entries(files).every(([file, stamp]) => stampOf(file) === stamp);
  } catch {
    return false;
  }
}

/** What changes with a file's content. */
function stampOf(file) {
  const { ctimeNs, size } = fs.statSync(file, { bigint: true });
  return `${ctimeNs} ${size}`;
}

async function makeBundle(program, name) {
  removeUnused();
  const folder = fs.mkdtempSync(join(CACHE, `${name}-`));
  const files = await write(program, folder);
  const bundle = bundleIn(folder, program);
  fs.writeFileSync(join(folder, RECORD), JSON.stringify({ ...files, [bundle]: stampOf(bundle) }));
  return folder;
}

function removeUnused() {
  for (const folder of fs.readdirSync(CACHE).map((name) => join(CACHE, name))) {
    const used = fs.lstatSync(folder, { throwIfNoEntry: false });
    if (used?.isDirectory() && Date.now() - used.mtimeMs > UNUSED_MS)
      fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** How many bundles are being made. */
let underWay = 0;

/** Writes a bundle into a folder, and gives the stamps of the files that it is made of. */
async function write(program, folder) {
  const { build, stop } = await import("esbuild");
  underWay += 1;
  const files = { [OWN]: stampOf(OWN) };
  const plugin = {
    name: "slipway",
    setup({ onLoad, onResolve }) {
      // A program of its own: verbs that do not need it run whatever is wrong with it.
      onResolve({ filter: /^\.\/services\.ts$/ }, ({ resolveDir }) =>
        resolveDir === PROJECT
          ? { path: pathToFileURL(join(PROJECT, "services.ts")).href, external: true }
          : undefined,
      );
      onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point" || !isOwn(importer)) return undefined;
        // Of a package in CommonJS import() would give a default export alone.
        return BUNDLED.includes(path) && kind !== "dynamic-import" ? undefined : { path, external: true };
      });
      onLoad({ filter: /.*/ }, ({ path }) => {
        // Before it is read: what changes meanwhile is bundled again the next time.
        files[path] = stampOf(path);
        if (!isOwn(path)) return undefined;
        // Ours find files by where they are themselves.
        const url = JSON.stringify(pathToFileURL(path).href);
        const contents = fs.readFileSync(path, "utf8").replaceAll("import.meta.url", () => url);
        return { contents, loader: path.endsWith(".ts") ? "ts" : "js" };
      });
    },
  };
  const built = build({
    entryPoints: [program],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // For packages in CommonJS.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
    sourcemap: "linked",
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [plugin],
    logLevel: "silent",
  });
  try {
    await built;
  } catch (failure) {
    throw failure.errors ? syntaxError(failure.errors) : failure;
  } finally {
    underWay -= 1;
    // Its process would keep 130 MB as long as this one runs.
    if (!underWay) await stop();
  }
  return files;
}

/** Whether a file is none of a package's. */
function isOwn(path) {
  return path.endsWith(".ts") || (path.startsWith(`${PROJECT}/`) && !path.startsWith(`${PACKAGES}/`));
}

/** Of what esbuild found: the lines of ours alone, not those of esbuild that found it. */
function syntaxError(errors) {
  const lines = errors.map(({ location, text }) =>
    location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
  );
  const error = new SyntaxError(lines.join("\n"));
  error.stack = String(error);
  return error;
}
