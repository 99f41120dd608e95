import { parse } from 'smol-toml';
import { ScadaError } from '../../../core/errors.ts';
import { type Draft, Names } from '../../draft.ts';
import { readModbusSection, type Section, type SectionContext } from './modbus.ts';
import { readOpcuaSection } from './opcua.ts';
import { durationOf, isTable, type Table, tablesOf } from './values.ts';

const readers: readonly (readonly [key: string, read: (section: Table, context: SectionContext) => Section])[] = [
  ['modbus', readModbusSection],
  ['opcua', (section, context) => readOpcuaSection(section, 'opcua', context)],
  ['opcua_listener', (section, context) => readOpcuaSection(section, 'opcua_listener', context)],
];

/** Telegraf's default of `agent.interval`, ms. */
const defaultIntervalMs = 10_000;

/**
 * A draft that reads the same values as the Modbus and OPC UA inputs of a Telegraf configuration.
 * @throws ScadaError INPUT_INVALID when it is no TOML, or has none of these inputs
 */
export function importTelegraf(text: string, file: string): Draft {
  let root: Table;
  try {
    root = parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: it is no TOML: ${message}`, { cause });
  }
  const inputs = isTable(root['inputs']) ? root['inputs'] : {};
  const agent = isTable(root['agent']) ? root['agent'] : {};
  const losses: string[] = [];
  const [devices, tags] = [new Names(), new Names()];
  const sections = readers.flatMap(([key, read]) =>
    tablesOf(inputs, key).map((section) => {
      const intervalMs = durationOf(section, 'interval') ?? durationOf(agent, 'interval') ?? defaultIntervalMs;
      return read(section, { devices, tags, intervalMs, lose: (what) => losses.push(what) });
    }),
  );
  if (sections.length === 0) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: it has no inputs.modbus, inputs.opcua or inputs.opcua_listener`, {
      hint: 'give the file in which these inputs stand',
    });
  }
  const known = new Set(readers.map(([key]) => key));
  for (const key of Object.keys(inputs)) if (!known.has(key)) losses.push(`inputs.${key}: scadawatch collects Modbus and OPC UA`);
  for (const key of ['processors', 'aggregators', 'outputs']) {
    if (isTable(root[key])) losses.push(`${key}: ${Object.keys(root[key]).join(', ')}`);
  }
  return {
    siteName: 'Imported plant',
    source: file,
    devices: Object.fromEntries(sections.map(({ device, settings }) => [device, settings])),
    tags: sections.flatMap((section) => section.tags),
    losses,
  };
}
