import { parse, TomlError } from 'smol-toml';
import { ScadaError } from '../../../core/errors.ts';
import { type Draft, Names } from '../../draft.ts';
import { emptyKeys, Entry, unusedKeys } from './entry.ts';
import { readModbusSection } from './modbus.ts';
import { readOpcuaSection } from './opcua.ts';
import type { Section, SectionContext } from './section.ts';
import { isTable, type Table } from './values.ts';
import { quoteReferences, Variables } from './variables.ts';

const readers: readonly (readonly [key: string, read: (section: Entry, context: SectionContext) => Section])[] = [
  ['modbus', readModbusSection],
  ['opcua', (section, context) => readOpcuaSection(section, 'opcua', context)],
  ['opcua_listener', (section, context) => readOpcuaSection(section, 'opcua_listener', context)],
];

/** Telegraf's default of `agent.interval`, ms. */
const defaultIntervalMs = 10_000;

/**
 * A draft that reads the same values as the Modbus and OPC UA inputs of a Telegraf configuration. Its losses name every key that
 * no rule has read, and the use of each environment variable.
 * @throws ScadaError INPUT_INVALID if it is not TOML, or has none of these inputs
 */
export function importTelegraf(
  text: string,
  file: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Draft {
  const variables = new Variables(environment);
  const root = resolve(readToml(text, file), variables);
  const entries = new Entry(root);
  const [inputs, agent] = [entries.table('inputs'), entries.table('agent')];
  const losses: string[] = [];
  const [devices, tags] = [new Names(), new Names()];
  const agentMs = agent.durationMs('interval') ?? defaultIntervalMs;
  const sections = readers.flatMap(([key, read]) =>
    inputs.tables(key).map((entry) => {
      const intervalMs = (): number => entry.durationMs('interval') ?? agentMs;
      const section = read(entry, { devices, tags, intervalMs, lose: (what) => losses.push(what) });
      losses.push(...[...unusedKeys(entry), ...emptyKeys(entry)].map((what) => `inputs.${key} ${section.device}: ${what}`));
      return section;
    }),
  );
  if (sections.length === 0) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: it has no inputs.modbus, inputs.opcua or inputs.opcua_listener`, {
      hint: 'give the file that contains these inputs',
    });
  }
  losses.push(...otherParts(root));
  const ofAgent = unusedKeys(agent);
  if (ofAgent.length > 0) losses.push(`agent: ${ofAgent.join(', ')}`);
  losses.push(...variables.losses());
  return {
    siteName: 'Imported plant',
    source: file,
    devices: Object.fromEntries(sections.map(({ device, settings }) => [device, settings])),
    tags: sections.flatMap((section) => section.tags),
    losses,
  };
}

function readToml(text: string, file: string): Table {
  try {
    return parse(quoteReferences(text));
  } catch (cause) {
    // The parser shows the lines around an error, which may contain a secret.
    const where = cause instanceof TomlError ? ` (line ${cause.line}, column ${cause.column})` : '';
    const why = cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause);
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: it is no TOML: ${why}${where}`, {
      hint: 'an environment variable can replace a value here, but not a key or a part of the file',
    });
  }
}

/**
 * The configuration with environment variables replaced in the converted sections. Passwords are not looked up, because a draft
 * contains none.
 */
function resolve(root: Table, variables: Variables): Table {
  const { agent, inputs } = root;
  if (!isTable(inputs)) return root;
  const read = readers.flatMap(([key]) => {
    const sections = inputs[key];
    if (!Array.isArray(sections)) return [];
    return [[key, sections.map((one: unknown) => (isTable(one) ? variables.resolve(one, `inputs.${key}`, ['password']) : one))]];
  });
  return {
    ...root,
    ...(isTable(agent) ? { agent: variables.resolve(agent, 'agent') } : {}),
    inputs: { ...inputs, ...Object.fromEntries(read) },
  };
}

/** Sections other than these inputs. They are not converted; the losses name them by their type only. */
function otherParts(root: Table): string[] {
  const known = new Set(readers.map(([key]) => key));
  return Object.entries(root).flatMap(([part, content]) => {
    const keys = isTable(content) ? Object.keys(content) : [];
    if (part === 'agent') return [];
    if (part !== 'inputs') return [keys.length === 0 ? part : `${part}: ${keys.join(', ')}`];
    return keys.filter((key) => !known.has(key)).map((key) => `inputs.${key}: scadawatch collects Modbus and OPC UA`);
  });
}
