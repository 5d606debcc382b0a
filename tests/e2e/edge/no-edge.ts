import { proxyLabels } from "./own-proxy.ts";
import type { Base, Service } from "../../../model/catalogue/service.ts";

/** The same as the sample fleet's. */
export const bases: Base[] = [{ name: "python-base" }];

const get = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')";
const web = {
  build: { context: "tests/faults/fleet/web", base: "python-base" },
  http: { port: 8000 },
  health: { command: ["python3", "-c", get] },
  stopGracePeriod: "3 seconds",
} satisfies Partial<Service>;

/** Two services behind a reverse proxy of the user's own, which goes by labels; one uses the other. */
export const services: Service[] = [
  {
    ...web,
    name: "front",
    uses: ["back"],
    labels: proxyLabels("front", 8000),
  },
  { ...web, name: "back" },
];
