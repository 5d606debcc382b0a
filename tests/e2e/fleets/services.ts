import type { Secret, Service, SharedVolume } from "../../../model/catalogue/service.ts";
import { homeAssistant } from "./home-assistant.ts";
import { immich, immichSecrets, immichVolumes } from "./immich.ts";
import { monitoring } from "./monitoring.ts";
import { nextcloud, nextcloudSecrets, nextcloudVolumes } from "./nextcloud.ts";
import { vpn } from "./vpn.ts";

/** Five fleets of the kinds that people run at home, on one host. */
export const services: Service[] = [...homeAssistant, ...vpn, ...immich, ...nextcloud, ...monitoring];
export const secrets: Secret[] = [...immichSecrets, ...nextcloudSecrets];
export const volumes: SharedVolume[] = [...immichVolumes, ...nextcloudVolumes];
