// `npm run check`: installs what the checks need, then runs them.
import { installPackages } from "../runtime/packages.mjs";

installPackages();
await import("../runtime/typescript.mjs");
const { runChecks } = await import("./checks.ts");
const { failed } = await runChecks();
process.exit(failed ? 1 : 0);
