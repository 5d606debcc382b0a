import {
  specialArchiveSig,
  specialAssetSig,
  specialOutputValueSig,
  specialSecretSig,
  specialSigKey,
  unknownValue,
} from "@pulumi/pulumi/runtime/rpc.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";

/** A property value as the engine and a plugin exchange it: JSON, where secrets, assets and unknowns are marked. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

/** The properties of a resource; those that are `undefined` are not sent. */
export type Props = Record<string, Value | undefined>;

/** The value of a property that is not known before the deployment, as the engine sends it for any type. */
export const UNKNOWN = unknownValue;

/** What plugins written in Go send for an unknown value; which of them depends on its type. */
const UNKNOWNS: readonly string[] = [
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
];

/** The value, marked as secret. */
export function secret(value: Value): Value {
  return { [specialSigKey]: specialSecretSig, value };
}

/** A file asset; `hash` is the sha256 of its content in hexadecimal, which the SDK leaves to the engine to fill in. */
export function fileAsset(path: string, hash = ""): Value {
  return { [specialSigKey]: specialAssetSig, path, hash };
}

/** A text asset; `hash` as for `fileAsset`. */
export function stringAsset(text: string, hash = ""): Value {
  return { [specialSigKey]: specialAssetSig, text, hash };
}

/** An archive of a folder or an archive file; `hash` as for `fileAsset`. */
export function fileArchive(path: string, hash = ""): Value {
  return { [specialSigKey]: specialArchiveSig, path, hash };
}

/** An archive made of assets, by their paths in it; `hash` as for `fileAsset`. */
export function assetArchive(assets: Record<string, Value>, hash = ""): Value {
  return { [specialSigKey]: specialArchiveSig, assets, hash };
}

/** Whether the plugin says that the value will only be known after the deployment; a secret unknown counts. */
export function isUnknown(value: Value | undefined): boolean {
  const bare = isMarked(value) ? inside(value) : value;
  return typeof bare === "string" && UNKNOWNS.includes(bare);
}

/** Whether the value itself is marked as secret. */
export function isSecret(value: Value | undefined): value is Record<string, Value> {
  return isMarked(value) && (value[specialSigKey] === specialSecretSig || value.secret === true);
}

/** The value with every secret mark inside it taken off. */
export function unsecret(value: Value): Value {
  if (isMarked(value)) return unsecret(inside(value));
  if (Array.isArray(value)) return value.map(unsecret);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unsecret(inner)]));
}

/** The two marks a value can be wrapped in: a secret, and an output, which may be secret, unknown or both. */
function isMarked(value: Value | undefined): value is Record<string, Value> {
  const mark = isObject(value) ? value[specialSigKey] : undefined;
  return mark === specialSecretSig || mark === specialOutputValueSig;
}

/** What is marked; an output without a value is unknown. */
function inside(marked: Record<string, Value>): Value {
  return marked.value ?? UNKNOWN;
}

/** The properties as a protobuf message. */
export function toStruct(props: Props): structProto.Struct {
  const defined = JSON.parse(JSON.stringify(props)) as Record<string, structProto.JavaScriptValue>;
  return structProto.Struct.fromJavaScript(defined);
}

/** The properties in a protobuf message; none when there is no message. */
export function fromStruct(struct: structProto.Struct | undefined): Record<string, Value> {
  return struct?.toJavaScript() ?? {};
}

function isObject(value: Value | undefined): value is Record<string, Value> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
