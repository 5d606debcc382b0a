// `npm test`: installs what the tests need, then hands over to run.ts.
import { installPackages } from "../cli/packages.mjs";

installPackages();
const { register } = await import("tsx/esm/api");
register();
await import("./run.ts");
