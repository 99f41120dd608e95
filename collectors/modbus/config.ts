import { z } from 'zod';
import { frameSilenceMs } from './transport/rtu.ts';
import { bitsPerCharacter } from './transport/serial.ts';

const serialSchema = z.strictObject({
  path: z.string().min(1).describe('the port, e.g. `/dev/ttyUSB0` or `COM3`'),
  baudRate: z.int().min(110).max(4_000_000).default(19_200).describe('bits per second'),
  dataBits: z.literal(8).default(8).describe('bits of a character: RTU needs 8'),
  parity: z.enum(['none', 'even', 'odd']).default('even').describe('parity bit; the specification asks for even'),
  stopBits: z.literal([1, 2]).default(1).describe('stop bits; the specification asks for 2 where there is no parity'),
});

const tlsSchema = z.strictObject({
  ca: z.string().min(1).describe('PEM file of the authority that signed the certificate of the device'),
  cert: z.string().min(1).describe('PEM file of our certificate, with the role that the device is to know us by'),
  key: z.string().min(1).describe('PEM file of its key'),
  keyPassphrase: z.string().optional().describe('passphrase of the key, from the environment: `${env:NAME}`'),
  serverName: z.string().min(1).optional().describe('name in the certificate of the device; the host if not given'),
});

const forbiddenSchema = z
  .strictObject({
    table: z.enum(['coil', 'discrete', 'holding', 'input']).describe('which of the four tables'),
    from: z.int().min(0).max(65_535).describe('first address, counted from 0'),
    to: z.int().min(0).max(65_535).describe('last address'),
    unit: z.int().min(0).max(255).optional().describe('unit id; every unit if not given'),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'the last address is before the first' });

const settings = z.strictObject({
  transport: z
    .enum(['tcp', 'rtu-over-tcp', 'serial', 'tls'])
    .default('tcp')
    .describe(
      'Modbus TCP; RTU frames on a TCP socket (serial device servers); RTU on a serial line; Modbus/TCP Security (mutual TLS 1.3)',
    ),
  host: z.string().min(1).optional().describe('name or address of the device, where it is on a network'),
  port: z.int().min(1).max(65_535).optional().describe('TCP port; 502 if not given, with `tls` 802'),
  serial: serialSchema.optional().describe('the serial line, with transport `serial`'),
  tls: tlsSchema.optional().describe('certificates, with transport `tls`; the files are read anew for each connection'),
  unit: z.int().min(0).max(255).default(1).describe('unit id of the tags whose address names none'),
  acceptUnits: z
    .array(z.int().min(0).max(255))
    .max(8)
    .default([])
    .describe('unit ids that may answer for any other: some gateways answer as 0 or 255'),
  timeoutMs: z.int().min(50).max(60_000).default(1000).describe('deadline of a request, and of the connection, in ms'),
  pauseMs: z
    .number()
    .min(0)
    .max(30_000)
    .optional()
    .describe('pause between two requests, in ms; 20 if not given, with `serial` 50, and never less than the line needs'),
  pauseAfterConnectMs: z.number().min(0).max(60_000).default(0).describe('pause after the connection is made, in ms'),
  silenceMs: z
    .number()
    .min(2)
    .max(5_000)
    .optional()
    .describe('silence after which an RTU reply that does not fit is over, in ms; 50 if not given, on slow lines more'),
  connections: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe(
      'connections at once, which share the tags, the pause and the budget; more than one only where the device can spare them',
    ),
  closeAfterPoll: z
    .boolean()
    .default(false)
    .describe('close the connection until the next poll if that is more than 1 s away, for devices that have few'),
  maxRegisters: z.int().min(1).max(125).default(125).describe('most registers that the device gives in one reply'),
  maxBits: z.int().min(1).max(2000).default(2000).describe('most bits that the device gives in one reply'),
  fillRegisters: z
    .int()
    .min(0)
    .max(124)
    .optional()
    .describe(
      'what a request costs, in registers: so many that nobody asked for are read to save one; 64 if not given, with `serial` 16',
    ),
  fillBits: z.int().min(0).max(1999).default(256).describe('the same for coils and discrete inputs, in bits'),
  forbidden: z
    .array(forbiddenSchema)
    .max(1000)
    .default([])
    .describe('addresses that are never read, not even on the way: some devices act on a read, or stop at it'),
  maxRequestsPerSecond: z
    .number()
    .min(0.05)
    .max(100_000)
    .default(50)
    .describe('requests that no second sees more of, whatever they are for and however often the connection is made anew'),
  mostStretch: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe('a device that is slow or busy is read less often, each tag at up to so many times its period; 1 never'),
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
    .describe('ask for the device identification (function 43/14) after each connect; off for devices that do not bear it'),
  serverId: z
    .boolean()
    .default(true)
    .describe('where the device refuses function 43/14 in order, ask for its server id (function 17) instead'),
  identityEveryMs: z
    .int()
    .min(1_000)
    .max(31 * 86_400_000)
    .default(3_600_000)
    .describe('how often the identity is read again while the connection lives, in ms'),
});

const isRtu = (transport: string): boolean => transport === 'serial' || transport === 'rtu-over-tcp';

/** Settings of one Modbus device. Times are of the machine's clock: they protect a real device on a real network. */
export const modbusSchema = settings
  .superRefine(({ transport, host, port, serial, tls, unit, connections }, context) => {
    const refuse = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    if (transport === 'serial') {
      if (serial === undefined) refuse('serial', 'transport serial needs the line: serial: { path: … }');
      if (host !== undefined) refuse('host', 'a serial line has no host: did you mean transport: rtu-over-tcp?');
      if (port !== undefined) refuse('port', 'a serial line has no TCP port');
      if (connections > 1) refuse('connections', 'a serial line is one connection');
    } else {
      if (host === undefined) refuse('host', `transport ${transport} needs a host`);
      if (serial !== undefined) refuse('serial', `not used by transport ${transport}: did you mean transport: serial?`);
    }
    if (transport === 'tls' && tls === undefined) refuse('tls', 'transport tls needs certificates: tls: { ca, cert, key }');
    if (transport !== 'tls' && tls !== undefined)
      refuse('tls', `not used by transport ${transport}: did you mean transport: tls?`);
    if (isRtu(transport) && (unit === 0 || unit > 247)) {
      refuse('unit', `RTU units are 1 to 247, not ${unit}: 0 is a call to all, which nobody answers`);
    }
  })
  .transform(({ port, pauseMs, silenceMs, ...rest }) => {
    const { transport, serial } = rest;
    const lineSilenceMs = serial === undefined ? 0 : frameSilenceMs(serial.baudRate, bitsPerCharacter(serial));
    return {
      ...rest,
      port: transport === 'serial' ? undefined : (port ?? (transport === 'tls' ? 802 : 502)),
      pauseMs: Math.max(pauseMs ?? (transport === 'serial' ? 50 : 20), lineSilenceMs),
      silenceMs: Math.max(silenceMs ?? 50, lineSilenceMs),
    };
  });
export type ModbusConfig = z.output<typeof modbusSchema>;
