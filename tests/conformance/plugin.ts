import { spawn } from "node:child_process";

import * as grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import proto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";

import { end, readPort, startEngine, type LogLine } from "./engine.ts";
import type { Schema } from "./schema.ts";
import { fromStruct, toStruct, type Props, type Value } from "./values.ts";

/** A resource as the state keeps it: `inputs` are those that `check` returned. */
export interface Resource {
  type: string;
  id: string;
  inputs: Props;
  state: Record<string, Value>;
}

/** The answer to a check: the inputs with defaults and secret marks, and what is wrong with them. */
export interface Checked {
  inputs: Record<string, Value>;
  failures: { property: string; reason: string }[];
}

/** The answer to a diff: the properties that changed, those of them that ask for a replacement, and each path's kind. */
export interface Diffed {
  changes: "unknown" | "none" | "some";
  diffs: string[];
  replaces: string[];
  detailed: Record<string, (typeof KINDS)[number]>;
  deleteBeforeReplace: boolean;
}

/** A Pulumi plugin that runs as a child process. Each call rejects with gRPC's error, its message in `details`. */
export interface Plugin {
  /** What the plugin has logged so far. */
  readonly logs: readonly LogLine[];
  schema(): Promise<Schema>;
  checkConfig(news: Props, olds?: Props): Promise<Checked>;
  diffConfig(olds: Props, news: Props): Promise<Diffed>;
  configure(inputs: Props): Promise<void>;
  check(type: string, news: Props, olds?: Props): Promise<Checked>;
  diff(resource: Resource, news: Props): Promise<Diffed>;
  create(type: string, inputs: Props, options?: { preview?: boolean }): Promise<Resource>;
  update(resource: Resource, news: Props, options?: { preview?: boolean }): Promise<Resource>;
  /** The resource as it is now; its `id` is empty when it is gone. */
  read(resource: Resource): Promise<Resource>;
  delete(resource: Resource): Promise<void>;
  /** Calls a function; its result is in `inputs`. */
  invoke(token: string, args: Props): Promise<Checked>;
  /** Asks the plugin to end every call under way. */
  cancel(): Promise<void>;
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>;
}

const rpc = providerService.ResourceProviderService;
const KINDS = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"] as const;
const CHANGES = ["unknown", "none", "some"] as const;

/**
 * Starts a compiled Pulumi plugin as the engine does, with an engine that keeps its log. Secrets are sent marked.
 * `cwd` is the project folder (default: this process's); `env` is added to this process's environment.
 * Fails with what the plugin printed when it ends before it serves.
 */
export async function startPlugin(
  binaryPath: string,
  { cwd, env }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Plugin> {
  const logs: LogLine[] = [];
  const engine = await startEngine(logs);
  const child = spawn(binaryPath, [engine.address], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const close = async () => {
    engine.server.forceShutdown();
    await end(child);
  };
  try {
    const address = `127.0.0.1:${await readPort(child)}`;
    const client = new grpc.Client(address, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1, // a schema can be larger than the usual 4 MB
    });
    return plugin(client, logs, async () => {
      client.close();
      await close();
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function plugin(client: grpc.Client, logs: LogLine[], close: () => Promise<void>): Plugin {
  const call = <Request, Response>(method: grpc.MethodDefinition<Request, Response>, request: Request) =>
    new Promise<Response>((resolve, reject) => {
      const done: grpc.requestCallback<Response> = (error, response) => {
        if (response === undefined) reject(error ?? new Error(`${method.path}: no answer`));
        else resolve(response);
      };
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        done,
      );
    });

  return {
    logs,
    close,
    async schema() {
      const response = await call(rpc.getSchema, new proto.GetSchemaRequest());
      return JSON.parse(response.getSchema()) as Schema;
    },
    async checkConfig(news, olds = {}) {
      const request = new proto.CheckRequest().setNews(toStruct(news)).setOlds(toStruct(olds));
      return checked(await call(rpc.checkConfig, request));
    },
    async diffConfig(olds, news) {
      const request = new proto.DiffRequest().setOlds(toStruct(olds)).setOldInputs(toStruct(olds));
      return diffed(await call(rpc.diffConfig, request.setNews(toStruct(news))));
    },
    async configure(inputs) {
      const request = new proto.ConfigureRequest().setArgs(toStruct(inputs)).setAcceptsecrets(true);
      request.setAcceptresources(true).setSendsOldInputs(true).setSendsOldInputsToDelete(true);
      await call(rpc.configure, request);
    },
    async check(type, news, olds = {}) {
      const request = new proto.CheckRequest()
        .setUrn(urn(type))
        .setNews(toStruct(news))
        .setOlds(toStruct(olds));
      return checked(await call(rpc.check, request.setRandomseed(new Uint8Array(32))));
    },
    async diff({ type, id, inputs, state }, news) {
      const request = new proto.DiffRequest().setUrn(urn(type)).setId(id).setOlds(toStruct(state));
      return diffed(await call(rpc.diff, request.setOldInputs(toStruct(inputs)).setNews(toStruct(news))));
    },
    async create(type, inputs, { preview = false } = {}) {
      const request = new proto.CreateRequest().setUrn(urn(type)).setProperties(toStruct(inputs));
      const response = await call(rpc.create, request.setPreview(preview));
      return { type, id: response.getId(), inputs, state: fromStruct(response.getProperties()) };
    },
    async update({ type, id, inputs, state }, news, { preview = false } = {}) {
      const request = new proto.UpdateRequest().setUrn(urn(type)).setId(id).setOlds(toStruct(state));
      request.setOldInputs(toStruct(inputs)).setNews(toStruct(news)).setPreview(preview);
      const response = await call(rpc.update, request);
      return { type, id, inputs: news, state: fromStruct(response.getProperties()) };
    },
    async read({ type, id, inputs, state }) {
      const request = new proto.ReadRequest().setUrn(urn(type)).setId(id).setProperties(toStruct(state));
      const response = await call(rpc.read, request.setInputs(toStruct(inputs)));
      const [now, given] = [fromStruct(response.getProperties()), fromStruct(response.getInputs())];
      return { type, id: response.getId(), inputs: given, state: now };
    },
    async delete({ type, id, inputs, state }) {
      const request = new proto.DeleteRequest().setUrn(urn(type)).setId(id).setProperties(toStruct(state));
      await call(rpc.delete, request.setOldInputs(toStruct(inputs)));
    },
    async invoke(token, args) {
      const request = new proto.InvokeRequest().setTok(token).setArgs(toStruct(args));
      const response = await call(rpc.invoke, request);
      const failures = response.getFailuresList().map((failure) => failure.toObject());
      return { inputs: fromStruct(response.getReturn()), failures };
    },
    async cancel() {
      await call(rpc.cancel, new emptyProto.Empty());
    },
  };
}

/** Every resource of a test has the same name: plugins keep nothing between calls. */
function urn(type: string): string {
  return `urn:pulumi:test::conformance::${type}::it`;
}

function checked(response: proto.CheckResponse): Checked {
  const failures = response.getFailuresList().map((failure) => failure.toObject());
  return { inputs: fromStruct(response.getInputs()), failures };
}

function diffed(response: proto.DiffResponse): Diffed {
  const detailed: Diffed["detailed"] = {};
  response.getDetaileddiffMap().forEach((diff, path) => (detailed[path] = KINDS[diff.getKind()]));
  return {
    changes: CHANGES[response.getChanges()],
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    detailed,
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}
