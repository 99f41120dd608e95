import type { Entry } from './entry.ts';

export type Register = 'coil' | 'discrete' | 'holding' | 'input';

/** One value, as any of the three styles of a section defines it. */
export interface Field {
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

/** Types that are whole numbers on the wire, as wide as their listed registers. */
const fixedPoint: Readonly<Record<string, 'int' | 'uint'>> = { FIXED: 'int', UFIXED: 'uint', FLOAT32: 'uint' };

/** Values of a section. Only those of its style count: Telegraf ignores the others too. */
export function fieldsOf(section: Entry, lose: (what: string) => void): Field[] {
  const style = section.text('configuration_type', 'register');
  switch (style) {
    case 'register':
      return registerLists.flatMap(([key, register]) => section.tables(key).map((entry) => registerField(entry, register, lose)));
    case 'request':
    case 'metric':
      return section.tables(style).flatMap((request, i) => {
        if (request.text('optimization', 'none') !== 'none')
          lose(`${style} ${i + 1}: its optimization; scadawatch plans requests itself, see scadawatch plan`);
        return request.tables('fields').flatMap((entry) => {
          if (entry.flag('omit') !== true) return [requestField(request, entry, style)];
          // It only fills a gap between two fields.
          entry.ignore();
          return [];
        });
      });
    default:
      lose(`configuration_type ${style} is not known`);
      return [];
  }
}

function registerField(entry: Entry, register: Register, lose: (what: string) => void): Field {
  const addresses = entry.list('address').map(Number);
  const [address = Number.NaN] = addresses;
  const name = entry.text('name');
  if (addresses.some((other, i) => other !== address + i))
    lose(`${name}: its registers ${addresses.join(', ')} are not in a row`);
  const data = entry.text('data_type', register === 'coil' || register === 'discrete' ? 'BIT' : '').toUpperCase();
  const fixed = fixedPoint[data];
  return {
    register,
    unit: undefined,
    measurement: entry.text('measurement', 'modbus'),
    name,
    address,
    type: fixed === undefined ? data : `${fixed === 'int' ? 'INT' : 'UINT'}${16 * addresses.length}`,
    order: entry.text('byte_order', 'ABCD'),
    scale: entry.number('scale') ?? 1,
    bit: entry.number('bit'),
    registers: addresses.length,
  };
}

function requestField(request: Entry, entry: Entry, style: string): Field {
  return {
    register: (style === 'metric' ? entry : request).text('register', 'holding') as Register,
    unit: request.number('slave_id') ?? 0,
    measurement: entry.text('measurement', request.text('measurement', 'modbus')),
    name: entry.text('name'),
    address: entry.number('address') ?? Number.NaN,
    type: entry.text('type').toUpperCase(),
    order: request.text('byte_order', 'ABCD'),
    scale: entry.number('scale') ?? 1,
    bit: entry.number('bit'),
    registers: entry.number('length'),
  };
}
