import type { ReportData } from "../../report/data.ts";

const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

/** A fleet in which each service uses the one before it and the first of its host, and 12 updates of it. */
export function bigFleet(count: number, hostCount: number): ReportData {
  const names = Array.from({ length: count }, (_, index) => `service-${index}`);
  const sizes = [{ platform: "linux/amd64", layers: [{ digest: DIGEST, size: 45e6, by: "COPY" }] }];
  const images = (name: string) => `ghcr.io/acme/${name}@${DIGEST}`;
  const time = (index: number) => `2026-05-${String(index + 1).padStart(2, "0")}T10:00:00.000Z`;
  const updates = Array.from({ length: 12 }, (_, index) => index + 1);
  const outcomes = ["rolled", "failed", "partly", "removed", "rolled"] as const;
  return {
    project: "acme",
    stack: "prod",
    written: time(13),
    hosts: Array.from({ length: hostCount }, (_, host) => {
      const own = names.filter((_, index) => index % hostCount === host);
      return {
        name: `host-${host}`,
        address: `ssh://deploy@10.0.0.${host}`,
        hasEdge: true,
        services: own.map((name, index) => ({
          name,
          replicas: 1 + (index % 3),
          http: index % 2 === 0,
          uses: [...new Set([own[index - 1], own[0]])].filter(
            (used) => used !== undefined && used !== name,
          ) as string[],
        })),
      };
    }),
    live: names.slice(1).map((service) => ({ service, answering: [images(service)], since: time(11) })),
    releases: updates.toReversed().map((number) => ({
      number,
      kind: "update",
      result: number % 4 ? ("succeeded" as const) : ("failed" as const),
      started: time(number),
      author: "Ann Mason",
      commit: "26c7d59",
      message: 'fix <script>alert("it")</script>',
      changes: names.slice(number * 8 - 8, number * 8 + 8).map((service, index) => ({
        service,
        outcome: outcomes[index % outcomes.length] ?? "rolled",
        pinned: index % 5 === 4,
        image: images(service),
        answering: [],
        live: index === 0,
      })),
    })),
    olderUpdates: 3,
    metrics: updates.map((number) => ({
      started: time(number),
      outcome: number % 4 ? "succeeded" : "failed",
      seconds: 10 + number,
      changes: { update: 1 },
      builds: [
        {
          image: "service-1",
          seconds: 8,
          pushSeconds: 1,
          steps: 9,
          cachedSteps: 2,
          outcome: "pushed",
          refused: false,
        },
      ],
      phases: { start: 2, build: 8, create: 1, cutover: 4, rest: 0.5 },
    })),
    sizes: { [DIGEST]: sizes },
    registry: { name: "ghcr.io", problem: "" },
    gap: "",
  };
}
