// `npm run faults`: installs what the tests need, then hands over to faults.ts.
import { installPackages } from "../cli/packages.mjs";

installPackages();
await import("../cli/typescript.mjs");
await import("./faults.ts");
