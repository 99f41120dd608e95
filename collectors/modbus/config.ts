import { z } from 'zod';

/** Settings of one Modbus TCP device. Times are of the machine's clock: they protect a real device on a real network. */
export const modbusSchema = z.strictObject({
  host: z.string().min(1).describe('name or address of the device'),
  port: z.int().min(1).max(65_535).default(502).describe('TCP port'),
  unit: z.int().min(0).max(255).default(1).describe('unit id'),
  timeoutMs: z.int().min(50).max(60_000).default(1000).describe('deadline of a request, and of the connection, in ms'),
  pauseMs: z.number().min(0).max(60_000).default(20).describe('pause between two requests, in ms'),
  pauseAfterConnectMs: z.number().min(0).max(60_000).default(0).describe('pause after the connection is made, in ms'),
  maxRegisters: z.int().min(1).max(125).default(125).describe('most registers that the device gives in one reply'),
  maxBits: z.int().min(1).max(2000).default(2000).describe('most bits that the device gives in one reply'),
  fillRegisters: z.int().min(0).max(124).default(64).describe('registers that nobody asked for, read where that saves a request'),
  fillBits: z.int().min(0).max(1999).default(256).describe('bits that nobody asked for, read where that saves a request'),
  maxRequestsPerSecond: z.number().positive().max(100_000).default(50).describe('requests per second that are never passed'),
  busyRetries: z.int().min(0).max(5).default(2).describe('retries when the device says that it is busy'),
  busyWaitMs: z
    .number()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('wait before the first such retry, doubled for each further one, in ms'),
  identity: z
    .boolean()
    .default(true)
    .describe('ask for the device identification (function 43/14) once after each connect; off for devices that do not bear it'),
});
export type ModbusConfig = z.infer<typeof modbusSchema>;

/** Registers of each type; a string takes what its length needs. */
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

/** Where in a device a tag lives. */
export const addressSchema = z
  .strictObject({
    table: z.enum(['coil', 'discrete', 'holding', 'input']).describe('which of the four tables (functions 1, 2, 3, 4)'),
    register: z.int().min(0).max(65_535).describe('address of the first register or bit, counted from 0'),
    type: z
      .enum(['bit', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float32', 'float64', 'string'])
      .optional()
      .describe('how the value is coded; `bit` in coil and discrete, `uint16` in the others if not given'),
    order: z
      .enum(orders)
      .default('ABCD')
      .describe('order of the bytes on the wire, A being the most significant; the long names for 64-bit types alone'),
    bit: z.int().min(0).max(15).optional().describe('for a `bit` in a register: which one, 0 being the least significant'),
    length: z.int().min(1).max(250).optional().describe('for a `string`: characters, two to a register'),
    scale: z.number().default(1).describe('value = scale × what is coded + offset'),
    offset: z.number().default(0).describe('value = scale × what is coded + offset'),
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

/** The type of an address that names none. */
export const defaultType = (table: ModbusTable): ModbusType => (table === 'coil' || table === 'discrete' ? 'bit' : 'uint16');

/** Registers that a value takes. */
export const registersIn = (type: ModbusType, length = 1): number =>
  type === 'string' ? Math.ceil(length / 2) : registersOf[type];

const article = (type: ModbusType): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
