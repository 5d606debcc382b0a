// `npm test`: installs what the tests need, then hands over to run.ts.
import { installPackages } from "../runtime/packages.mjs";

installPackages();
await import("../runtime/typescript.mjs");
await import("./run.ts");
