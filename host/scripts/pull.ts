import { assignments } from "../../lib/shell.ts";
import { readScripts } from "./script.ts";

/** The variables of pull.sh. */
interface PullVariables {
  /** `repository@sha256:…` */
  IMAGE: string;
  /** Text of a config.json of Docker's with the login. */
  CONFIG: string;
}

/** An image, and who may pull it. */
export interface PullArgs {
  image: string;
  /** @default anybody */
  login?: { registry: string; user: string; token: string } | undefined;
}

/** The script, for `sh` on a host, that prints the engine's reason where the image cannot be pulled. */
export function pullScript({ image, login }: PullArgs): string {
  const auth = login && Buffer.from(`${login.user}:${login.token}`).toString("base64");
  const variables: PullVariables = {
    IMAGE: image,
    CONFIG: JSON.stringify({ auths: login ? { [login.registry]: { auth } } : {} }),
  };
  return assignments({ ...variables }) + readScripts(["waiting", "pull"]);
}

/** What to do about the reasons that engines and registries give: of an image of our own, and of a stock image. */
const ADVICE: readonly [said: RegExp, own: string, stock?: string][] = [
  [/no space left on device/i, "The host's disk is full: free some of it, as by slipway prune"],
  [
    /toomanyrequests|too many requests|rate limit/i,
    "Set pullUser and pullToken, whose limit is higher, or wait",
    "Wait, or copy it into your own registry once: mirror: true",
  ],
  [
    /no matching manifest|does not match the specified platform|no match for platform/i,
    "It was not built for the host's platform: add that to slipway:platforms",
    'It is not made for the host\'s platform: choose another image, or where the host emulates one, platform: "linux/amd64"',
  ],
  [
    /unauthorized|denied|authentication required|forbidden/i,
    "Check pullUser and pullToken",
    "Check its name; if it is private, log in by docker login here and copy it into your own registry: mirror: true",
  ],
  [
    /manifest unknown|not found/i,
    "It is not in the registry any more: slipway build brings it back",
    "It is not in its registry any more: slipway lock --update takes what is",
  ],
  [
    /no such host|connection refused|timeout|timed out|network is unreachable/i,
    "The host does not reach the registry",
  ],
  [/certificate/i, "The host does not believe the registry's certificate"],
];

/** The sentence that says why an image could not be pulled, and what to do where that is known. */
export function formatPullFailure(host: string, image: string, reason: string, isStock = false): string {
  const [, own, stock = own] = ADVICE.find(([said]) => said.test(reason)) ?? [];
  const advice = isStock ? stock : own;
  return `${host}: ${image} could not be pulled: ${reason}${advice ? `. ${advice}` : ""}`;
}
