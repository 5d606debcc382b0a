#!/usr/bin/env node
// The `slipway` command: installs the npm packages if need be, then hands over to main.ts.
import { installPackages } from "../runtime/packages.mjs";

installPackages({ dev: false });
await import("../runtime/pulumi-sdk.mjs"); // as Pulumi runs index.ts: some verbs load its SDK, too
await import("./main.ts");
