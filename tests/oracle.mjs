// `npm run oracle`: installs what the tests need, then hands over to oracle.ts.
import { installPackages } from "../runtime/packages.mjs";

installPackages();
await import("../runtime/typescript.mjs");
await import("./oracle.ts");
