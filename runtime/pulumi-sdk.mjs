// How Pulumi runs index.ts (Pulumi.yaml, nodeargs): with our TypeScript loader, and without what takes Pulumi's own
// SDK half the time of a preview in which nothing changed. What that costs is in docs/design.md, "Start of a program".
import Module from "node:module";
import { URL, fileURLToPath } from "node:url";
import "./typescript.mjs";

// What V8 has compiled is kept, where Node can (22.1 and later): a tenth of a second less for each start.
Module.enableCompileCache?.(
  fileURLToPath(new URL("../node_modules/.cache/slipway/compiled", import.meta.url)),
);

// Used only to serialize functions (dynamic providers, callbacks), which this program has none of.
const SELDOM_USED = /^@npmcli\/arborist$|^normalize-package-data$|\/typescript-shim$|^\.\/automation$/;

const { _load: load } = Module;
Module._load = function (id, parent, isMain) {
  // Maps every frame of a stack that Pulumi takes for each resource; our lines need no mapping.
  if (id === "source-map-support/register") return {};
  // Starts V8's debugger for every run; who serializes a function asks for ./v8Hooks, and gets it.
  if (id.endsWith("/closure/v8Hooks")) return { isInitializedAsync: () => Promise.resolve() };
  if (SELDOM_USED.test(id)) return onFirstUse(() => load(id, parent));
  const loaded = load(id, parent, isMain);
  if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) lighten(id, loaded);
  return loaded;
};

/** Leaves out what only who debugs the SDK reads; its own switch for that, PULUMI_DEBUG_PROMISE_LEAKS, brings it back. */
function lighten(id, loaded) {
  // Five lines for each resource, each a call of the engine that waits for the one before it.
  if (id.endsWith("/log") && loaded.hasErrors) loaded.debug = () => Promise.resolve();
  // Where in the program each resource was declared: a twelfth of the state, for who looks at it in Pulumi Cloud.
  if (id.endsWith("/resource") && loaded.Resource?.stackTrace) loaded.Resource.stackTrace = () => [];
  // Writes out the stack at which each promise was made.
  if (id.endsWith("/debuggable") && loaded.debuggablePromise && !loaded.debuggablePromise.light) {
    const { debuggablePromise } = loaded;
    loaded.debuggablePromise = Object.assign((...args) => withoutStack(() => debuggablePromise(...args)), {
      light: true,
    });
  }
}

function withoutStack(call) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

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
