import { z } from 'zod';

const file = z.strictObject({
  type: z.literal('file').describe('a stored capture'),
  path: z
    .string()
    .min(1)
    .describe('pcap or pcapng file, also compressed by gzip; it is read once, with the times of its packets'),
});

const networkInterface = z.strictObject({
  type: z.literal('interface').describe('an interface of this machine, e.g. on a SPAN port'),
  name: z
    .string()
    .regex(/^[^\s-]\S*$/, 'the name of an interface such as eth1')
    .describe('name of the interface, e.g. `eth1`'),
  filter: z
    .string()
    .default('')
    .describe('packets to capture, as a BPF expression such as `tcp port 502 or tcp port 4840`; all if empty'),
  program: z
    .enum(['auto', 'dumpcap', 'tcpdump'])
    .default('auto')
    .describe(
      'capture program: `auto` uses `dumpcap` if it is installed, else `tcpdump`, which also reports losses while it runs',
    ),
  snapLength: z.int().min(68).max(262_144).default(262_144).describe('bytes kept of each packet; the rest cannot be decoded'),
});

const pcapOverIp = z.strictObject({
  type: z.literal('pcap-over-ip').describe('a program that sends a capture over TCP to each client that connects'),
  host: z.string().min(1).describe('name or address where it listens'),
  port: z.int().min(1).max(65_535).default(57_012).describe('TCP port'),
});

/** Settings of one tap. */
export const captureSchema = z.strictObject({
  source: z.discriminatedUnion('type', [file, networkInterface, pcapOverIp]).describe('source of the packets'),
  reportMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(1_000)
    .describe('period of reports on continuing traffic, in ms of stream time; new traffic is reported at once'),
  addresses: z
    .record(z.string(), z.union([z.ipv4(), z.ipv6()]))
    .default({})
    .describe(
      'literal addresses of devices that are configured by name; a tap sends nothing, so that it cannot query a name server',
    ),
  maxConnections: z
    .int()
    .min(16)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'maximum number of connections followed at the same time; further ones evict the least recently used, which are counted',
    ),
  maxHeldBytes: z
    .int()
    .min(65_536)
    .default(33_554_432)
    .describe('maximum bytes held in all connections together while earlier bytes are missing'),
  queue: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(20_000)
    .describe('maximum number of events in the queue; a live tap drops and counts further ones'),
});
export type CaptureConfig = z.infer<typeof captureSchema>;
export type SourceConfig = CaptureConfig['source'];
export type InterfaceConfig = Extract<SourceConfig, { type: 'interface' }>;

/** A tap has no tags: it reports events, which may concern the tags of other devices. */
export const addressSchema = z.never({
  error: 'a tap has no tags of its own: configure them on the device that the others talk to',
});
