// Lets Node load our .ts files one by one, for tests and tools: `node --import ./runtime/typescript.mjs <file>`. Node
// 22.18 and later do it by themselves.
import { register } from "node:module";

if (!process.features.typescript) register("./typescript-loader.mjs", import.meta.url);
