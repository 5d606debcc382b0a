import * as z from "zod";
import { adviceOn } from "./foreign-words.ts";
import { catalogueSchema } from "./service.ts";

type Issue = z.core.$ZodIssue;

/** The problems zod has found, in our form, with the entries' names in place of their numbers. */
export function schemaProblems(issues: readonly Issue[], declared: unknown): string[] {
  return issues.flatMap((issue) => {
    const path = shownPath(issue.path, declared);
    const got = valueAt(declared, issue.path);
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, issue.path, path));
    if (issue.code === "invalid_union") return unionProblems(issue, got, declared);
    if (issue.code === "invalid_key") return [`${path}: ${issue.issues[0]?.message ?? issue.message}`];
    if (got === undefined) return [`${path}: missing; ${issue.message.replace(/^must be/, "expected")}`];
    const advice = adviceOn(String(issue.path.at(-1)), placeOf(issue.path.slice(0, -1)), []);
    return [`${path}: ${issue.message}, got ${JSON.stringify(got)}${advice ? `. ${advice}` : ""}`];
  });
}

/** Of a union: what is wrong with the one option that has all of the value's keys, or which options there are. */
function unionProblems(issue: z.core.$ZodIssueInvalidUnion, got: unknown, declared: unknown): string[] {
  const path = shownPath(issue.path, declared);
  const known = keysAt(issue.path);
  const foreign = Object.keys(Object(got) as object).filter(
    (key) => !known.includes(key) && adviceOn(key, placeOf(issue.path), known),
  );
  if (foreign.length) return foreign.map((key) => unknownKey(key, issue.path, path));
  const fitting = issue.errors.filter((errors) =>
    errors.every(({ code, path }) => code !== "unrecognized_keys" && path.length),
  );
  const [only] = fitting;
  if (!only || fitting.length > 1 || typeof got !== "object")
    return [`${path}: ${issue.message}, got ${JSON.stringify(got)}`];
  return schemaProblems(
    only.map((error) => ({ ...error, path: [...issue.path, ...error.path] })),
    declared,
  );
}

function unknownKey(key: string, path: readonly PropertyKey[], shown: string): string {
  const at = shown ? `${shown}/${key}` : key;
  const known = keysAt(path);
  if (known.includes(key)) return `${at}: does not go with the other keys there`;
  const advice = adviceOn(key, placeOf(path), known);
  return `${at}: unknown key. ${advice ?? "See model/catalogue/service.ts for the known ones"}`;
}

function shownPath(path: readonly PropertyKey[], declared: unknown): string {
  const { name } = Object(valueAt(declared, path.slice(0, 2))) as { name?: unknown };
  return path.map((key, depth) => (depth === 1 && typeof name === "string" ? name : String(key))).join("/");
}

/** A path without the numbers of lists. */
function placeOf(path: readonly PropertyKey[]): string {
  return path.filter((key) => typeof key === "string").join("/");
}

/** What is found in a value by following the keys. */
function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce((found: unknown, key) => (Object(found) as Record<PropertyKey, unknown>)[key], value);
}

/** The keys that the schema has at a path. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  return Object.keys(fieldsOf(path.reduce(child, catalogueSchema)));
}

function child(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  return fieldsOf(inner)[String(key)] ?? z.never();
}

function fieldsOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return inner.shape;
  if (inner instanceof z.ZodUnion)
    return Object.fromEntries(inner.options.flatMap((option) => Object.entries(fieldsOf(option))));
  return {};
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? unwrap(schema.unwrap()) : schema;
}
