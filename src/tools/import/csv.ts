import { parse } from 'csv-parse/sync';
import { ScadaError } from '../../core/errors.ts';
import type { TagKind } from '../../core/tag.ts';
import { type Draft, type DraftTag, Names, plainName } from '../draft.ts';

/** Columns and their names in tag lists; compared without case, blanks, hyphens and underscores. */
const columnNames = {
  name: ['tag', 'name', 'tagname'],
  device: ['device', 'plc', 'controller'],
  host: ['host', 'ip', 'ipaddress'],
  port: ['port'],
  endpoint: ['endpoint', 'url'],
  unitId: ['unitid', 'slave', 'slaveid', 'station'],
  table: ['table', 'registertype', 'area of memory', 'memory'],
  register: ['register', 'address', 'offsetaddress'],
  node: ['node', 'nodeid'],
  type: ['type', 'datatype'],
  order: ['order', 'byteorder'],
  bit: ['bit'],
  length: ['length'],
  scale: ['scale', 'factor', 'gain'],
  offset: ['offset'],
  unit: ['unit', 'units', 'engineeringunit', 'eu'],
  low: ['low', 'min', 'rangelow', 'eulow'],
  high: ['high', 'max', 'rangehigh', 'euhigh'],
  decimals: ['decimals'],
  kind: ['kind'],
  description: ['description', 'comment', 'desc'],
  area: ['area'],
  equipment: ['equipment', 'asset'],
  scan: ['scan', 'scanms', 'period', 'periodms'],
} as const;
type Column = keyof typeof columnNames;
type Row = Readonly<Partial<Record<Column, string>>>;

const tables = new Map(
  Object.entries({
    coil: 'coil',
    coils: 'coil',
    discrete: 'discrete',
    discreteinput: 'discrete',
    holding: 'holding',
    holdingregister: 'holding',
    input: 'input',
    inputregister: 'input',
  }),
);
/** Leading digit of register numbers in many device manuals, which count from 1: 40001 is holding register 0. */
const modicon: Readonly<Record<string, string>> = { '0': 'coil', '1': 'discrete', '3': 'input', '4': 'holding' };

const types = new Map(
  Object.entries({
    bool: 'bit',
    boolean: 'bit',
    bit: 'bit',
    int: 'int16',
    int16: 'int16',
    word: 'uint16',
    uint: 'uint16',
    uint16: 'uint16',
    dint: 'int32',
    int32: 'int32',
    dword: 'uint32',
    udint: 'uint32',
    uint32: 'uint32',
    lint: 'int64',
    int64: 'int64',
    ulint: 'uint64',
    uint64: 'uint64',
    real: 'float32',
    float: 'float32',
    float32: 'float32',
    lreal: 'float64',
    double: 'float64',
    float64: 'float64',
    string: 'string',
  }),
);

const defaultScanMs = 2_000;
const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]+/g, '');

/**
 * A draft from a list of tags: one header line, one line per tag, separated by comma, semicolon or tab. A line that cannot be
 * used is listed among the losses with its number.
 * @throws ScadaError INPUT_INVALID if it is no such list
 */
export function importCsv(text: string, file: string): Draft {
  const { header, rows } = readRows(text, file);
  const columns = columnsOf(header, file);
  const losses = header.filter((name) => ![...columns.values()].includes(name)).map((name) => `the column ${name}`);
  const names = new Names();
  const devices = new Map<string, Record<string, unknown>>();
  const tags = rows.flatMap(({ cells, line }): DraftTag[] => {
    const row: Row = Object.fromEntries(
      [...columns].map(([column, name]) => [column, cells[header.indexOf(name)]?.trim() ?? '']),
    );
    try {
      const device = plainName(row.device || (row.node ? 'server' : 'plc'));
      const tag = tagOf(row, device, names);
      if (!devices.has(device)) devices.set(device, deviceOf(row, device, line, losses));
      return [tag];
    } catch (thrown) {
      if (!(thrown instanceof Unusable)) throw thrown;
      losses.push(`line ${line} (${row.name || 'no name'}): ${thrown.message}`);
      return [];
    }
  });
  return { siteName: 'Imported plant', source: file, devices: Object.fromEntries(devices), tags, losses };
}

/** Reason why a line cannot become a tag. */
class Unusable extends Error {}

