import type * as pulumi from "@pulumi/pulumi";
import type { Credentials } from "../../settings/credentials.ts";

/** The environment in which `slipway copy` finds the account of the registry on that side; of docker login without one. */
export function accountOfCopy(
  side: "FROM" | "TO",
  credentials: Credentials | undefined,
): Record<string, pulumi.Input<string>> {
  return credentials
    ? { [`SLIPWAY_${side}_USER`]: credentials.user, [`SLIPWAY_${side}_TOKEN`]: credentials.token }
    : {};
}
