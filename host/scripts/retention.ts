import { textDigest } from "../../lib/digest.ts";

/**
 * The repository that a stack's releases are tagged in on its hosts: those of a service below it. Names of projects and
 * stacks may have what a repository's may not, and differ in that alone: hence the hash.
 */
export function releaseRepository(project: string, stack: string): string {
  const readable = `${project}-${stack}`.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const hash = textDigest(`${project}/${stack}`).slice(0, 8);
  return `slipway/${`${readable.slice(0, 60)}-${hash}`.replace(/^-+/, "")}`;
}
