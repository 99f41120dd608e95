import { z } from 'zod';
import { frameSilenceMs } from './transport/rtu.ts';
import { bitsPerCharacter } from './transport/serial.ts';

const serialSchema = z.strictObject({
  path: z.string().min(1).describe('serial port, e.g. `/dev/ttyUSB0` or `COM3`'),
  baudRate: z.int().min(110).max(4_000_000).default(19_200).describe('bits per second'),
  dataBits: z.literal(8).default(8).describe('data bits of a character: RTU requires 8'),
  parity: z.enum(['none', 'even', 'odd']).default('even').describe('parity bit; the specification requires even parity'),
  stopBits: z.literal([1, 2]).default(1).describe('stop bits; the specification requires 2 without parity'),
});

const tlsSchema = z.strictObject({
  ca: z.string().min(1).describe("PEM file of the certificate authority that signed the device's certificate"),
  cert: z.string().min(1).describe('PEM file of the client certificate, with the role that the device authorises'),
  key: z.string().min(1).describe('PEM file of its private key'),
  keyPassphrase: z.string().optional().describe('passphrase of the key, from the environment: `${env:NAME}`'),
  serverName: z.string().min(1).optional().describe('name in the certificate of the device; the host if omitted'),
});

const forbiddenSchema = z
  .strictObject({
    table: z.enum(['coil', 'discrete', 'holding', 'input']).describe('one of the four tables'),
    from: z.int().min(0).max(65_535).describe('first address, counted from 0'),
    to: z.int().min(0).max(65_535).describe('last address'),
    unit: z.int().min(0).max(255).optional().describe('unit id; every unit if omitted'),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'the last address is before the first' });

const settings = z.strictObject({
  transport: z
    .enum(['tcp', 'rtu-over-tcp', 'serial', 'tls'])
    .default('tcp')
    .describe(
      'Modbus TCP; RTU frames on a TCP socket (serial device servers); RTU on a serial line; Modbus/TCP Security (mutual TLS 1.3)',
    ),
  host: z.string().min(1).optional().describe('host name or address of a device on a network'),
  port: z.int().min(1).max(65_535).optional().describe('TCP port; 502 if omitted, with `tls` 802'),
  serial: serialSchema.optional().describe('serial line for transport `serial`'),
  tls: tlsSchema.optional().describe('certificates for transport `tls`; the files are read again for each connection'),
  unit: z.int().min(0).max(255).default(1).describe('unit id of the tags whose address has none'),
  acceptUnits: z
    .array(z.int().min(0).max(255))
    .max(8)
    .default([])
    .describe('unit ids that may answer for any other unit: some gateways answer as 0 or 255'),
  timeoutMs: z.int().min(50).max(60_000).default(1000).describe('deadline of a request, and of opening the connection, in ms'),
  pauseMs: z
    .number()
    .min(0)
    .max(30_000)
    .optional()
    .describe('pause between two requests, in ms; 20 if omitted, with `serial` 50, and at least the minimum of the serial line'),
  pauseAfterConnectMs: z.number().min(0).max(60_000).default(0).describe('pause after the connection is opened, in ms'),
  silenceMs: z
    .number()
    .min(2)
    .max(5_000)
    .optional()
    .describe('silence that ends an RTU reply which does not match the request, in ms; 50 if omitted, more on slow lines'),
  connections: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .describe(
      'number of parallel connections, which share the tags, the pause and the rate limit; use more than one only if the device accepts them',
    ),
  closeAfterPoll: z
    .boolean()
    .default(false)
    .describe('close the connection until the next poll if that is more than 1 s away, for devices that accept few connections'),
  maxRegisters: z.int().min(1).max(125).default(125).describe('maximum number of registers in one reply of the device'),
  maxBits: z.int().min(1).max(2000).default(2000).describe('maximum number of bits in one reply of the device'),
  fillRegisters: z
    .int()
    .min(0)
    .max(124)
    .optional()
    .describe(
      'cost of a request, in registers: up to this number of unneeded registers are read to save one request; 64 if omitted, with `serial` 16',
    ),
  fillBits: z.int().min(0).max(1999).default(256).describe('cost of a request for coils and discrete inputs, in bits'),
  forbidden: z
    .array(forbiddenSchema)
    .max(1000)
    .default([])
    .describe('addresses that are never read, not even between others: some devices act on a read, or stop'),
  maxRequestsPerSecond: z
    .number()
    .min(0.05)
    .max(100_000)
    .default(50)
    .describe('maximum number of requests in any second, of every kind and across reconnections'),
  mostStretch: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe('maximum factor by which the poll periods of a slow or busy device are extended; 1 disables it'),
  busyRetries: z.int().min(0).max(5).default(2).describe('number of retries if the device reports that it is busy'),
  busyWaitMs: z
    .number()
    .min(1)
    .max(10_000)
    .default(100)
    .describe('wait before the first such retry, doubled for each further one, in ms'),
  identity: z
    .boolean()
    .default(true)
    .describe('read the device identification (function 43/14) after each connect; off for devices that do not tolerate it'),
  serverId: z
    .boolean()
    .default(true)
    .describe('read the server id (function 17) if the device refuses function 43/14 with an exception'),
  identityEveryMs: z
    .int()
    .min(1_000)
    .max(31 * 86_400_000)
    .default(3_600_000)
    .describe('interval at which the identity is read again while the connection is open, in ms'),
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
