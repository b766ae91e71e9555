/** The few questions of a new stack. Each is skipped where the command line answers it. */
import { generateKeyPair } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { keys } from "../../components/config/keys";
import { repositoryKind } from "../../components/config/formats";
import type { Cloud, Environment } from "../../components/config/types";
import { regionFor } from "../../components/regions";
import { currentContext, origin } from "./around";
import { currentProject } from "./google";
import type { Asker, Choice } from "./prompts";
import { InitError } from "./run";
import type { Changes, StackFile } from "./stackFile";

/** Answers from the command line. */
export interface Given {
  cloud?: Cloud;
  environment?: Environment;
  region?: string;
  project?: string;
  repository?: string;
  username?: string;
  credentialsFile?: string;
  /** `new`, or a file with an RSA key in PEM format. */
  sealingKey?: string;
  domain?: string;
  email?: string;
}

const clouds: Choice<Cloud>[] = [
  { value: "aws", name: "aws    EKS" },
  { value: "azure", name: "azure  AKS" },
  { value: "gcp", name: "gcp    GKE" },
  { value: "local", name: "local  a cluster that is there: K3s, Rancher Desktop, kind, minikube, k3d" },
];

const environments: Choice<Environment>[] = [
  { value: "dev", name: "dev      small and cheap, nothing protected" },
  { value: "staging", name: "staging  prod's shape with less of everything" },
  { value: "prod", name: "prod     three zones, high availability, data protected" },
];

const example = keys.find(({ path }) => path.join(".") === "gitops.repository")?.meta.example;

/**
 * What is to be written, from the command line, the stack's file and the user.
 * @param asker undefined where nobody is to be asked: what neither of the others tells is then an error
 * @throws InitError that lists everything that is missing
 */
export async function ask(file: StackFile, given: Given, asker: Asker | undefined): Promise<Changes> {
  if (await isKept(file, given, asker)) return { set: [], others: {}, secrets: [], beside: [] };
  return new Questions(file, given, asker).all();
}

/** A file that says everything stays as it is, unless its user wants otherwise. */
async function isKept(file: StackFile, given: Given, asker: Asker | undefined): Promise<boolean> {
  if (!asker || !file.exists || Object.values(given).some((value) => value !== undefined)) return false;
  const facts = [["cloud"], ["environment"], ["region"], ["gitops", "repository"]].map((path) => file.get(path));
  if (facts.includes(undefined)) return false;
  return asker.confirm(`${file.name} is there: ${facts.join(", ")}. Keep it as it is?`, !facts.includes(example));
}

class Questions {
  private readonly changes: Changes = { set: [], others: {}, secrets: [], beside: [] };
  private readonly missing: string[] = [];

  constructor(
    private readonly file: StackFile,
    private readonly given: Given,
    private readonly asker: Asker | undefined,
  ) {}

  async all(): Promise<Changes> {
    const cloud = await this.choice("cloud", "Where does the cluster run?", clouds);
    await this.choice("environment", "What is it for?", environments);
    await this.region(cloud);
    const project = cloud === "gcp" ? await this.project() : undefined;
    const repository = await this.repository();
    if (this.missing.length > 0) {
      throw new InitError(`Nobody is asked, and this is missing: ${this.missing.join(", ")}`);
    }
    if (project !== undefined) this.changes.others["gcp:project"] = project;
    if (repository !== undefined) await this.credentials(repository);
    await this.domain(cloud);
    await this.sealingKey();
    return this.changes;
  }

  private async choice<Value extends Cloud | Environment>(
    key: "cloud" | "environment",
    message: string,
    choices: Choice<Value>[],
  ) {
    const given = this.given[key] as Value | undefined;
    const before = this.file.get([key]) as Value | undefined;
    const value = given ?? (this.asker ? await this.asker.choose(message, choices, before) : before);
    return this.take([key], value, `--${key}`);
  }

  private async region(cloud: Cloud | undefined) {
    const before = { cloud: this.file.get(["cloud"]), region: this.file.get(["region"]) };
    const kept = before.cloud === cloud && typeof before.region === "string" ? before.region : undefined;
    const message = cloud === "local" ? "Which kubeconfig context?" : "In which region?";
    const standard = kept ?? (this.asker && cloud ? await nearby(cloud, before) : undefined);
    return this.text(["region"], { message, flag: "--region", given: this.given.region, standard });
  }

  private async project(): Promise<string | undefined> {
    const before = this.given.project ?? this.file.get(["gcp:project"]);
    const standard = typeof before === "string" ? before : await currentProject();
    const project =
      this.given.project ??
      (this.asker ? await this.asker.text("In which Google project?", optional({ default: standard })) : standard);
    if (project === undefined || project === "") this.missing.push("--project");
    return project;
  }

  private async repository(): Promise<string | undefined> {
    const path = ["gitops", "repository"];
    const before = this.file.get(path);
    const kept = typeof before === "string" && before !== example ? before : undefined;
    // An example that nobody has changed is no answer: Argo CD would wait for a repository that is not theirs.
    const standard = kept ?? (this.file.exists && !this.asker ? undefined : await origin());
    const message = "Which Git repository does Argo CD sync from?";
    const flag = before === example ? `--repository (${this.file.name} has the one of an example)` : "--repository";
    return this.text(path, { message, flag, given: this.given.repository, standard });
  }

