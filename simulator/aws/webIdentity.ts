/**
 * AWS STS, as pods of any cluster ask it for a role by the token of their service account.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Inventory } from "../cloud/behaviour";
import { CloudHost } from "../cloud/host";
import type { ServiceAccountTokens, Subject } from "../cloud/serviceAccountTokens";
import type { AuthorityFiles } from "../controlplane/certificates";
import type { S3Credentials } from "../objectstore/s3";
import { list, statementsOf } from "./policies";
import { text, texts } from "./values";

const audience = "sts.amazonaws.com";
const sessionMilliseconds = 3600 * 1000;

/** Whether a host is a region's STS. */
export function isSts(host: string): boolean {
  return /^sts\.[a-z]{2}(-[a-z]+)+-\d\.amazonaws\.com$/.test(host);
}

export interface WebIdentityOptions {
  inventory: Pick<Inventory, "list">;
  tokens: Pick<ServiceAccountTokens, "subjectOf">;
  /** What every role's session signs with: roles' policies are not held against it. */
  credentials: S3Credentials;
  authority: AuthorityFiles;
}

interface TrustStatement {
  Effect?: unknown;
  Action?: unknown;
  Principal?: { Federated?: unknown };
  Condition?: { StringEquals?: Record<string, unknown> };
}

export class WebIdentity {
  private readonly host: CloudHost;

  constructor(private readonly options: WebIdentityOptions) {
    this.host = new CloudHost(options.authority, (request, response) => this.answer(request, response));
  }

  /** @returns the port on 127.0.0.1 where STS answers, with TLS, for each of its hosts. */
  listen(): Promise<number> {
    return this.host.listen();
  }

  stop(): Promise<void> {
    return this.host.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of request) body += String(part);
    const asked = new URLSearchParams(body);
    if (asked.get("Action") !== "AssumeRoleWithWebIdentity") {
      refuse(response, 400, "InvalidAction", `Could not find operation ${asked.get("Action")}`);
      return;
    }
    const subject = await this.options.tokens.subjectOf(asked.get("WebIdentityToken") ?? "", [audience]);
    if (!subject) {
      refuse(response, 400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for this token");
      return;
    }
    if (!this.lets(asked.get("RoleArn") ?? "", subject)) {
      refuse(response, 403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
      return;
    }
    const { accessKeyId, secretAccessKey } = this.options.credentials;
    const expiration = new Date(Date.now() + sessionMilliseconds).toISOString();
    response
      .writeHead(200, { "content-type": "text/xml" })
      .end(
        `<AssumeRoleWithWebIdentityResponse xmlns="${namespace}"><AssumeRoleWithWebIdentityResult><Credentials>` +
          `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>` +
          `<SessionToken></SessionToken><Expiration>${expiration}</Expiration>` +
          `</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      );
  }

  /** Whether the account knows the issuer, and the role's trust policy lets the subject take it. */
  private lets(roleArn: string, { issuer, name }: Subject): boolean {
    const { inventory } = this.options;
    const host = issuer.replace("https://", "");
    const provider = inventory
      .list("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
      .map(({ outputs }) => outputs)
      .find((outputs) => text(outputs, "url").replace("https://", "") === host);
    const role = inventory.list("aws:iam/role:Role").find(({ outputs }) => outputs.arn === roleArn);
    if (!provider || !role || !texts(provider, "clientIdLists").includes(audience)) return false;
    const statements = (statementsOf(text(role.outputs, "assumeRolePolicy")) ?? []) as TrustStatement[];
    return statements.some(({ Effect, Action, Principal, Condition }) => {
      const wanted = Condition?.StringEquals ?? {};
      const is = (key: string, value: string) =>
        wanted[`${host}:${key}`] === undefined || list(wanted[`${host}:${key}`]).includes(value);
      return (
        Effect === "Allow" &&
        list(Action).includes("sts:AssumeRoleWithWebIdentity") &&
        list(Principal?.Federated).includes(text(provider, "arn")) &&
        is("sub", name) &&
        is("aud", audience)
      );
    });
  }
}

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { "content-type": "text/xml" })
    .end(
      `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${code}</Code>` +
        `<Message>${message}</Message></Error></ErrorResponse>`,
    );
}
