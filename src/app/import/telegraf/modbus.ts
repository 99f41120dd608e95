import type { DraftTag, Names } from '../../draft.ts';
import { durationOf, isTable, numberOf, type Table, tablesOf, textOf } from './values.ts';

/** Where what is read of one section goes. */
export interface SectionContext {
  readonly devices: Names;
  readonly tags: Names;
  /** How often values are gathered, ms. */
  readonly intervalMs: number;
  /** Something that is not carried over, in one sentence. */
  lose(what: string): void;
}

export interface Section {
  readonly device: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly tags: readonly DraftTag[];
}

type Register = 'coil' | 'discrete' | 'holding' | 'input';

/** One value as any of the three styles of a section names it. */
interface Field {
  readonly register: Register;
  readonly unit: number | undefined;
  readonly measurement: string;
  readonly name: string;
  readonly address: number;
  readonly type: string;
  readonly order: string;
  readonly scale: number;
  readonly bit: number | undefined;
  readonly registers: number | undefined;
}

const registerLists: readonly (readonly [key: string, register: Register])[] = [
  ['discrete_inputs', 'discrete'],
  ['coils', 'coil'],
  ['holding_registers', 'holding'],
  ['input_registers', 'input'],
];

const types: Readonly<Record<string, string>> = {
  BIT: 'bit',
  INT16: 'int16',
  UINT16: 'uint16',
  INT32: 'int32',
  UINT32: 'uint32',
  INT64: 'int64',
  UINT64: 'uint64',
  FLOAT32: 'float32',
  FLOAT64: 'float64',
  'FLOAT32-IEEE': 'float32',
  'FLOAT64-IEEE': 'float64',
  STRING: 'string',
};

/** Types that are whole numbers on the wire, as wide as the registers that are listed for them. */
const fixedPoint: Readonly<Record<string, 'int' | 'uint'>> = { FIXED: 'int', UFIXED: 'uint', FLOAT32: 'uint' };

const orders: Readonly<Record<string, string>> = {
  AB: 'ABCD',
  BA: 'DCBA',
  ABCD: 'ABCD',
  DCBA: 'DCBA',
  BADC: 'BADC',
  CDAB: 'CDAB',
  ABCDEFGH: 'ABCD',
  HGFEDCBA: 'DCBA',
  BADCFEHG: 'BADC',
  GHEFCDAB: 'CDAB',
};

/** A device and its tags from one `[[inputs.modbus]]`. Source: the plug-in's README and sample configurations, influxdata/telegraf. */
export function readModbusSection(section: Table, context: SectionContext): Section {
  const device = context.devices.take(textOf(section, 'name', 'modbus'));
  const lose = (what: string): void => context.lose(`inputs.modbus ${device}: ${what}`);
  const unit = numberOf(section, 'slave_id');
  const style = textOf(section, 'configuration_type', 'register');
  const fields = fieldsOf(section, style, lose);
  const settings = settingsOf(section, unit, lose);
  const tags = fields.flatMap((field): DraftTag[] => {
    const address = addressOf(field, unit, lose);
    if (address === undefined) return [];
    const name = context.tags.take(
      field.measurement === 'modbus' ? `${device}.${field.name}` : `${field.measurement}.${field.name}`,
    );
    const discrete = address['type'] === 'bit' || field.register === 'coil' || field.register === 'discrete';
    const kind = discrete ? 'discrete' : address['type'] === 'string' ? 'text' : 'analog';
    return [{ name, device, address, kind, description: field.name, scanMs: context.intervalMs }];
  });
  return { device, settings, tags };
}

function settingsOf(section: Table, unit: number | undefined, lose: (what: string) => void): Record<string, unknown> {
  const controller = textOf(section, 'controller');
  const mode = textOf(section, 'transmission_mode', 'auto');
  const workarounds = tablesOf(section, 'workarounds')[0] ?? {};
  const settings: Record<string, unknown> = { type: 'modbus' };
  if (/^ASCII/i.test(mode)) lose(`transmission_mode ${mode}: Modbus ASCII is not spoken here, the device is given as RTU`);
  if (controller.startsWith('file://')) {
    const parity = { N: 'none', E: 'even', O: 'odd' }[textOf(section, 'parity', 'N').toUpperCase()] ?? 'none';
    settings['transport'] = 'serial';
    settings['serial'] = {
      path: controller.slice('file://'.length),
      baudRate: numberOf(section, 'baud_rate') ?? 9600,
      parity,
      stopBits: numberOf(section, 'stop_bits') ?? 1,
    };
  } else {
    const { hostname, port } = new URL(controller === '' ? 'tcp://localhost:502' : controller);
    if (controller === '') lose('no controller is named: localhost is taken');
    if (/^(RTU|ASCII)overTCP$/i.test(mode)) settings['transport'] = 'rtu-over-tcp';
    settings['host'] = hostname;
    settings['port'] = port === '' ? 502 : Number(port);
  }
  if (unit !== undefined) settings['unit'] = unit;
  const copy = (from: Table, key: string, to: string): void => {
    const ms = durationOf(from, key);
    if (ms !== undefined && ms > 0) settings[to] = ms;
  };
  copy(section, 'timeout', 'timeoutMs');
  copy(section, 'busy_retries_wait', 'busyWaitMs');
  copy(workarounds, 'pause_after_connect', 'pauseAfterConnectMs');
  copy(workarounds, 'pause_between_requests', 'pauseMs');
  const retries = numberOf(section, 'busy_retries');
  if (retries !== undefined) settings['busyRetries'] = Math.min(5, retries);
  if (workarounds['close_connection_after_gather'] === true) settings['closeAfterPoll'] = true;
  for (const key of ['one_request_per_field', 'read_coils_starting_at_zero', 'string_register_location']) {
    if (workarounds[key] !== undefined && workarounds[key] !== false && workarounds[key] !== '') lose(`workarounds.${key}`);
  }
  for (const key of ['exclude_register_type_tag', 'debug_connection']) if (section[key] === true) lose(key);
  return settings;
}

