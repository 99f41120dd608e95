/** Meaning of a Modbus function code. */
export interface ModbusFunction {
  readonly code: number;
  readonly name: string;
  /** True if its request changes coils, registers or files. */
  readonly writes: boolean;
  /**
   * `public`: defined in the specification. `user`: 65–72 and 100–110, free for vendors. `reserved`: used by vendors for old
   * products. `unassigned`: in the public range, but not defined. `invalid`: 0, and above 127.
   */
  readonly range: 'public' | 'user' | 'reserved' | 'unassigned' | 'invalid';
}

const named: Readonly<Record<number, string>> = {
  1: 'Read Coils',
  2: 'Read Discrete Inputs',
  3: 'Read Holding Registers',
  4: 'Read Input Registers',
  5: 'Write Single Coil',
  6: 'Write Single Register',
  7: 'Read Exception Status',
  8: 'Diagnostics',
  11: 'Get Comm Event Counter',
  12: 'Get Comm Event Log',
  15: 'Write Multiple Coils',
  16: 'Write Multiple Registers',
  17: 'Report Server ID',
  20: 'Read File Record',
  21: 'Write File Record',
  22: 'Mask Write Register',
  23: 'Read/Write Multiple Registers',
  24: 'Read FIFO Queue',
  43: 'Encapsulated Interface Transport',
};

const writing: ReadonlySet<number> = new Set([5, 6, 15, 16, 21, 22, 23]);
const reserved: ReadonlySet<number> = new Set([9, 10, 13, 14, 41, 42, 90, 91, 125, 126, 127]);

function functionOf(code: number): ModbusFunction {
  const name = named[code];
  if (name !== undefined) return { code, name, writes: writing.has(code), range: 'public' };
  const isUser = (code >= 65 && code <= 72) || (code >= 100 && code <= 110);
  const range = code < 1 || code > 127 ? 'invalid' : isUser ? 'user' : reserved.has(code) ? 'reserved' : 'unassigned';
  return { code, name: `${range === 'user' ? 'user-defined' : range} function ${code}`, writes: false, range };
}

const functions = Array.from({ length: 256 }, (_, code) => functionOf(code));
const beyond = functionOf(256);

/**
 * The function of a code.
 * @see MODBUS Application Protocol Specification V1.1b3, sections 5 and 6 and annex A
 */
export const modbusFunction = (code: number): ModbusFunction => functions[code] ?? beyond;

const diagnostics: Readonly<Record<number, string>> = {
  0: 'Return Query Data',
  1: 'Restart Communications Option',
  2: 'Return Diagnostic Register',
  3: 'Change ASCII Input Delimiter',
  4: 'Force Listen Only Mode',
  10: 'Clear Counters and Diagnostic Register',
  11: 'Return Bus Message Count',
  12: 'Return Bus Communication Error Count',
  13: 'Return Bus Exception Error Count',
  14: 'Return Server Message Count',
  15: 'Return Server No Response Count',
  16: 'Return Server NAK Count',
  17: 'Return Server Busy Count',
  18: 'Return Bus Character Overrun Count',
  20: 'Clear Overrun Counter and Flag',
};

const interfaces: Readonly<Record<number, string>> = { 13: 'CANopen General Reference', 14: 'Read Device Identification' };

/** Name of a function and, for 8 and 43, of its sub-code. */
export function functionName(code: number, sub?: number): string {
  const { name } = modbusFunction(code);
  if (sub === undefined || (code !== 8 && code !== 43)) return name;
  return `${name}: ${(code === 8 ? diagnostics : interfaces)[sub] ?? `reserved ${sub}`}`;
}

const exceptions: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
};

/** Name of an exception code (V1.1b3, section 7). */
export const exceptionName = (code: number): string => exceptions[code] ?? 'not in the specification';
