/** Effect of an operation on a device, which determines the weight of a new one. */
export type Effect = 'transport' | 'read' | 'write' | 'identity' | 'program' | 'control' | 'other';

/** Modbus functions by number (Modbus Application Protocol 1.1b3, section 6). */
const functions: Readonly<Record<string, readonly [words: string, effect: Effect]>> = {
  FC1: ['read coils', 'read'],
  FC2: ['read discrete inputs', 'read'],
  FC3: ['read holding registers', 'read'],
  FC4: ['read input registers', 'read'],
  FC5: ['write one coil', 'write'],
  FC6: ['write one register', 'write'],
  FC7: ['read exception status', 'read'],
  FC8: ['diagnostics', 'control'],
  FC11: ['read event counter', 'read'],
  FC12: ['read event log', 'read'],
  FC15: ['write coils', 'write'],
  FC16: ['write registers', 'write'],
  FC17: ['report server id', 'identity'],
  FC20: ['read file record', 'program'],
  FC21: ['write file record', 'program'],
  FC22: ['mask write register', 'write'],
  FC23: ['read and write registers', 'write'],
  FC24: ['read FIFO queue', 'read'],
  FC43: ['read device identification', 'identity'],
  FC90: ['vendor function 90', 'program'],
};

/** OPC UA services that do more than read. */
const services: Readonly<Record<string, Effect>> = {
  Write: 'write',
  Call: 'write',
  HistoryUpdate: 'write',
  AddNodes: 'program',
  AddReferences: 'program',
  DeleteNodes: 'program',
  DeleteReferences: 'program',
  FindServers: 'identity',
  FindServersOnNetwork: 'identity',
};

/** Operations that open, maintain and close a connection: every client uses them. */
const transport: ReadonlySet<string> = new Set([
  '',
  'Hello',
  'Acknowledge',
  'ReverseHello',
  'Error',
  // a client reads the security settings of the server before it opens a session
  'GetEndpoints',
  'OpenSecureChannel',
  'CloseSecureChannel',
  'CreateSession',
  'ActivateSession',
  'CloseSession',
  'Cancel',
  'ServiceFault',
]);

const modbus = /^(FC\d+)(?:\/(\d+))?$/;

export function effectOf(operation: string): Effect {
  if (transport.has(operation)) return 'transport';
  const match = modbus.exec(operation);
  if (match !== null) return functions[match[1] ?? '']?.[1] ?? 'other';
  return services[operation] ?? 'read';
}

/** Sub-functions of FC8 that change a device: restart, delimiter, listen only. The others return data or clear counters. */
const diagnosticCommands: ReadonlySet<string> = new Set(['FC8/1', 'FC8/3', 'FC8/4']);

/** True for an operation that changes a device or its program without writing a value. */
export const isCommand = (operation: string): boolean =>
  diagnosticCommands.has(operation) || (effectOf(operation) === 'program' && !operation.startsWith('FC20'));

/** True for the Modbus function that restarts the communication of a device, and the device in many implementations. */
export const isRestart = (operation: string): boolean => operation === 'FC8/1';

/** `FC5 (write one coil)`, or the service's own name. */
export function named(operation: string): string {
  const match = modbus.exec(operation);
  const words = match === null ? undefined : (functions[match[1] ?? '']?.[0] ?? 'a function of no standard');
  return words === undefined ? operation : `${operation} (${words})`;
}

/** Weight of a first use, as a multiple of a read. */
export const weightOf: Readonly<Record<Effect, number>> = {
  transport: 0,
  read: 1,
  identity: 1.2,
  other: 1.5,
  control: 1.5,
  program: 2,
  write: 2,
};

/** ATT&CK techniques (v19) of an unexpected operation. Those that its observation proves come first. */
export const techniquesOfEffect: Readonly<Record<Effect, readonly string[]>> = {
  transport: [],
  read: ['T0861', 'T0801'],
  identity: ['T0888'],
  other: ['T1692.001', 'T0866'],
  control: ['T0816', 'T0858'],
  program: ['T0843', 'T0845', 'T0889'],
  write: ['T1692.001', 'T0836'],
};
