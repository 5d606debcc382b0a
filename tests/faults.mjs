// `npm run faults`: installs what the tests need, then hands over to faults.ts.
import { installPackages } from "../runtime/packages.mjs";

installPackages();
await import("../runtime/typescript.mjs");
await import("./faults.ts");
