import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { install } from "../../toolchain/install.ts";
import { declaredLines } from "./declarations.ts";
import { startPlugin } from "./plugin.ts";
import { schemaLines } from "./schema.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";

const PLUGINS = {
  command: "pulumi-resource-command",
  "docker-build": "pulumi-resource-docker-build",
  docker: "pulumi-resource-docker",
  random: "pulumi-resource-random",
} as const;

/** The docker plugin's own image builds are no part of the provider it bridges; docker-build took their place. */
const LEFT_OUT = "docker:index/image:Image ";

describe("plugins serve what their npm packages declare", () => {
  for (const [name, program] of Object.entries(PLUGINS)) {
    it(name, async function () {
      this.timeout(INSTALL_TIMEOUT); // it may have to be built
      const programs = await install([program], (line) => {
        console.log(line);
      });
      const plugin = await startPlugin(programs[program]);
      try {
        const served = schemaLines(await plugin.schema());
        const declared = declaredLines(
          fileURLToPath(new URL(`../../node_modules/@pulumi/${name}`, import.meta.url)),
        );
        assert.ok(declared.size > 100, `only ${declared.size} lines read`);
        assert.deepEqual(
          [...declared].filter((line) => !served.has(line) && !line.startsWith(LEFT_OUT)),
          [],
        );
      } finally {
        await plugin.close();
      }
    });
  }
});
