import * as pulumi from "@pulumi/pulumi";
import { onHost } from "../../host/run.ts";
import { occupiedScript, parseOccupied } from "../../host/scripts/occupied.ts";
import { UserError } from "../../lib/errors.ts";
import type { Catalogue } from "../../model/catalogue/service.ts";
import { stackName } from "../../model/container/labels.ts";
import { volumeOptionProblems } from "../../model/host/features.ts";
import { chooseRange } from "../../model/host/network.ts";
import {
  type Occupied,
  type WantedPort,
  missingExternals,
  takenPorts,
  takenSubnets,
} from "../../model/host/occupied.ts";
import { portsOf } from "../../model/catalogue/ports.ts";
import { asRunError } from "../program/errors.ts";
import { edgeProblems } from "./edge-problems.ts";
import { platformProblems } from "../../model/image/stock.ts";
import { sharedNames } from "../../model/rollout/shared.ts";
import { hostOf } from "../../model/rollout/placement.ts";
import { networkRanges } from "../../model/state/parse.ts";
import type { StateResource } from "../../model/state/resources.ts";
import type { Loaded, Settings } from "../../settings/load.ts";

/** What is taken on each host, by its name; none of a host that cannot be reached. */
export type Survey = ReadonlyMap<string, Occupied>;

/** How old a look may be that was begun before the program, in milliseconds: longer is who waited for another update. */
const FRESH_MS = 10_000;
let begun: { at: number; survey: Promise<Survey> } | undefined;

/** Looks already now, for the next run of the program in this process: the CLI has its settings before pulumi asks for it. */
export function beginSurvey({ settings, catalogue }: Pick<Loaded, "settings" | "catalogue">): void {
  begun = { at: Date.now(), survey: survey(settings, catalogue) };
  begun.survey.catch(() => undefined);
}

/**
 * Looks at what others have on the hosts.
 * @throws pulumi.RunError where a host does not answer whose edge is another stack's
 */
export async function surveyHosts(settings: Settings, catalogue: Catalogue): Promise<Survey> {
  // Under the mocks of tests there is no host.
  if (!pulumi.runtime.getEngine()) return new Map();
  const known = begun && Date.now() - begun.at < FRESH_MS ? begun.survey : undefined;
  begun = undefined;
  return asRunError(known ?? survey(settings, catalogue));
}

async function survey({ hosts, edge }: Settings, { volumes }: Catalogue): Promise<Survey> {
  const script = occupiedScript({
    STACK: stackName({ project: pulumi.getProject(), stack: pulumi.getStack() }),
    EDGE_STACK: edge ? stackName(edge.owner) : "",
    EXTERNAL_VOLUMES: volumes.some(({ external }) => external !== undefined) ? "yes" : "",
  });
  const found = await Promise.all(
    hosts.map(async (host) => {
      try {
        return [[host.name, parseOccupied(await onHost(host, script))] as const];
      } catch (error) {
        // What cannot be reached shows itself where something is to be done there.
        if (error instanceof UserError && (!edge || edge.own)) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}

/**
 * The ranges of addresses of the fleet's networks, by host.
 * @throws pulumi.RunError with every range, port and name of a host that somebody else has, every edge that is not there,
 * and every stock image that is not made for its host, before anything is done
 */
export function placeOnHosts(
  settings: Settings,
  catalogue: Catalogue,
  survey: Survey,
  previousState: readonly StateResource[],
): Map<string, string> {
  const own = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const before = networkRanges(previousState);
  const names = settings.hosts.map(({ name }) => name);
  const setting = (key: string) => `Pulumi.${own.stack}.yaml/${key}`;
  const problems: string[] = [];
  const ranges = new Map<string, string>();
  for (const host of names) {
    const occupied = survey.get(host);
    const here = catalogue.services.filter((service) => hostOf(service, names) === host);
    const used = sharedNames(here, catalogue);
    const declared = catalogue.networks.filter(({ name }) => used.networks.has(name));
    const chosen = chooseRange({
      ...{ host, own, occupied },
      wanted: settings.subnet,
      declared: declared.flatMap(({ subnet }) => subnet ?? []),
      before: before.get(host),
      adopting: pulumi.runtime.isDryRun(),
    });
    if ("problem" in chosen) problems.push(`${setting("subnet")}: ${chosen.problem}`);
    else ranges.set(host, chosen.range);
    if (!occupied) continue;
    const wanted = [
      ...edgePorts(settings).map(([key, port]) => ({ port: `${port}/tcp`, at: setting(key), isEdges: true })),
      ...here.flatMap(({ name, ports = [] }) =>
        ports.flatMap((entry, index) =>
          portsOf(entry).flatMap(({ published, protocol, hostIp }): WantedPort[] =>
            published === undefined
              ? []
              : [
                  {
                    ...{ port: `${published}/${protocol}`, hostIp },
                    at: `services/${name}/ports/${index}`,
                    isEdges: false,
                  },
                ],
          ),
        ),
      ),
    ];
    problems.push(
      ...takenPorts(host, own, wanted, occupied),
      ...takenSubnets(host, own, declared, occupied),
      ...missingExternals(host, used, catalogue, occupied),
    );
    const { edge, domain } = settings;
    if (edge) problems.push(...edgeProblems({ host, own, edge, domain }, here, occupied));
    const { engine, platform } = occupied;
    if (engine !== undefined) problems.push(...volumeOptionProblems(host, here, engine));
    if (platform)
      problems.push(...here.flatMap((each) => platformProblems(each, settings.lock, host, platform)));
  }
  if (problems.length) throw new pulumi.RunError(problems.join("\n"));
  return ranges;
}

/** The ports of the stack's own edge, by the settings that say so. */
function edgePorts({ edge }: Settings): [key: string, port: number][] {
  // Another stack's has its ports by right.
  if (!edge?.own) return [];
  return [
    ["edgePort", edge.port],
    ...(edge.https ? [["httpsPort", edge.https.port] as [string, number]] : []),
  ];
}
