import { join } from "node:path";
import { type Base, sources } from "../model/catalogue.ts";
import { contentHash, sourceFiles } from "../model/context.ts";
import { inOrder } from "../model/sequence.ts";
import type { StateResource } from "./deployed.ts";
import { paths } from "./paths.ts";

interface ImageInputs {
  tags?: string[];
  platforms?: string[];
}

/** The bases and generated secrets that are in the state just as they are declared, by name. */
export function settledIn(resources: readonly StateResource[], bases: readonly Base[]): Set<string> {
  const named = (kind: RegExp) =>
    new Map(
      resources
        .filter((resource) => kind.test(resource.type) && !resource.delete)
        .map((resource) => [resource.urn.replace(/.*::/, ""), resource] as const),
    );
  const images = named(/:Image$/);
  const hashes = new Map<string, string>();
  const settled = new Set(named(/:RandomPassword$/).keys());
  for (const base of inOrder([...bases], ({ build }) => (build?.base ? [build.base] : []))) {
    const { tags = [], platforms = [] } = (images.get(base.name)?.inputs ?? {}) as ImageInputs;
    const { dockerfile, ...source } = sources(base);
    const context = join(paths.project, source.context);
    const { target, args = {}, base: below } = base.build ?? {};
    const inputs = { dockerfile, target, args, platforms, base: hashes.get(below ?? "") };
    const hash = contentHash(context, sourceFiles(context, dockerfile), inputs);
    hashes.set(base.name, hash);
    if (tags.some((tag) => tag.endsWith(`:${hash}`))) settled.add(base.name);
  }
  return settled;
}
