/**
 * What the fake command lines have in common: a table of commands with the options that the real ones document, a cloud
 * kept in a file, and a way to lose the answer to a change (FAKE_STOP).
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.FAKE_CLOUD;
const file = join(folder, "cloud.json");

/** How often this has been asked, this time included. */
export function count(what) {
  const counter = join(folder, `count-${what.replaceAll(" ", "-")}`);
  appendFileSync(counter, "x");
  return readFileSync(counter, "utf8").length;
}

export class Refused extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

/**
 * @param program as it is called
 * @param commands by their words: `options` (a pattern for the value, or true for a flag), `positional` (a pattern),
 *   `changes` (whether it changes the cloud), `run(options, cloud, positional)`, which gives what is printed
 */
export function main(program, commands) {
  const argv = process.argv.slice(2);
  appendFileSync(join(folder, "calls"), `${[program, ...argv].join(" ")}\n`);
  const cloud = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  try {
    const words = Object.keys(commands)
      .filter((name) => name.split(" ").every((word, index) => word === argv[index]))
      .sort((one, other) => other.length - one.length)[0];
    if (!words) throw new Refused(`unknown command: ${argv.join(" ")}`, 2);
    const command = commands[words];
    const { options, positional } = parse(argv.slice(words.split(" ").length), command);
    const output = command.run(options, cloud, positional);
    if (command.changes) {
      writeFileSync(file, JSON.stringify(cloud));
      if (process.env.FAKE_STOP && `${program} ${words}` === process.env.FAKE_STOP)
        throw new Refused("connection reset by peer");
    }
    if (output !== undefined) process.stdout.write(typeof output === "string" ? output : JSON.stringify(output));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.code;
  }
}

function parse(args, { options: known = {}, positional: pattern, required = [] }) {
  const options = {};
  const positional = [];
  for (let index = 0; index < args.length; index++) {
    const [, name, inline] = /^(--[^=]+)(?:=(.*))?$/s.exec(args[index]) ?? [];
    if (name === undefined) {
      if (!pattern?.test(args[index])) throw new Refused(`unrecognized argument: ${args[index]}`, 2);
      positional.push(args[index]);
      continue;
    }
    const rule = known[name];
    if (rule === undefined) throw new Refused(`unrecognized option: ${name}`, 2);
    if (name in options) throw new Refused(`given twice: ${name}`, 2);
    if (rule === true) {
      options[name] = true;
      continue;
    }
    const values = [inline ?? args[++index]];
    // Azure's lists go on until the next option.
    while (rule.many && args[index + 1] !== undefined && !args[index + 1].startsWith("--")) values.push(args[++index]);
    for (const value of values) {
      if (!(rule.many ?? rule).test(value ?? "")) throw new Refused(`invalid value for ${name}: ${value}`, 2);
    }
    options[name] = rule.many ? values : values[0];
  }
  for (const name of required) if (!(name in options)) throw new Refused(`required: ${name}`, 2);
  return { options, positional };
}
