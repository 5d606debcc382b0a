import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import * as grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";

/** A line that the plugin sent to the engine's log; an ephemeral one is only shown while the resource is worked on. */
export interface LogLine {
  severity: "debug" | "info" | "warning" | "error";
  message: string;
  ephemeral: boolean;
}

const SEVERITIES = ["debug", "info", "warning", "error"] as const;

/** Serves the part of the engine that plugins call: the log, which it appends to `logs`. */
export async function startEngine(logs: LogLine[]): Promise<{ server: grpc.Server; address: string }> {
  const server = new grpc.Server();
  const log: grpc.handleUnaryCall<engineProto.LogRequest, emptyProto.Empty> = ({ request }, done) => {
    const severity = SEVERITIES[request.getSeverity()];
    logs.push({ severity, message: request.getMessage(), ephemeral: request.getEphemeral() });
    done(null, new emptyProto.Empty());
  };
  server.addService(engineService.EngineService, { log });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { server, address: `127.0.0.1:${port}` };
}

/** The port a plugin serves on, its first line on stdout; fails with what it printed when it ends before. */
export async function readPort(
  child: ChildProcess & { stdout: Readable; stderr: Readable },
): Promise<number> {
  let printed = "";
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  const ended = once(child, "close").then(([code]) => {
    throw new Error(`${child.spawnfile}: ended with ${String(code)} before it served: ${printed}`);
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
  ended.catch(() => undefined); // from now on it may end
  return Number(line);
}

/** Kills the process and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}
