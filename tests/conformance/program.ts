import { join } from "node:path";
import { type ToolName, install } from "../../toolchain/install.ts";

/**
 * The plugin that is tested: the one that Slipway uses, installed if need be. Or the one of that name in the folder
 * SLIPWAY_TEST_PLUGINS: so the same tests can be run on the official plugins and on the stand-ins.
 */
export async function pluginProgram(name: ToolName): Promise<string> {
  const other = process.env.SLIPWAY_TEST_PLUGINS;
  if (other) return join(other, name);
  const { [name]: program } = await install([name], (line) => {
    console.log(line);
  });
  return program;
}
