// How Pulumi runs index.ts (Pulumi.yaml, nodeargs), and how the CLI is run: as a bundle, and without what takes Pulumi's
// own SDK half the time of a preview in which nothing changed. SLIPWAY_STOCK_SDK=1 leaves the SDK as it is.
import Module from "node:module";
import { URL, fileURLToPath } from "node:url";
import { patches } from "./sdk-patches.mjs";

Module.register("./bundle.mjs", import.meta.url);
// Errors name the lines of the sources.
process.setSourceMapsEnabled(true);

// What V8 has compiled is kept, where Node can (22.1 and later): a tenth of a second less for each start.
Module.enableCompileCache?.(
  fileURLToPath(new URL("../node_modules/.cache/slipway/compiled", import.meta.url)),
);

if (!process.env.SLIPWAY_STOCK_SDK) {
  const { _load: load, _resolveFilename: resolve } = Module;
  // A file is looked for only where the name in the require() can be one of them.
  const names = new Set(patches.flatMap(({ module }) => module.replace(/\.js$/, "").split("/")));
  Module._load = function (id, parent, isMain) {
    const loadModule = () => load(id, parent, isMain);
    if (!names.has(id.replace(/^.*\//, ""))) return loadModule();
    const file = resolve(id, parent, isMain);
    const found = patches.find(({ module }) => file.endsWith(`/node_modules/${module}`));
    if (!found) return loadModule();
    found.met.add(file);
    return found.patch(loadModule, parent?.filename ?? "");
  };
}
