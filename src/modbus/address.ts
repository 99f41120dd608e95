import { z } from 'zod';

/** Registers of each type; those of a string depend on its length. */
export const registersOf = {
  bit: 1,
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  float32: 2,
  int64: 4,
  uint64: 4,
  float64: 4,
} as const;

const orders = ['ABCD', 'DCBA', 'BADC', 'CDAB', 'ABCDEFGH', 'HGFEDCBA', 'BADCFEHG', 'GHEFCDAB'] as const;

/** Address of a tag in a Modbus device, used by collectors for polling and by taps to recognise the tag. */
export const addressSchema = z
  .strictObject({
    unit: z.int().min(0).max(255).optional().describe('unit id behind a gateway; that of the device if not given'),
    table: z.enum(['coil', 'discrete', 'holding', 'input']).describe('one of the four tables, read by function 1, 2, 3 or 4'),
    register: z.int().min(0).max(65_535).describe('address of the first register or bit, counted from 0'),
    type: z
      .enum(['bit', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64', 'string'])
      .optional()
      .describe('coding of the value; if omitted `bit` in the tables coil and discrete, `uint16` in the others'),
    order: z
      .enum(orders)
      .default('ABCD')
      .describe('order of the bytes on the wire, A being the most significant; the names of eight letters are for 64-bit types'),
    bit: z.int().min(0).max(15).optional().describe('position of a `bit` in a register, 0 being the least significant'),
    length: z.int().min(1).max(250).optional().describe('length of a `string` in characters; a register holds two'),
    scale: z.number().default(1).describe('value = scale × coded value + offset'),
    offset: z.number().default(0).describe('value = scale × coded value + offset'),
  })
  .superRefine((address, context) => {
    const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    const { table, type = defaultType(table), register, order, bit, length, scale, offset } = address;
    const inBits = table === 'coil' || table === 'discrete';
    if (inBits && type !== 'bit') refuse('type', `a ${table} holds one bit, not ${article(type)}`);
    if (inBits && bit !== undefined) refuse('bit', `a ${table} is one bit: there is nothing to choose from`);
    if (!inBits && type === 'bit' && bit === undefined) refuse('bit', 'which bit of the register, 0 to 15?');
    if (type !== 'bit' && bit !== undefined) refuse('bit', `only a bit has a place in its register, not ${article(type)}`);
    if (type === 'string' && length === undefined) refuse('length', 'how many characters?');
    if (type !== 'string' && length !== undefined) refuse('length', `only a string has a length, not ${article(type)}`);
    if ((type === 'bit' || type === 'string') && (scale !== 1 || offset !== 0)) refuse('scale', `${article(type)} is not scaled`);
    if (scale === 0) refuse('scale', 'a scale of 0 would make every value the same');
    if (inBits && order !== 'ABCD') refuse('order', `a ${table} has no byte order`);
    if (type === 'string' && order !== 'ABCD' && order !== 'BADC')
      refuse('order', 'a string is ABCD, or BADC with swapped bytes');
    if (order.length === 8 && registersIn(type, length) !== 4) refuse('order', `${order} is for 64-bit types`);
    if (register + (inBits ? 1 : registersIn(type, length)) > 65_536) {
      refuse('register', `${article(type)} at ${register} reaches beyond the last register, 65535`);
    }
  });
export type ModbusAddress = z.infer<typeof addressSchema>;
export type ModbusTable = ModbusAddress['table'];
export type ModbusType = NonNullable<ModbusAddress['type']>;

/** Default type of an address. */
export const defaultType = (table: ModbusTable): ModbusType => (table === 'coil' || table === 'discrete' ? 'bit' : 'uint16');

/** Number of registers of a value. */
export const registersIn = (type: ModbusType, length = 1): number =>
  type === 'string' ? Math.ceil(length / 2) : registersOf[type];

const article = (type: ModbusType): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