  private async credentials(repository: string): Promise<void> {
    const isSsh = repositoryKind(repository) === "ssh";
    const path = ["gitops", "credentials", isSsh ? "sshPrivateKey" : "password"];
    const { credentialsFile } = this.given;
    if (credentialsFile !== undefined) return this.secret(path, readSecret(credentialsFile));
    if (!this.asker || this.file.get(path) !== undefined) return;
    if (isSsh) {
      const validate = (file: string) => (existsSync(file) ? undefined : "there is no such file");
      return this.secret(
        path,
        readSecret(await this.asker.text("Which file has the private key for it?", { validate })),
      );
    }
    const choices: Choice<"public" | "token">[] = [
      { value: "public", name: "It is public" },
      { value: "token", name: "With a token that may read it" },
    ];
    if ((await this.asker.choose("How does Argo CD read it?", choices)) === "token") {
      this.secret(path, await this.asker.secret("The token (it is stored encrypted)"));
    }
  }

  /** A stack that has keys keeps them: what is sealed for it opens with them only. */
  private async sealingKey(): Promise<void> {
    if (this.file.get(["gitops", "sealingKeys"]) !== undefined) return;
    const wanted = this.given.sealingKey ?? (this.asker ? await this.askSealingKey(this.asker) : undefined);
    if (wanted === undefined) return;
    const key = wanted === "new" ? await newSealingKey() : readSecret(wanted);
    this.secret(["gitops", "sealingKeys", "0", "privateKey"], key);
  }

  private async askSealingKey(asker: Asker): Promise<string | undefined> {
    const choices: Choice<"new" | "file" | "none">[] = [
      { value: "new", name: "A new one, made here and stored encrypted: a cluster built anew opens what is in Git" },
      { value: "file", name: "One that there is, in a file: what was sealed with it opens here too" },
      { value: "none", name: "The cluster's own, which goes with the cluster" },
    ];
    const answer = await asker.choose("Which key opens the sealed secrets in Git?", choices, "new");
    if (answer === "none") return undefined;
    if (answer === "new") return answer;
    const validate = (file: string) => (existsSync(file) ? undefined : "there is no such file");
    return asker.text("Which file has it, in PEM format?", { validate });
  }

  /** With a password goes a name, which most Git hosts do not look at. */
  private secret(path: string[], value: string): void {
    this.changes.secrets.push({ path, value });
    if (path.at(-1) !== "password") return;
    const name = ["gitops", "credentials", "username"];
    this.changes.beside.push({ path: name, value: this.given.username ?? this.file.get(name) ?? "git" });
  }

  private async domain(cloud: Cloud | undefined): Promise<void> {
    const before = this.file.get(["domain"]);
    const standard = typeof before === "string" ? before : undefined;
    if (this.given.domain === undefined && !this.asker) return;
    const message = "Under which domain, a DNS zone that is there? Empty for none";
    const domain = await this.text(["domain"], { message, given: this.given.domain, standard, mayBeEmpty: true });
    if (domain === undefined || cloud !== "azure" || this.file.get(["tls", "email"]) !== undefined) return;
    const email = "Which address may the certificate authority write to?";
    await this.text(["tls", "email"], { message: email, flag: "--email", given: this.given.email });
  }

  private async text(path: string[], { message, flag, given, standard, mayBeEmpty = false }: TextQuestion) {
    const validate = (text: string) =>
      text === "" && mayBeEmpty
        ? undefined
        : this.file.problemOf(path, { ...this.changes, set: [...this.changes.set, { path, value: text }] });
    const value =
      given ?? (this.asker ? await this.asker.text(message, optional({ default: standard, validate })) : standard);
    return this.take(path, value === "" ? undefined : value, mayBeEmpty ? undefined : flag);
  }

  private take<Value extends string>(path: string[], value: Value | undefined, flag?: string): Value | undefined {
    if (value !== undefined) this.changes.set.push({ path, value });
    else if (flag !== undefined) this.missing.push(flag);
    return value;
  }
}

interface TextQuestion {
  message: string;
  /** The option that answers it. */
  flag?: string;
  given: string | undefined;
  standard?: string | undefined;
  mayBeEmpty?: boolean;
}

async function nearby(cloud: Cloud, before: { cloud: unknown; region: unknown }): Promise<string | undefined> {
  if (cloud === "local") return currentContext();
  if (typeof before.region !== "string") return regionFor(cloud);
  return regionFor(cloud, { cloud: before.cloud as Cloud, region: before.region });
}

/** As `openssl genrsa 4096` would make it. */
async function newSealingKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 4096,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return privateKey;
}

/** @throws InitError where the file cannot be read */
function readSecret(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new InitError(`The credentials cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The same without what is undefined. */
function optional<Options extends object>(
  options: Options,
): { [Key in keyof Options]?: Exclude<Options[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
