// `npm run bench`: installs what it needs, then hands over to bench.ts.
import { installPackages } from "../cli/packages.mjs";

installPackages();
await import("../cli/typescript.mjs");
await import("./bench.ts");
