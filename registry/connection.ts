import * as z from "zod";
import { UserError } from "../lib/errors.ts";
import {
  type Answer,
  HttpError,
  PlainHttpError,
  type Request,
  ask,
  discard,
  follow,
  locationOf,
  mayLead,
  readWhole,
} from "../lib/http.ts";
import { printableLine } from "../lib/text.ts";
import { type Reference, parseReference } from "../model/image/reference.ts";
import type { Account } from "./account.ts";
import { apiHost, speaksHttp } from "./address.ts";
import { storedAccount } from "./credentials.ts";
import { parseJson } from "./manifest.ts";

/** How long a registry may take to answer what was uploaded, which it stores and checks meanwhile, in milliseconds. */
const UPLOAD_ANSWER_MS = 300_000;

// What can stand in a header: anything else would be an error of Node's own.
const word = z.string().regex(/^[\x21-\x7e]+$/, "must be one word");
const grant = z.object({ token: word.optional(), access_token: word.optional() });

/** What a token is asked for. */
type Access = "pull" | "pull,push";

/** A request to a registry. */
export interface RegistryRequest extends Omit<Request, "ca"> {
  /** Status codes that the caller handles; any other is an error. */
  expected: readonly number[];
  /** Whether redirects are followed. @default for GET and HEAD */
  follows?: boolean;
}

/** The API of one repository: who asks shows an account where the registry wants one, and nobody else ever sees it. */
export class Connection {
  /** What the registry said when it last refused what the caller could do without, as in "403 DENIED: …". */
  refusal: string | undefined;
  private readonly reference: Reference;
  private account: Account | undefined;
  private readonly ca: string | undefined;
  private challenge: string | undefined;
  /** What is shown, by what for. */
  private readonly authorizations = new Map<Access, string>();

  /** @param ca certificate of the authority that signed the registry's, PEM @default those that this machine trusts */
  constructor(name: string, account?: Account, ca?: string) {
    this.reference = parseReference(name);
    this.account = account;
    this.ca = ca;
  }

  /** Asks for something of the repository, as `manifests/latest`; once more with an account where the registry wants one. */
  async request(path: string, request: RegistryRequest): Promise<Answer> {
    const url = this.url(path);
    const access = request.method === "POST" || request.method === "PUT" ? "pull,push" : "pull";
    // A token for reading does not do for writing, and some registries refuse it without another challenge.
    if (this.challenge !== undefined && !this.authorizations.has(access)) await this.authorize(access);
    const first = await this.send(url, access, request);
    if (first.status !== 401) return this.expect(first, request);
    discard(first);
    this.challenge = String(first.headers["www-authenticate"] ?? "");
    await this.authorize(access);
    const second = await this.send(url, access, request);
    if (second.status === 401 && !isBearer(this.challenge))
      throw this.unusable(
        new HttpError(`401, the login of "${this.account?.user ?? ""}" is refused,`),
        request.method,
        url,
      );
    return this.expect(second, request);
  }

  /** Asks where an answer's Location leads, with these words added to its query. */
  async requestLocation(
    answer: Answer,
    query: Readonly<Record<string, string>>,
    request: RegistryRequest,
  ): Promise<Answer> {
    try {
      const url = locationOf(answer);
      for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
      return await this.expect(await this.send(url, "pull,push", request), request);
    } catch (error) {
      throw this.unusable(error, request.method, answer.url);
    }
  }

  /** All of an answer. */
  async read({ url, body }: Answer): Promise<Buffer> {
    return readWhole(body).catch((error: unknown) => {
      throw this.unusable(error, "GET", url);
    });
  }

  private url(path: string): URL {
    const { registry, repository } = this.reference;
    const protocol = speaksHttp(registry) ? "http" : "https";
    return new URL(`${protocol}://${apiHost(registry)}/v2/${repository}/${path}`);
  }

