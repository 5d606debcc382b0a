import type { Service } from "../../../model/catalogue/service.ts";
import { stock } from "./image.ts";

/**
 * A PostgreSQL as the official image's documentation has it.
 * @param password the name of the secret
 */
export function postgres(name: string, password: string, environment: Record<string, string> = {}): Service {
  return {
    name,
    image: stock("postgres"),
    environment: { POSTGRES_PASSWORD_FILE: `/run/secrets/${password}`, ...environment },
    secretFiles: [{ source: password }],
    volumes: [{ source: "data", target: "/var/lib/postgresql/data" }],
    shmSize: "128 MiB",
    health: { command: ["pg_isready", "--host", "localhost"], interval: "5 seconds" },
    stopGracePeriod: "10 seconds",
  };
}

/** A line for sh that has a database answer to SQL. */
export function psql(host: string, sql: string): string {
  return `psql -qtA --host ${host} --username postgres -v ON_ERROR_STOP=1 -c "${sql}"`;
}
