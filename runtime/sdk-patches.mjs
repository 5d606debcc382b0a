// What of Pulumi's SDK is left out, and why. A test holds each entry to a module that the pinned SDK loads.

/**
 * @typedef {object} Patch
 * @property {string} module its file below node_modules
 * @property {string} why
 * @property {string} saves measured: docs/design.md, "Start of a program"
 * @property {string} upstream where it is used, in github.com/pulumi/pulumi
 * @property {(load: () => any, loadedBy: string) => any} patch gives what is loaded in its place, at every require();
 * in a circle of modules the first ones get a module that is still empty
 * @property {Set<string>} met the files that it was used for in this process
 */

const START =
  "with the other entries that say so, and types left out beforehand, 1.9 of a preview's 5.1 s of CPU";
const UPDATE =
  "with the other entry that says so, 2.1 of the program's 5.2 s of CPU in an update of 30 services";

/** @type {Patch[]} */
export const patches = [
  {
    module: "source-map-support/register.js",
    why: "maps every frame of the stacks that are taken for each resource; Node maps those of an error that is shown",
    saves: START,
    upstream: "sdk/nodejs/cmd/run/index.ts",
    patch: () => ({}),
  },
  {
    module: "@pulumi/pulumi/runtime/closure/v8Hooks.js",
    why: "starts V8's debugger for every run; the serializer of functions alone needs it, and gets it",
    saves: START,
    upstream: "sdk/nodejs/cmd/run/index.ts",
    patch: (load, loadedBy) =>
      loadedBy.endsWith("/closure/v8.js") ? load() : { isInitializedAsync: () => Promise.resolve() },
  },
  ...[
    ["@npmcli/arborist/lib/index.js", "runtime/closure/codePaths.ts"],
    ["normalize-package-data/lib/normalize.js", "runtime/closure/codePaths.ts"],
    ["@pulumi/pulumi/typescript-shim.js", "runtime/closure/parseFunction.ts"],
    ["@pulumi/pulumi/automation/index.js", "index.ts"],
  ].map(([module, user]) => ({
    module,
    why: "is for the serializer of functions, or for inline programs: loaded when it is first used",
    saves: START,
    upstream: `sdk/nodejs/${user}`,
    patch: onFirstUse,
  })),
  {
    module: "@pulumi/pulumi/log/index.js",
    why: "sends five debug lines for each resource, each a call of the engine that waits for the one before it",
    saves: UPDATE,
    upstream: "sdk/nodejs/log/index.ts",
    patch: (load) => Object.assign(load(), { debug: () => Promise.resolve() }),
  },
  {
    module: "@pulumi/pulumi/resource.js",
    why: "tells the engine where in the program each resource was declared, for Pulumi Cloud's pages",
    saves: "a twelfth of the state",
    upstream: "sdk/nodejs/resource.ts",
    patch: (load) => {
      const loaded = load();
      if (loaded.Resource) loaded.Resource.stackTrace = () => [];
      return loaded;
    },
  },
  {
    module: "@pulumi/pulumi/runtime/debuggable.js",
    why: "writes out the stack at which each promise was made, for PULUMI_DEBUG_PROMISE_LEAKS alone",
    saves: UPDATE,
    upstream: "sdk/nodejs/runtime/debuggable.ts",
    patch: dropPromiseStacks,
  },
].map((entry) => ({ ...entry, met: new Set() }));

function dropPromiseStacks(load) {
  const loaded = load();
  const { debuggablePromise } = loaded;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS || !debuggablePromise || debuggablePromise.patched)
    return loaded;
  const patched = (...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  loaded.debuggablePromise = Object.assign(patched, { patched: true });
  return loaded;
}

function onFirstUse(load) {
  let loaded;
  return new Proxy(
    {},
    {
      // Said to be an ES module, or the SDK's import helper would copy, so load, all of it.
      get: (_, name) => name === "__esModule" || (loaded ??= load())[name],
    },
  );
}
