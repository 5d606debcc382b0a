/** The part of a Pulumi package schema that the conformance tests read. */
export interface Schema {
  name: string;
  version?: string;
  config?: { variables?: Properties };
  provider?: ResourceSchema;
  types?: Record<string, TypeSchema>;
  resources?: Record<string, ResourceSchema>;
  functions?: Record<string, FunctionSchema>;
}

/** A resource; `properties` are its outputs. */
export interface ResourceSchema {
  inputProperties?: Properties;
  properties?: Properties;
}

/** A function that programs call. */
export interface FunctionSchema {
  inputs?: { properties?: Properties };
  outputs?: { properties?: Properties };
}

/** An object type, or an enumeration when it has `enum`. */
export interface TypeSchema {
  properties?: Properties;
  enum?: { value: string | number | boolean }[];
}

type Properties = Record<string, Property>;

/** A property's type: a plain one, a list (`items`), a map (`additionalProperties`), a choice, or `#/types/<token>`. */
export interface Property {
  type?: string;
  $ref?: string;
  items?: Property;
  additionalProperties?: Property;
  oneOf?: Property[];
  secret?: boolean;
  replaceOnChanges?: boolean;
}

/**
 * What a schema has, a line per property and enumeration value: `command:remote:Command input connection.port: number`,
 * `command:local:Command input logging = "stdout"`; lists are `name[]`, maps `name{}`. The provider itself goes by the
 * package's name.
 */
export function schemaLines(schema: Schema): Set<string> {
  const lines = new Set<string>();
  for (const [token, resource] of Object.entries({
    ...schema.resources,
    [schema.name]: schema.provider ?? {},
  })) {
    addProperties(schema, lines, `${token} input `, resource.inputProperties);
    addProperties(schema, lines, `${token} output `, resource.properties);
    for (const [name, property] of Object.entries(resource.properties ?? {})) {
      if (property.secret) lines.add(`${token} secret ${name}`);
      if (property.replaceOnChanges) lines.add(`${token} replaceOnChanges ${name}`);
    }
  }
  for (const [token, called] of Object.entries(schema.functions ?? {})) {
    if (called.inputs?.properties?.__self__) continue; // a method of a resource: none of ours is called
    addProperties(schema, lines, `${token} input `, called.inputs?.properties);
    addProperties(schema, lines, `${token} output `, called.outputs?.properties);
  }
  return lines;
}

type Lines = Set<string>;

function addProperties(
  schema: Schema,
  lines: Lines,
  at: string,
  properties: Properties = {},
  within: string[] = [],
) {
  for (const [name, property] of Object.entries(properties))
    addType(schema, lines, at + name, property, within);
}

/** Adds the lines of one type; `within` are the named types it is a part of, which end a recursive type. */
function addType(schema: Schema, lines: Lines, at: string, type: Property, within: string[]): void {
  if (type.oneOf) {
    for (const choice of type.oneOf) addType(schema, lines, at, choice, within);
  } else if (type.$ref !== undefined) {
    addReference(schema, lines, at, type.$ref, within);
  } else if (type.items) {
    addType(schema, lines, `${at}[]`, type.items, within);
  } else if (type.type === "object") {
    addType(schema, lines, `${at}{}`, type.additionalProperties ?? { type: "string" }, within);
  } else {
    lines.add(`${at}: ${type.type === "integer" ? "number" : (type.type ?? "any")}`);
  }
}

const BUILT_IN = new Map([
  ["pulumi.json#/Any", ["any"]],
  ["pulumi.json#/Archive", ["archive"]],
  ["pulumi.json#/Asset", ["asset", "archive"]], // an archive may stand wherever an asset may
]);

function addReference(schema: Schema, lines: Lines, at: string, reference: string, within: string[]): void {
  const builtIn = BUILT_IN.get(reference);
  for (const type of builtIn ?? []) lines.add(`${at}: ${type}`);
  if (builtIn || within.includes(reference)) return;
  const type = schema.types?.[decodeURIComponent(reference.replace("#/types/", ""))];
  if (!type) throw new Error(`${at}: the schema refers to ${reference}, which it does not have`);
  for (const { value } of type.enum ?? []) lines.add(`${at} = ${JSON.stringify(value)}`);
  addProperties(schema, lines, `${at}.`, type.properties, [...within, reference]);
}
