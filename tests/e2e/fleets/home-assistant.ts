import type { Service } from "../../../model/catalogue/service.ts";
import { release, stock } from "./image.ts";

/** Home Assistant as its documentation runs it: the host's network, a radio, s6 as process 1. */
export const homeAssistant: Service[] = [
  {
    name: "home-assistant",
    image: stock("home-assistant"),
    networkMode: "host",
    http: { port: 8123, domains: ["home.fleet.test"] },
    environment: { TZ: "Europe/Berlin", ...release },
    capAdd: ["NET_ADMIN", "NET_RAW"],
    devices: [{ source: "/dev/null", target: "/dev/ttyACM0" }],
    volumes: [
      { source: "/srv/home-assistant", target: "/config" },
      { source: "/etc/localtime", target: "/etc/localtime", readOnly: true },
    ],
    health: { path: "/" },
    stopGracePeriod: "3 seconds",
  },
];
