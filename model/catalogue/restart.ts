import * as z from "zod";

/** What becomes of a container that ends. */
export const restart = z.string().regex(/^(always|no|on-failure(:[1-9]\d{0,3})?)$/, {
  error: ({ input }) =>
    input === "unless-stopped"
      ? 'must be "always", which is what it means here: an engine that was killed would leave such a container stopped'
      : 'must be "always", "on-failure", "on-failure:5" or "no"',
});
