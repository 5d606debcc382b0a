// `npm test`: installs what the tests need, then hands over to run.ts.
import { installPackages } from "../cli/packages.mjs";

installPackages();
await import("../cli/typescript.mjs");
await import("./run.ts");
