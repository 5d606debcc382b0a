import type { Service } from "../catalogue/service.ts";
import type { Importing, Mapping } from "./context.ts";
import type { ComposeProject, ComposeService } from "./project.ts";
import type { Remark } from "./section.ts";
import { type Route, readRoute } from "./traefik.ts";
import { defined } from "./words.ts";

/** Labels, and those of Traefik's that are a route of Slipway's edge. */
export const labels: Mapping = (service, importing, there) => {
  const section = service.section("labels");
  const swarm = service.section("deploy")?.section("labels");
  const { proxy } = importing.options;
  const route = proxy === "own" ? undefined : routeOf(service.value, importing.project);
  const own = { ...service.value.labels };
  if (route && "why" in route) {
    // A container has no labels of Swarm's.
    const from = hasRouter(own) ? section : swarm;
    from?.lose("traefik", `stay labels for a Traefik of your own: ${route.why}`);
  }
  if (!route || "why" in route) {
    for (const label of Object.keys(own)) section?.take(label);
    if (swarm)
      for (const label of Object.keys(swarm.value))
        swarm.note(label, "is Swarm's, and no label of a container");
    return Object.keys(own).length ? { labels: own } : {};
  }
  const [from, other] = hasRouter(own) ? [section, swarm] : [swarm, section];
  for (const { label, lost, text } of route.remarks) from?.[lost ? "lose" : "note"](label, text);
  const plain = Object.fromEntries(Object.entries(own).filter(([label]) => !label.startsWith("traefik.")));
  for (const label of Object.keys(section?.value ?? {})) section?.take(label);
  for (const label of Object.keys(from?.value ?? {})) from?.take(label);
  if (other === swarm && swarm)
    for (const label of Object.keys(swarm.value))
      swarm.note(label, "is Swarm's, and no label of a container");
  return defined<Partial<Service>>({
    http: { ...route.http, ...passwordOf(route, from?.at ?? "", there, importing) },
    labels: Object.keys(plain).length ? plain : undefined,
  });
};

/**
 * A list for each service with labels that the edge has not all of: then all of the project's stay labels, and nothing of them is lost.
 */
export function beyondEdge(project: ComposeProject): Remark[] {
  return Object.entries(project.services ?? {}).flatMap(([there, service]) => {
    const route = routeOf(service, project);
    const why = route && ("why" in route ? route.why : route.remarks.find(({ lost }) => lost)?.label);
    return why === undefined
      ? []
      : [
          {
            at: `services.${there}.labels.traefik`,
            lost: false,
            text: `is more than Slipway's edge has (${why}), so all routes stay labels for your own Traefik: pulumi config set edge false. For http where it can be: --proxy edge`,
          },
        ];
  });
}

function hasRouter(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).some((label) => /^traefik\.http\.routers\./i.test(label));
}

function routeOf(service: ComposeService, { services = {} }: ComposeProject): ReturnType<typeof readRoute> {
  const labelsOf = ({ labels = {}, deploy }: ComposeService) =>
    hasRouter(labels) ? labels : (deploy?.labels ?? {});
  const all = Object.values(services).map(({ labels, deploy }) => ({ ...deploy?.labels, ...labels }));
  return readRoute(labelsOf(service), Object.assign({}, ...all) as Record<string, string>, onlyPort(service));
}

/** The port that it listens on, where it says only one. */
function onlyPort({ ports = [], expose = [] }: ComposeService): number | undefined {
  const all = [...ports.map(({ target }) => target), ...expose.map((port) => parseInt(port))];
  const [only, ...others] = [...new Set(all)];
  return others.length ? undefined : only;
}

function passwordOf(
  { users }: Route,
  at: string,
  there: string,
  { secrets, options }: Importing,
): { basicAuth?: string } {
  if (!users) return {};
  const name = `${there}-users`;
  if ("file" in users)
    return { basicAuth: secrets.add([name], { file: options.inProject(users.file) }, undefined) };
  return { basicAuth: secrets.add([name], { at: `${at}.${users.label}` }, users.lines) };
}
