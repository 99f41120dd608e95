import type { Field } from './modbus-fields.ts';

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

/** The address in scadawatch's format; undefined if it cannot be read. */
export function addressOf(
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
  const type = Object.hasOwn(types, field.type) ? types[field.type] : undefined;
  if (type === undefined) return no(`its type ${field.type || '(none)'} cannot be read here`);
  const named = field.order.toUpperCase();
  const order = Object.hasOwn(orders, named) ? orders[named] : undefined;
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
