import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Which folders each folder may import from besides itself. */
const LAYERS = {
  lib: ["runtime"],
  model: ["lib"],
  host: ["lib", "model"],
  backups: ["lib", "model"],
  report: ["lib", "model"],
  registry: ["lib", "model"],
  images: ["lib", "model", "registry"],
  stack: ["lib", "model", "host", "registry", "images", "runtime"],
  settings: ["lib", "model", "registry", "stack"],
  components: ["lib", "model", "host", "registry", "images", "settings", "stack"],
  toolchain: ["lib"],
  lab: ["lib", "model", "host", "registry", "toolchain"],
  cli: [
    ...["lib", "model", "host", "backups", "report", "registry", "images", "settings", "stack", "lab"],
    ...["toolchain", "runtime"],
  ],
};
const FOLDERS = [...Object.keys(LAYERS), "runtime", "services", "tests", "bench"];
const DEEPEST = 4;

/** For files so deep in a folder: forbids imports from every folder that it may not import from. */
function layerRule(folder, allowed, depth) {
  const forbidden = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  const regex = `^(\\.\\./){${depth}}((${forbidden.join("|")})/|(index|services)\\.ts$)`;
  const message = `${folder} imports from ${[folder, ...allowed].join(", ")} only: CONTRIBUTING.md, Layers.`;
  return {
    files: [`${folder}/${"*/".repeat(depth - 1)}*`],
    // The one file that runs the program in the command's own process.
    ignores: ["cli/deploy/inline-program.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [{ regex, message }] }] },
  };
}

const layerRules = Object.entries(LAYERS).flatMap(([folder, allowed]) =>
  Array.from({ length: DEEPEST }, (_, above) => layerRule(folder, allowed, above + 1)),
);

export default tseslint.config(
  { ignores: ["node_modules", ".slipway"] },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers in messages are what messages are for.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  ...layerRules,
  {
    files: ["**/*.ts"],
    ignores: [
      "lib/run.ts",
      // A machine outlives this process, and keeps its output in a file.
      "lab/machine.ts",
      // They kill, fork and watch processes in ways that nothing else needs.
      "tests/**",
    ],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: 'ImportDeclaration[source.value="node:child_process"]',
          message: "Programs are run by lib/run.ts.",
        },
      ],
    },
  },
  { rules: { "max-lines": ["error", 300] } },
  { files: ["**/*.{js,mjs}"], languageOptions: { globals: { process: "readonly", console: "readonly" } } },
);