function readRows(text: string, file: string) {
  const [first = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].toSorted((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  let records: { readonly record: string[]; readonly info: { readonly lines: number } }[];
  try {
    records = parse(text, {
      delimiter,
      bom: true,
      trim: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as typeof records;
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const [head, ...rest] = records;
  if (head === undefined) throw new ScadaError('config', 'INPUT_INVALID', `${file}: it is empty`);
  return { header: head.record, rows: rest.map(({ record, info }) => ({ cells: record, line: info.lines })) };
}

function columnsOf(header: readonly string[], file: string): Map<Column, string> {
  const columns = new Map<Column, string>();
  for (const [column, names] of Object.entries(columnNames) as [Column, readonly string[]][]) {
    const found = header.find((name) => names.includes(plain(name)));
    if (found !== undefined) columns.set(column, found);
  }
  if (!columns.has('name') || !(columns.has('register') || columns.has('node'))) {
    throw new ScadaError(
      'config',
      'INPUT_INVALID',
      `${file}, line 1: a list of tags needs the columns tag and register (or node)`,
      {
        hint: `columns that are understood: ${Object.keys(columnNames).join(', ')}`,
      },
    );
  }
  return columns;
}

function tagOf(row: Row, device: string, names: Names): DraftTag {
  if (!row.name) throw new Unusable('it has no name');
  const address = row.node ? { node: row.node } : modbusAddress(row);
  const state = address['type'] === 'bit' || address['table'] === 'coil' || address['table'] === 'discrete';
  const kind = row.kind ? row.kind.toLowerCase() : state ? 'discrete' : address['type'] === 'string' ? 'text' : 'analog';
  if (!['analog', 'discrete', 'counter', 'text'].includes(kind))
    throw new Unusable(`the kind ${kind} must be analog, discrete, counter or text`);
  const [low, high] = [numeric(row, 'low'), numeric(row, 'high')];
  return {
    name: names.take(row.name),
    device,
    address,
    kind: kind as TagKind,
    description: row.description || row.name,
    unit: row.unit || undefined,
    range: low !== undefined && high !== undefined && low < high ? [low, high] : undefined,
    decimals: numeric(row, 'decimals'),
    area: row.area ? plainName(row.area) : undefined,
    equipment: row.equipment ? plainName(row.equipment) : undefined,
    scanMs: scanOf(row),
  };
}

function modbusAddress(row: Row): Record<string, unknown> {
  const text = row.register ?? '';
  const classic = /^([0134])(\d{4,5})$/.exec(text);
  const named = tables.get(plain(row.table ?? ''));
  const fromOne = named === undefined && classic !== null;
  const table = named ?? (fromOne ? modicon[classic[1] ?? ''] : undefined);
  if (table === undefined) throw new Unusable(`in which table is ${text || 'it'}: coil, discrete, holding or input?`);
  const register = fromOne ? Number(classic[2]) - 1 : Number(text);
  if (!Number.isInteger(register) || register < 0 || register > 65_535) throw new Unusable(`${text || 'nothing'} is no register`);
  const type = row.type ? types.get(plain(row.type)) : undefined;
  if (row.type && type === undefined) throw new Unusable(`the type ${row.type} is not known`);
  const bits = table === 'coil' || table === 'discrete';
  const optional = {
    unit: numeric(row, 'unitId'),
    type: bits ? undefined : type,
    order: row.order && !bits ? row.order.toUpperCase() : undefined,
    bit: bits ? undefined : numeric(row, 'bit'),
    length: numeric(row, 'length'),
    scale: bits ? undefined : numeric(row, 'scale'),
    offset: bits ? undefined : numeric(row, 'offset'),
  };
  return { table, register, ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) };
}

function deviceOf(row: Row, device: string, line: number, losses: string[]): Record<string, unknown> {
  if (row.node) {
    if (!row.endpoint)
      losses.push(`line ${line}: the address of ${device}: no endpoint is given, opc.tcp://127.0.0.1:4840 is used`);
    return { type: 'opcua', endpoint: row.endpoint || 'opc.tcp://127.0.0.1:4840' };
  }
  if (!row.host) losses.push(`line ${line}: the address of ${device}: no host is given, 127.0.0.1 is used`);
  const port = numeric(row, 'port');
  return { type: 'modbus', host: row.host || '127.0.0.1', ...(port === undefined ? {} : { port }) };
}

function numeric(row: Row, column: Column): number | undefined {
  const text = row[column];
  if (!text) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unusable(`${column} is ${text}, which is no number`);
  return value;
}

/** `2s`, `500ms`, or plain milliseconds. */
function scanOf({ scan }: Row): number {
  if (!scan) return defaultScanMs;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(scan) ?? [];
  if (count === undefined) throw new Unusable(`the scan period ${scan} is not valid; write it as 2s or 500ms`);
  return Number(count) * ({ ms: 1, s: 1_000, m: 60_000 }[unit ?? 'ms'] ?? 1);
}
