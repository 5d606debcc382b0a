import { isWholeDigest } from "../lib/digest.ts";
import type { Account } from "./account.ts";
import { Repository } from "./client.ts";

/** An image that a registry has. */
export interface FoundImage {
  digest: string;
}

const HIDDEN = "it may be there, and not for this account to see. Check the user and token that pull";

/** Registry and folder, as in `ghcr.io/acme`, and the account that is used there. */
export interface RegistryFolder {
  registry: string;
  account: Account | undefined;
}

/** Which image. */
export interface WantedImage {
  name: string;
  /** Its tag, which is its content's hash, or its digest. */
  reference: string;
}

/**
 * Looks up images.
 * @param folders in the order of preference
 * @returns the images that were found, by name, and a line for each that is in none of the folders
 */
export async function findImages(
  images: readonly WantedImage[],
  folders: readonly RegistryFolder[],
): Promise<{ found: Map<string, FoundImage>; missing: string[] }> {
  const found = new Map<string, FoundImage>();
  const missing: string[] = [];
  const lookUp = async ({ name, reference }: WantedImage) => {
    const refused: string[] = [];
    for (const { registry, account } of folders) {
      const repository = new Repository(`${registry}/${name}`, account);
      const digest = await repository.digest(reference);
      if (digest) {
        found.set(name, { digest });
        return;
      }
      if (repository.refusal) refused.push(`${registry} says ${repository.refusal}`);
    }
    const where = folders
      .map(({ registry }) => `${registry}/${name}${isWholeDigest(reference) ? "@" : ":"}${reference}`)
      .join(" or ");
    missing.push(
      `services/${name}: not built yet: no ${where}; this stack only promotes: run pulumi up on the stack that builds, ` +
        `or there: npx --no slipway build ${name}${refused.length ? `. ${refused.join("; ")}: ${HIDDEN}` : ""}`,
    );
  };
  await Promise.all(images.map(lookUp));
  return { found, missing: missing.sort() };
}
