import { runTests } from "./mocha.ts";
const [folder = "", title = ""] = process.argv.slice(2);
console.log(await runTests([folder], new RegExp(title)));
process.exit(0);
