/** The name of an image that the test has made: it stands for the one of that name on Docker Hub. */
export function stock(image: string): string {
  return `${process.env.STOCK_IMAGES ?? "docker.io/library"}/${image}:1`;
}

/** In the environment of what the test rolls, by another value. */
export const release = { RELEASE: "first" };
