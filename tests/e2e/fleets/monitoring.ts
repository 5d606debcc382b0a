import type { Service } from "../../../model/catalogue/service.ts";
import { release, stock } from "./image.ts";

const app = { image: stock("app"), stopGracePeriod: "3 seconds" } satisfies Partial<Service>;

/** Prometheus, and what tells it of the host and of its containers. Two of them need nothing that hardening closes. */
export const monitoring: Service[] = [
  {
    name: "node-exporter",
    ...app,
    hardened: true,
    command: ["serve", "9100", "echo node $(cat /host/srv/photos/owner) $(cat /proc/1/comm)"],
    pid: "host",
    user: "65534:65534",
    // The whole file system holds the engine's socket too, which nobody but root may use.
    volumes: [{ source: "/", target: "/host", readOnly: true, propagation: "rslave", engineSocket: true }],
    health: { shell: "curl -fs http://localhost:9100/" },
  },
  {
    name: "cadvisor",
    ...app,
    command: [
      "serve",
      "8080",
      "curl -fs --unix-socket /var/run/docker.sock http://engine/containers/json | grep -q service.:.cadvisor && echo containers",
    ],
    volumes: [
      { source: "/sys", target: "/sys", readOnly: true },
      { source: "/var/lib/docker", target: "/var/lib/docker", readOnly: true },
      { source: "/var/run/docker.sock", target: "/var/run/docker.sock", readOnly: true, engineSocket: true },
    ],
    health: { shell: "curl -fs http://localhost:8080/" },
  },
  {
    name: "prometheus",
    image: stock("prometheus"),
    hardened: true,
    command: [
      "curl -fsS --fail-early $(cat /etc/prometheus/targets) && { cat /prometheus/series 2>/dev/null; echo $RELEASE; }",
    ],
    environment: release,
    configs: [
      { content: "http://node-exporter:9100\nhttp://cadvisor:8080\n", target: "/etc/prometheus/targets" },
    ],
    dependsOn: { "node-exporter": "healthy", cadvisor: "started" },
    volumes: [{ source: "data", target: "/prometheus" }],
    http: { port: 9090, domains: ["metrics.fleet.test"] },
    health: { path: "/" },
    stopGracePeriod: "3 seconds",
  },
];