function fieldsOf(section: Table, style: string, lose: (what: string) => void): Field[] {
  switch (style) {
    case 'register':
      return registerLists.flatMap(([key, register]) =>
        tablesOf(section, key).map((entry) => registerField(entry, register, lose)),
      );
    case 'request':
    case 'metric':
      return tablesOf(section, style).flatMap((request, i) => {
        const where = `${style} ${i + 1}`;
        if (isTable(request['tags'])) lose(`${where}: its tags ${Object.keys(request['tags']).join(', ')}`);
        if (textOf(request, 'optimization', 'none') !== 'none')
          lose(`${where}: its optimization; requests are planned anew, see scadawatch plan`);
        return tablesOf(request, 'fields').flatMap((entry) =>
          entry['omit'] === true ? [] : [requestField(request, entry, style)],
        );
      });
    default:
      lose(`configuration_type ${style} is not known`);
      return [];
  }
}

function registerField(entry: Table, register: Register, lose: (what: string) => void): Field {
  const addresses = Array.isArray(entry['address']) ? entry['address'].map(Number) : [];
  const [address = Number.NaN] = addresses;
  if (addresses.some((other, i) => other !== address + i))
    lose(`${textOf(entry, 'name')}: its registers ${addresses.join(', ')} are not in a row`);
  const data = textOf(entry, 'data_type', register === 'coil' || register === 'discrete' ? 'BIT' : '').toUpperCase();
  const fixed = fixedPoint[data];
  return {
    register,
    unit: undefined,
    measurement: textOf(entry, 'measurement', 'modbus'),
    name: textOf(entry, 'name'),
    address,
    type: fixed === undefined ? data : `${fixed === 'int' ? 'INT' : 'UINT'}${16 * addresses.length}`,
    order: textOf(entry, 'byte_order', 'ABCD'),
    scale: numberOf(entry, 'scale') ?? 1,
    bit: numberOf(entry, 'bit'),
    registers: addresses.length,
  };
}

function requestField(request: Table, entry: Table, style: string): Field {
  const register = textOf(style === 'metric' ? entry : request, 'register', 'holding') as Register;
  return {
    register,
    unit: numberOf(request, 'slave_id') ?? 0,
    measurement: textOf(entry, 'measurement', textOf(request, 'measurement', 'modbus')),
    name: textOf(entry, 'name'),
    address: numberOf(entry, 'address') ?? Number.NaN,
    type: textOf(entry, 'type').toUpperCase(),
    order: textOf(request, 'byte_order', 'ABCD'),
    scale: numberOf(entry, 'scale') ?? 1,
    bit: numberOf(entry, 'bit'),
    registers: numberOf(entry, 'length'),
  };
}

/** The address in our words; undefined for what can not be read here. */
function addressOf(
  field: Field,
  deviceUnit: number | undefined,
  lose: (what: string) => void,
): Record<string, unknown> | undefined {
  const { register, address, name, scale } = field;
  const no = (why: string): undefined => {
    lose(`${name}: ${why}`);
    return undefined;
  };
  if (!Number.isInteger(address)) return no('it has no address');
  const place = { table: register, register: address };
  const unit = field.unit === undefined || field.unit === deviceUnit ? {} : { unit: field.unit };
  if (register === 'coil' || register === 'discrete') return { ...unit, ...place };
  const type = types[field.type];
  if (type === undefined) return no(`its type ${field.type || '(none)'} can not be read here`);
  const order = orders[field.order.toUpperCase()];
  if (order === undefined) return no(`its byte order ${field.order} is not known`);
  const coded = {
    ...unit,
    ...place,
    type,
    ...(order === 'ABCD' ? {} : { order }),
    ...(scale === 1 || scale === 0 ? {} : { scale }),
  };
  if (type === 'bit') return field.bit === undefined ? no('which bit of its register?') : { ...coded, bit: field.bit };
  if (type !== 'string') return coded;
  return field.registers === undefined ? no('how long is its text?') : { ...coded, length: 2 * field.registers };
}
