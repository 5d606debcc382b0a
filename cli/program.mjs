// How Pulumi runs index.ts (Pulumi.yaml, nodeargs): with our TypeScript loader, and without what takes Pulumi's own
// SDK half the time of a preview in which nothing changed. What that costs is in docs/design.md, "Start of a program".
import Module from "node:module";
import "./typescript.mjs";

// Used only to serialize functions (dynamic providers, callbacks), which this program has none of.
const SELDOM_USED = /^@npmcli\/arborist$|\/typescript-shim$/;

const { _load: load } = Module;
Module._load = function (id, parent, isMain) {
  // Maps every frame of a stack that Pulumi takes for each resource; our lines need no mapping.
  if (id === "source-map-support/register") return {};
  // Starts V8's debugger for every run; who serializes a function asks for ./v8Hooks, and gets it.
  if (id.endsWith("/closure/v8Hooks")) return { isInitializedAsync: () => Promise.resolve() };
  return SELDOM_USED.test(id) ? onFirstUse(() => load(id, parent)) : load(id, parent, isMain);
};

function onFirstUse(loadModule) {
  let loaded;
  return new Proxy(
    {},
    {
      // Said to be an ES module, or the SDK's import helper would copy, so load, all of it.
      get: (_, name) => name === "__esModule" || (loaded ??= loadModule())[name],
    },
  );
}
