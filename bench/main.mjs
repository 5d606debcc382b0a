// `npm run bench`: installs what it needs, then hands over to bench.ts.
import { installPackages } from "../runtime/packages.mjs";

installPackages();
await import("../runtime/typescript.mjs");
await import("./bench.ts");
