import { isLoopback } from "../lib/loopback.ts";

const DOCKER_HUB = /^((index|registry-1)\.)?docker\.io$/;

/** The host that serves a registry's API: Docker Hub's is not the `docker.io` of its images' names. */
export function apiHost(registry: string): string {
  return DOCKER_HUB.test(registry) ? "registry-1.docker.io" : registry;
}

/** What a registry's login is stored under in docker's config.json and in credential helpers. */
export function loginKey(registry: string): string {
  return DOCKER_HUB.test(registry) ? "https://index.docker.io/v1/" : registry;
}

/** Whether a registry is asked without TLS: on this machine, as BuildKit has it. */
export function speaksHttp(registry: string): boolean {
  return isLoopback(registry.replace(/:\d+$/, ""));
}
