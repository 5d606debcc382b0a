import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { STACK } from "./stack.ts";

/** An update, as `pulumi stack history --json` has it, and the state it left, as `pulumi stack export` has it. */
export interface Checkpoint {
  update: object;
  deployment: object;
}

interface Served {
  url: string;
  /** Paths that were asked for, in order. */
  asked: string[];
  close: () => void;
}

async function serve(answer: (url: URL, response: ServerResponse) => void): Promise<Served> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    asked.push(url.pathname);
    answer(url, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, close: () => void server.close() };
}

/** The name in full of the one stack that Cloud has. */
export const CLOUD_STACK = `acme/slipway/${STACK}`;

/**
 * Answers as Pulumi Cloud for the stack CLOUD_STACK.
 * @param checkpoints oldest first
 * @param before how many updates it had before those
 * Source: https://www.pulumi.com/docs/reference/cloud-rest-api/
 */
export async function serveCloud(checkpoints: readonly Checkpoint[], before: number): Promise<Served> {
  const stack = `/api/stacks/${CLOUD_STACK}`;
  const seconds = (time: unknown) => Date.parse(String(time)) / 1000;
  const updates = checkpoints.map(({ update }, index) => {
    const { startTime, endTime, ...rest } = update as Record<string, unknown>;
    const times = { startTime: seconds(startTime), endTime: seconds(endTime) };
    return { ...rest, ...times, config: {}, version: before + index + 1 };
  });
  const state = (version: number) => ({
    version: 3,
    deployment: checkpoints[version - before - 1]?.deployment,
  });
  const answers: Record<string, object> = {
    "/api/user": { githubLogin: "ann", name: "Ann", organizations: [{ githubLogin: "acme", name: "acme" }] },
    "/api/user/organizations/default": { GitHubLogin: "acme" },
    "/api/capabilities": { capabilities: [] },
    [stack]: { orgName: "acme", projectName: "slipway", stackName: STACK, tags: {} },
    [`${stack}/updates`]: { updates: updates.toReversed() },
    [`${stack}/export`]: state(before + checkpoints.length),
  };
  for (const { version } of updates) answers[`${stack}/export/${version}`] = state(version);
  return serve(({ pathname }, response) => {
    const body = answers[pathname];
    response.writeHead(body ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body ?? { code: 404, message: "Not Found" }));
  });
}

/**
 * Answers as S3 does, to read, for a bucket with a folder's files.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function serveBucket(folder: string): Promise<Served> {
  const keys = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((key) => statSync(join(folder, key)).isFile() && !key.endsWith(".attrs"))
    .sort();
  return serve(({ pathname, searchParams }, response) => {
    const key = decodeURIComponent(pathname).replace(/^\/[^/]*\/?/, "");
    const prefix = searchParams.get("prefix") ?? "";
    if (!key) {
      const contents = keys
        .filter((each) => each.startsWith(prefix))
        .map((each) => `<Contents><Key>${each}</Key><Size>1</Size>${TIME}</Contents>`);
      response.writeHead(200, { "content-type": "application/xml" });
      response.end(
        `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`,
      );
    } else if (existsSync(join(folder, key))) {
      response.writeHead(200, { "last-modified": new Date(0).toUTCString() });
      response.end(readFileSync(join(folder, key)));
    } else {
      response.writeHead(404, { "content-type": "application/xml" });
      response.end("<Error><Code>NoSuchKey</Code></Error>");
    }
  });
}

const TIME = "<LastModified>1970-01-01T00:00:00.000Z</LastModified>";