  /** Asks once: with the account at the registry's own origin only. */
  private async send(url: URL, access: Access, request: RegistryRequest): Promise<Answer> {
    const { method = "GET", headers, body, follows = method === "GET" || method === "HEAD" } = request;
    const authorization = url.origin === this.url("").origin && this.authorizations.get(access);
    try {
      return await (follows ? follow : ask)(url, {
        ...{ method, ca: this.ca, headers: { ...headers, ...(authorization && { authorization }) } },
        ...(body && { body, answerMs: UPLOAD_ANSWER_MS }),
      });
    } catch (error) {
      throw this.unusable(error, method, url);
    }
  }

  /** @throws UserError with what the registry says, where its answer is none that was expected */
  private async expect(answer: Answer, { method = "GET", expected }: RegistryRequest): Promise<Answer> {
    if (!expected.includes(answer.status))
      throw this.unusable(new HttpError(await saidBy(answer)), method, answer.url);
    if (answer.status === 401 || answer.status === 403) this.refusal ??= await saidBy(answer);
    // Else nobody would read it, and its connection would keep this process.
    else if (method !== "GET" || answer.status !== 200) discard(answer);
    return answer;
  }

  /**
   * Gets what answers the registry's challenge, as far as it is given.
   * @throws UserError where the account is refused, or the challenge cannot be answered
   */
  private async authorize(access: Access): Promise<void> {
    const { registry, repository } = this.reference;
    this.account ??= await storedAccount(registry);
    const { account, challenge = "" } = this;
    const basic = account && `Basic ${Buffer.from(`${account.user}:${account.token}`).toString("base64")}`;
    if (!isBearer(challenge)) {
      if (!basic)
        throw this.unusable(new HttpError(`401, and no login is stored. Run: docker login ${registry};`));
      this.authorizations.set(access, basic);
      return;
    }
    const value = (key: string) => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? "";
    const realm = this.realm(value("realm"));
    realm.searchParams.set("service", value("service"));
    realm.searchParams.set("scope", `repository:${repository}:${access}`);
    try {
      const headers: Record<string, string> = basic ? { authorization: basic } : {};
      const answer = await follow(realm, { headers, ca: this.ca });
      // Without an account, or with one that may not: what registries say also where there is no such repository.
      const denied = answer.status === 403 || (answer.status === 401 && !account);
      if (denied) this.refusal = await saidBy(answer);
      else if (answer.status !== 200) throw new HttpError(await saidBy(answer));
      else this.authorizations.set(access, `Bearer ${tokenIn(await readWhole(answer.body), realm)}`);
    } catch (error) {
      throw this.unusable(error, "GET", realm);
    }
  }

  /** Where tokens are given. */
  private realm(text: string): URL {
    const problem = (why: string) => this.unusable(new HttpError(`"${text}" for a realm, ${why}`));
    if (!URL.canParse(text)) throw problem("which is no URL");
    const realm = new URL(text);
    realm.username = realm.password = "";
    if (mayLead(this.url(""), realm)) return realm;
    throw problem("where whoever is on the way could read the login; expected https");
  }

  /** The error that says which registry, and what of it, and why. */
  private unusable(error: unknown, method = "GET", url = this.url("")): Error {
    if (!(error instanceof HttpError)) return error as Error;
    const { registry, repository } = this.reference;
    const advice =
      error instanceof PlainHttpError
        ? ". Give it a certificate: only registries on this machine are asked without TLS, as by builders and hosts"
        : "";
    const where = url.origin === this.url("").origin ? url.pathname : `${url.origin}${url.pathname}`;
    return new UserError(
      `${registry}/${repository}: the registry cannot be used, got ${printableLine(error.message, 400)} for ${method} ${where}${advice}`,
    );
  }
}

function isBearer(challenge: string): boolean {
  return /^bearer /i.test(challenge);
}

/** The token in what a realm answers. */
function tokenIn(answer: Buffer, realm: URL): string {
  const { token, access_token } = parseJson(answer.toString(), grant, `${realm.origin}: no token`);
  const found = token ?? access_token;
  if (!found) throw new HttpError("an answer without a token");
  return found;
}

/** Status and text of an answer, cut short. */
async function saidBy({ status, body }: Answer): Promise<string> {
  const text = await readWhole(body).catch((error: unknown) => Buffer.from((error as Error).message));
  return `${status} ${printableLine(text.toString(), 300)}`.trim();
}
