import * as z from "zod";
import type { Service } from "./service.ts";
import type { Check } from "./stack-context.ts";
import { imageName } from "./values.ts";

const PLATFORM = /^linux\/[a-z0-9]+(\/v\d+)?$/;

/** The fields of a service that runs an image from elsewhere. */
export const stockFields = {
  /**
   * An image from elsewhere that runs as it is, a stock image, in place of one that is built here: "postgres:17". `slipway
   * lock` pins it by digest, and that is what runs until a newer one is locked; "postgres@sha256:…" needs no lock. Not
   * with `build`, `description` and `version`. @default the image is built
   */
  image: imageName.optional(),
  /**
   * Whether that image is copied, once and with all its platforms, into the stack's own registry, which the hosts then pull
   * it from: they need no login elsewhere, and what somebody deletes there stays here. @default false
   */
  mirror: z.boolean().optional(),
  /** The one of its platforms that runs, whatever the host is: "linux/amd64". @default the host's */
  platform: z
    .string()
    .regex(PLATFORM, 'must be a platform, as in "linux/amd64" or "linux/arm/v7"')
    .optional(),
};

/** What only one that is built has beside a stock image, and what only a stock image has without one. */
export const stockProblems: Check = ({ services }) =>
  services.flatMap((service) =>
    service.image === undefined
      ? given(service, ["mirror", "platform"]).map(
          (key) => `services/${service.name}/${key}: only for a stock image. Add "image", or leave it out`,
        )
      : given(service, ["build", "description", "version"]).map(
          (key) =>
            `services/${service.name}/${key}: only for an image that is built, but "image" is "${service.image ?? ""}". ` +
            "Leave one of them out",
        ),
  );

function given<K extends keyof Service>(service: Service, keys: readonly K[]): K[] {
  return keys.filter((key) => service[key] !== undefined);
}
