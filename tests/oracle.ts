import { runTests } from "./mocha.ts";

// `npm run oracle -- zammad n8n` takes these of tests/import/files only.
process.env.ORACLE_FILES = process.argv.slice(2).join(" ") || "all";

const { passed, failed } = await runTests(["oracle"]);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exit(failed || !passed ? 1 : 0);
