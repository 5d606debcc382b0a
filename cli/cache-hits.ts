import { buildx } from "../build/builders.ts";
import { parseBuilders } from "../model/builders.ts";
import { cacheHits } from "../model/cache-hits.ts";
import { pulumi } from "../stack/pulumi.ts";
import { say } from "./say.ts";

/** Shows how much of the selected stack's builds since then came from caches; nothing where there were none. */
export async function reportCacheHits(since: Date): Promise<void> {
  const { stdout } = await pulumi(["config", "get", "builder"]);
  const names = parseBuilders(stdout, []).builders.map(({ name }) => name);
  for (const name of new Set(names)) {
    try {
      const history = buildx(["history", "ls", ...(name ? ["--builder", name] : []), "--format", "json"]);
      for (const line of cacheHits(history, since)) say(line);
    } catch {
      // A builder that keeps no history, or no builder at all, as on a machine that promotes: there is nothing to tell.
    }
  }
}
