import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../lib/errors.ts";
import { printable } from "../../lib/text.ts";

/** The result of work whose errors, where they are the user's to mend, Pulumi shall show without a stack. */
export async function asRunError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(printable(error.message)) : error;
  }
}
