import * as z from "zod";

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  record: "an object",
};

/**
 * What is wrong with a value where its schema has no text of its own: "must be true or false". For zod's `safeParse`, as
 * its option `error`.
 */
export function schemaText(issue: z.core.$ZodRawIssue): string {
  if (issue.code === "invalid_value")
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
  if (issue.code === "unrecognized_keys") return `unknown key ${issue.keys.join(", ")}`;
  if (issue.code === "too_small") return "must not be empty";
  if (issue.code !== "invalid_type") return "is not valid";
  const keys = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape).join(", ") : "";
  return `must be ${keys ? `an object {${keys}}` : (KINDS[issue.expected] ?? issue.expected)}`;
}
