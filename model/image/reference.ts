import { isWholeDigest } from "../../lib/digest.ts";

/** The parts of an image's name, as docker reads it. */
export interface Reference {
  /** As in `ghcr.io`; `docker.io` where the name has none. */
  registry: string;
  /** Path within the registry: `library/debian` for docker.io's `debian`. */
  repository: string;
  tag: string | undefined;
  /** `sha256:…` */
  digest: string | undefined;
}

/** Source: https://pkg.go.dev/github.com/distribution/reference, ParseNormalizedNamed */
export function parseReference(image: string): Reference {
  const [name = "", digest] = image.split("@");
  const tag = /:([\w.-]+)$/.exec(name)?.[1];
  const path = tag === undefined ? name : name.slice(0, -tag.length - 1);
  const [first = "", ...rest] = path.split("/");
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  const registry = hasRegistry ? first.replace(/^index\.docker\.io$/, "docker.io") : "docker.io";
  const repository = hasRegistry ? rest.join("/") : path;
  const isOfficial = registry === "docker.io" && !repository.includes("/");
  return { registry, repository: isOfficial ? `library/${repository}` : repository, tag, digest };
}

/** The registry in an image's name, as in `ghcr.io`; `docker.io` where it has none. */
export function registryOf(image: string): string {
  return parseReference(image).registry;
}

/** The whole name of an image's repository, with its registry: that which stands for docker.io, where one does. */
export function repositoryAt(image: string, mirror: string | undefined): string {
  const { registry, repository } = parseReference(image);
  return `${registry === "docker.io" && mirror ? mirror : registry}/${repository}`;
}

/** An image's name as it is written, without tag and digest. */
export function repositoryOf(image: string): string {
  return image.replace(/(:[\w.-]+)?(@.*)?$/, "");
}

/** The `sha256:…` of an image that is given by digest. */
export function digestOf(image: string | undefined): string | undefined {
  return image?.split("@")[1];
}

/** An image by its digest; undefined where that is none, as of an image that is yet to be built. */
export function imageAt(repository: string, digest: string | undefined): string | undefined {
  return digest !== undefined && isWholeDigest(digest) ? `${repository}@${digest}` : undefined;
}

/** An image's shortest name, as docker shows it: without docker.io, `library` and the tag `latest`. */
export function familiarName(image: string): string {
  return image
    .replace(/^(index\.)?docker\.io\//, "")
    .replace(/^library\//, "")
    .replace(/:latest$/, "");
}
