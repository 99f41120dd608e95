import type { Command } from 'commander';
import { z, type ZodType } from 'zod';
import { schemaProblems } from '../../config/problems.ts';
import { ScadaError } from '../../core/errors.ts';

/** Part of the JSON schema of a discovery option. */
interface OptionSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
}

/** Discovery options of a collector by name. */
function optionsIn(schema: ZodType): readonly (readonly [name: string, option: OptionSchema])[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    readonly properties?: Readonly<Record<string, OptionSchema>>;
  };
  return Object.entries(properties);
}

const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Adds a command line option for each discovery option. An option of a list can be repeated. */
export function discoveryOptions(command: Command, schema: ZodType): void {
  for (const [name, { type, description = '', default: standard, enum: choices }] of optionsIn(schema)) {
    const value = type === 'number' || type === 'integer' ? '<number>' : '<text>';
    const known = choices === undefined ? '' : ` (${choices.join(', ')})`;
    const usual = standard === undefined || Array.isArray(standard) ? '' : ` (${JSON.stringify(standard)} if not given)`;
    const flags = `${flagOf(name)} ${value}`;
    const text = `${description}${known}${usual}`;
    if (type === 'array')
      command.option(flags, text, (one: string, all: readonly string[]) => [...all, one], [] as readonly string[]);
    else if (value === '<number>') command.option(flags, text, Number);
    else command.option(flags, text);
  }
}

/** Discovery options as given. @throws ScadaError INPUT_INVALID with a line for each invalid option */
export function parseOptions(schema: ZodType, options: Readonly<Record<string, unknown>>): unknown {
  const given = optionsIn(schema).flatMap(([name]) => (options[name] === undefined ? [] : [[name, options[name]]]));
  const parsed = schema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const lines = schemaProblems(parsed.error).map(({ path: [name], message }) => `${flagOf(String(name ?? ''))}: ${message}`);
  throw new ScadaError('config', 'INPUT_INVALID', lines.join('\n'), { hint: 'add --help for the options' });
}
