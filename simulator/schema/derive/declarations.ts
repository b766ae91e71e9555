/**
 * Reads what a Pulumi SDK accepts from its own type declarations: the `…Args` interfaces of resources, functions and
 * the provider, and the nested objects and enumerations that they name. Only the syntax is read, not the types: the
 * declarations are generated and regular, and a type check of the whole SDK takes minutes.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { Declarations, Literal, ObjectShape, Property, Shape } from "../model";
import type { Provider } from "./tokens";

/**
 * The declarations of one provider's types in use.
 * @throws Error where a token is not in the SDK, or a declaration has a form that is not known here.
 */
export function readDeclarations(provider: Provider): Declarations {
  const root = dirname(createRequire(__filename).resolve(`${provider.sdk}/package.json`));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const reader = new Reader(root, provider.closedEnums === true);
  const read = (tokens: string[], read: (token: string) => ObjectShape) =>
    Object.fromEntries([...tokens].sort().map((token) => [token, read(token)]));
  const resources = read(provider.resources, (token) => reader.resource(token));
  const functions = read(provider.functions, (token) => reader.function(token));
  const config = reader.config();
  const objects = Object.fromEntries([...reader.objects].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { sdk: { name: provider.sdk, version }, resources, functions, config, objects };
}

class Reader {
  readonly objects = new Map<string, ObjectShape>();
  private readonly files = new Map<string, ts.SourceFile>();
  /** What types/input.d.ts declares, by the name of the outermost namespace or of a type outside of them, unparsed. */
  private inputs?: Map<string, string>;
  private readonly namespaces = new Map<string, Map<string, ts.Statement>>();

  constructor(
    private readonly root: string,
    private readonly closedEnums: boolean,
  ) {}

  resource(token: string): ObjectShape {
    const { file, name } = locate(token);
    const found = this.interfaceIn(file, `${name}Args`);
    if (!found) throw new Error(`${token}: no interface ${name}Args in ${file}.d.ts of ${this.root}`);
    return this.withSecrets(file, found);
  }

  /** Which inputs are secret is in the generated code only: `args?.x ? pulumi.secret(args.x) : undefined`. */
  private withSecrets(file: string, shape: ObjectShape): ObjectShape {
    const code = readFileSync(join(this.root, `${file}.js`), "utf8");
    for (const [, name = ""] of code.matchAll(/\bargs\?\.(\w+) \? pulumi\.secret\(/g)) {
      const property = shape[name];
      if (property) property.secret = true;
    }
    return shape;
  }

  /** A function without arguments has no interface for them. */
  function(token: string): ObjectShape {
    const { file, name } = locate(token);
    const source = this.source(file);
    if (!source.statements.some((each) => ts.isFunctionDeclaration(each) && each.name?.text === name)) {
      throw new Error(`${token}: no function ${name} in ${file}.d.ts of ${this.root}`);
    }
    return this.interfaceIn(file, `${name.charAt(0).toUpperCase()}${name.slice(1)}Args`) ?? {};
  }

  config(): ObjectShape {
    return this.withSecrets("provider", this.interfaceIn("provider", "ProviderArgs") ?? {});
  }

  private interfaceIn(file: string, name: string): ObjectShape | undefined {
    const declaration = this.source(file).statements.find(
      (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === name,
    );
    return declaration && this.members(declaration, "");
  }

  private source(file: string): ts.SourceFile {
    const known = this.files.get(file);
    if (known) return known;
    const path = join(this.root, `${file}.d.ts`);
    const parsed = parse(file, readFileSync(path, "utf8"));
    this.files.set(file, parsed);
    return parsed;
  }

  private members(declaration: ts.InterfaceDeclaration, namespace: string): ObjectShape {
    const shape: ObjectShape = {};
    for (const member of declaration.members) {
      if (!ts.isPropertySignature(member) || !member.type) {
        throw new Error(`${declaration.name.text}: a member that is no property: ${member.getText()}`);
      }
      const name = ts.isStringLiteral(member.name) ? member.name.text : member.name.getText();
      const property: Property = { shape: this.shape(member.type, namespace) };
      if (!member.questionToken) property.required = true;
      if (ts.getJSDocDeprecatedTag(member)) property.deprecated = true;
      shape[name] = property;
    }
    return shape;
  }

  private shape(node: ts.TypeNode, namespace: string): Shape {
    if (ts.isParenthesizedTypeNode(node)) return this.shape(node.type, namespace);
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.shape(node.elementType, namespace) };
    if (ts.isUnionTypeNode(node)) return this.union(node, namespace);
    if (ts.isTypeLiteralNode(node)) return this.map(node, namespace);
    if (ts.isLiteralTypeNode(node)) return { type: "enum", values: [literal(node)] };
    if (ts.isTypeReferenceNode(node)) return this.reference(node, namespace);
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: "string" };
      case ts.SyntaxKind.NumberKeyword:
        return { type: "number" };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: "boolean" };
      case ts.SyntaxKind.AnyKeyword:
        return { type: "any" };
      default:
        throw new Error(`a type of unknown form: ${node.getText()}`);
    }
  }

  /**
   * `undefined` says what the question mark says. `string | SomeEnum` lists suggestions, so any string is allowed, unless
   * the provider's enumerations are closed.
   */
  private union(node: ts.UnionTypeNode, namespace: string): Shape {
    const members = node.types
      .filter((each) => each.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((each) => this.shape(each, namespace))
      .flatMap((each) => (each.type === "union" ? each.members : [each]));
    const distinct = [...new Map(members.map((each) => [JSON.stringify(each), each])).values()];
    const enums = distinct.filter((each) => each.type === "enum");
    const listed = new Set<string>(enums.flatMap((each) => each.values).map((value) => typeof value));
    const others: Shape[] = distinct
      .filter((each) => each.type !== "enum")
      .filter((each) => !this.closedEnums || !listed.has(each.type));
    const primitives = new Set<string>(others.map((each) => each.type));
    const closed = enums.flatMap((each) => each.values).filter((value) => !primitives.has(typeof value));
    if (closed.length > 0) others.push({ type: "enum", values: closed });
    const [only] = others;
    return others.length === 1 && only ? only : { type: "union", members: others };
  }

  private map(node: ts.TypeLiteralNode, namespace: string): Shape {
    const [index] = node.members;
    if (node.members.length !== 1 || !index || !ts.isIndexSignatureDeclaration(index)) {
      throw new Error(`an inline type that is no map: ${node.getText()}`);
    }
    return { type: "map", values: this.shape(index.type, namespace) };
  }

  private reference(node: ts.TypeReferenceNode, namespace: string): Shape {
    const name = node.typeName.getText();
    const [argument] = node.typeArguments ?? [];
    if ((name === "pulumi.Input" || name === "Input") && argument) return this.shape(argument, namespace);
    if (name.startsWith("inputs.")) return this.object(name.slice("inputs.".length));
    if (name.startsWith("enums.")) return this.enumeration(name.slice("enums.".length));
    if (name.startsWith("pulumi.asset.")) return { type: "any" };
    if (name === "ARN") return { type: "string" };
    // Inside a namespace of types/input.d.ts, its neighbours go by their bare names.
    if (namespace && this.declared(`${namespace}.${name}`)) return this.object(`${namespace}.${name}`);
    // What is left are classes of the SDK: resources, given as themselves or by id.
    return { type: "resource" };
  }

  private object(name: string): Shape {
    const statement = this.declared(name);
    const namespace = name.split(".").slice(0, -1).join(".");
    if (!statement) throw new Error(`types/input.d.ts of ${this.root} has no ${name}`);
    if (ts.isTypeAliasDeclaration(statement)) return this.shape(statement.type, namespace);
    if (!ts.isInterfaceDeclaration(statement)) throw new Error(`${name} is no interface`);
    if (!this.objects.has(name)) {
      // Before its members are read: some objects contain themselves.
      const shape: ObjectShape = {};
      this.objects.set(name, shape);
      Object.assign(shape, this.members(statement, namespace));
    }
    return { type: "object", name };
  }

  private declared(name: string): ts.Statement | undefined {
    const parts = name.split(".");
    const [first = ""] = parts;
    const last = parts.pop() ?? "";
    // The file is several megabytes long, of which a provider's types in use need a small part.
    this.inputs ??= this.unparsed("types/input");
    const text = this.inputs.get(first);
    if (text !== undefined) {
      this.inputs.delete(first);
      this.index(parse("types/input", text).statements, "");
    }
    return this.namespaces.get(parts.join("."))?.get(last);
  }

  /** The text of what a file exports, by name: each begins in the first column, and nothing else does. */
  private unparsed(file: string): Map<string, string> {
    const texts = new Map<string, string>();
    for (const text of readFileSync(join(this.root, `${file}.d.ts`), "utf8").split(/^(?=export )/m)) {
      const [, name] = /^export (?:declare )?(?:namespace|interface|type) (\w+)/.exec(text) ?? [];
      if (name !== undefined) texts.set(name, (texts.get(name) ?? "") + text);
    }
    return texts;
  }

  private index(statements: readonly ts.Statement[], prefix: string): void {
    const names = this.namespaces.get(prefix) ?? new Map<string, ts.Statement>();
    this.namespaces.set(prefix, names);
    for (const each of statements) {
      if (ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each)) names.set(each.name.text, each);
      if (ts.isModuleDeclaration(each) && each.body && ts.isModuleBlock(each.body)) {
        this.index(each.body.statements, prefix ? `${prefix}.${each.name.text}` : each.name.text);
      }
    }
  }

  /** `declare const X: { readonly Name: "value" }`, in types/enums/<module>/index.d.ts. */
  private enumeration(name: string): Shape {
    const parts = name.split(".");
    const last = parts.pop() ?? "";
    const values: Literal[] = [];
    for (const statement of this.source(["types", "enums", ...parts, "index"].join("/")).statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, type } of statement.declarationList.declarations) {
        if (name.getText() !== last || !type || !ts.isTypeLiteralNode(type)) continue;
        for (const member of type.members) {
          if (ts.isPropertySignature(member) && member.type && ts.isLiteralTypeNode(member.type)) {
            values.push(literal(member.type));
          }
        }
      }
    }
    if (values.length === 0) throw new Error(`no enumeration ${name} in ${this.root}`);
    return { type: "enum", values: [...new Set(values)] };
  }
}

/**
 * `aws:ec2/vpc:Vpc` is in ec2/vpc.d.ts, `random:index/randomId:RandomId` in randomId.d.ts, `azure-native:network:Subnet` in
 * network/subnet.d.ts; capitals at the beginning of a name are written small together: `gcp:projects/iAMMember:IAMMember`
 * is in projects/iammember.d.ts.
 */
function locate(token: string): { file: string; name: string } {
  const [, module = "", name = ""] = token.split(":");
  const path = module.includes("/") ? module.split("/") : [module, name];
  const file = (path.pop() ?? "").replace(/^[a-z]?[A-Z]+/, (capitals) => capitals.toLowerCase());
  return { file: [...path.filter((folder) => folder !== "index"), file].join("/"), name };
}

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(`${file}.d.ts`, text, ts.ScriptTarget.ES2022, true);
}

function literal(node: ts.LiteralTypeNode): Literal {
  const { literal } = node;
  if (ts.isStringLiteral(literal)) return literal.text;
  if (literal.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (literal.kind === ts.SyntaxKind.FalseKeyword) return false;
  const number = Number(literal.getText());
  if (Number.isNaN(number)) throw new Error(`a literal of unknown form: ${node.getText()}`);
  return number;
}
