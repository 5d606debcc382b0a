import type { Service } from "../catalogue/service.ts";
import type { Importing, Mapping } from "./context.ts";
import { serviceOf } from "./network.ts";
import type { ComposeDeploy, ComposeProject, ComposeService } from "./project.ts";
import type { Section } from "./section.ts";
import { defined } from "./words.ts";

type DependsOn = NonNullable<Service["dependsOn"]>;

const CONDITIONS = {
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
} as const;

/** In which order services start, how many run, and what becomes of one that ends. */
export const order: Mapping = (service, importing, there) =>
  defined<Partial<Service>>({
    dependsOn: dependsOn(service, importing),
    restart: restart(service, importing.project, there),
    replicas: replicas(service),
    order: updateOrder(service),
  });

function dependsOn(service: Section<ComposeService>, { project, names }: Importing): DependsOn | undefined {
  const implied = impliedBy(service.value, project);
  const found: DependsOn = {};
  for (const [other, dependency] of service.sections("depends_on")) {
    const condition = CONDITIONS[dependency.take("condition") as keyof typeof CONDITIONS];
    const restart = dependency.take("restart");
    if (dependency.take("required") === false)
      dependency.note("required", "is true now: all services of services.ts are deployed");
    const isImplied = condition === "started" && restart && implied.includes(other);
    if (!(other in (project.services ?? {}))) dependency.note("", "is left out: there is no such service");
    else if (!isImplied) found[names.services.of(other)] = restart ? { condition, restart } : condition;
  }
  for (const other of linked(service, project)) {
    const here = names.services.of(other);
    const { [here]: known } = found;
    if (known === undefined || (typeof known === "object" && known.condition === "started"))
      found[here] = "started";
  }
  return Object.keys(found).length ? found : undefined;
}

/** Services that a service depends on as it shares something of theirs, which Compose adds by itself. */
function impliedBy({ network_mode: network = "", pid = "" }: ComposeService, project: ComposeProject) {
  return [serviceOf(network, project), serviceOf(pid, project)];
}

/** Services that it has links to: those start first. Their names lead to them in any case. */
function linked(service: Section<ComposeService>, { services = {} }: ComposeProject): string[] {
  return (service.take("links") ?? []).flatMap((link, index) => {
    const [name = ""] = link.split(":");
    if (services[name]?.network_mode)
      service.note(`links.${index}`, "gives no other name: it has no network of its own");
    if (name in services) return [name];
    service.lose(`links.${index}`, `leads to no service, got "${name}"`);
    return [];
  });
}

function restart(
  service: Section<ComposeService>,
  project: ComposeProject,
  there: string,
): Service["restart"] {
  const own = service.take("restart");
  const swarm = service.section("deploy")?.section("restart_policy");
  const policy = swarm ? swarmRestart(swarm) : (own ?? "");
  if (!/^(always|unless-stopped|any|on-failure(:\d+)?|no|)$/.test(policy))
    service.lose("restart", `is nothing that Compose knows, got "${policy}"`);
  if (isJob(project, there)) {
    if (policy && policy !== "no")
      service.note(
        "restart",
        `is "no" now, not "${policy}": another service waits for its end; after a failure the next up runs it again`,
      );
    return "no";
  }
  if (["always", "unless-stopped", "any"].includes(policy)) return undefined;
  if (policy.startsWith("on-failure")) return policy;
  // Without a word of it Compose starts nothing again, which hardly anyone means of what serves.
  if (policy !== "no") return undefined;
  if (!isServing(service.value)) return "no";
  service.note("restart", 'is always now: it serves, and "no" is for what ends by itself');
  return undefined;
}

function swarmRestart(policy: Section<NonNullable<ComposeDeploy["restart_policy"]>>): string {
  const condition = policy.take("condition");
  const attempts = policy.take("max_attempts");
  if (condition === "on-failure") return attempts ? `on-failure:${attempts}` : "on-failure";
  if (attempts !== undefined) policy.note("max_attempts", "has an effect with on-failure only");
  if (condition === undefined)
    policy.note("", "has no condition, with which Compose never starts it again; here it is always");
  return condition === "none" ? "no" : (condition ?? "any");
}

/** Whether another service waits for its end. */
function isJob({ services = {} }: ComposeProject, there: string): boolean {
  return Object.values(services).some(
    ({ depends_on: others }) => others?.[there]?.condition === "service_completed_successfully",
  );
}

function isServing({ healthcheck, ports, expose, labels = {} }: ComposeService): boolean {
  return (
    Boolean(healthcheck ?? ports ?? expose) ||
    Object.keys(labels).some((label) => label.startsWith("traefik."))
  );
}

function replicas(service: Section<ComposeService>): number | undefined {
  const deploy = service.section("deploy");
  const count = service.take("scale") ?? deploy?.take("replicas") ?? 1;
  deploy?.take("replicas");
  const mode = deploy?.take("mode");
  if (mode && mode !== "replicated")
    deploy?.note("mode", `is Swarm's, got "${mode}"; it runs on one host here`);
  if (count === 1) return undefined;
  const { ports = [], volumes = [] } = service.value;
  const writes = volumes.some(({ type, read_only: readOnly }) => type !== "tmpfs" && !readOnly);
  if (!writes && ports.every(({ published }) => !published)) return count;
  const from = service.value.scale === undefined ? deploy : service;
  from?.lose(
    from === deploy ? "replicas" : "scale",
    "is 1 here: it publishes a port of the host, or writes to a volume",
  );
  return undefined;
}

function updateOrder(service: Section<ComposeService>): Service["order"] {
  return service.section("deploy")?.section("update_config")?.take("order") as Service["order"];
}
