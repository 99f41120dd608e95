import { z } from 'zod';
import { alarmsOf } from '../../src/detector-kit/alarms.ts';
import { kinds } from './suspicion.ts';

const limit = (value: number, text: string) => z.number().positive().default(value).describe(text);

export const schema = z.strictObject({
  clients: z
    .array(
      z.strictObject({
        address: z.string().min(1).describe('Address of the client in packets, e.g. 10.0.0.5: the monitor, an HMI'),
        devices: z.array(z.string()).optional().describe('Devices with which it may communicate; all if absent'),
        may: z.enum(['read', 'write']).default('read').describe('Permission of the client'),
      }),
    )
    .default([])
    .describe(
      'Permitted clients of the devices, including the monitor. If the list is not empty, a client outside of it is a finding at once',
    ),
  scans: z
    .strictObject({
      addresses: limit(10, 'Different addresses that one client walks over'),
      units: limit(5, 'Different unit ids that one client tries'),
      functions: limit(5, 'Different functions that one client tries'),
      nodes: limit(10, 'Different nodes that one client walks over'),
      ports: limit(10, 'Different ports that one client tries'),
      hosts: limit(10, 'Different hosts that one client tries'),
      identities: limit(3, 'Devices whose identity one client reads'),
    })
    .prefault({})
    .describe(
      'Number of different targets of a scan from which there is a finding; scans of normal traffic may be exceeded by half',
    ),
  faults: z
    .strictObject({
      malformed: limit(2, 'Malformed messages'),
      unmatched: limit(5, 'Responses without a request'),
      exception: limit(20, 'Requests that were refused'),
      refused: limit(10, 'Connections that were refused'),
    })
    .prefault({})
    .describe(
      'Number of faults of one client within about ten minutes from which there is a finding; twice the number if normal traffic has such faults',
    ),
  connections: limit(60, 'Connections that one client opens to one device within about a minute'),
  dropped: limit(100, 'Packets that a tap loses within about a minute until it counts as blind'),
  blindMs: limit(300_000, 'Time without packets after which a tap is blind, ms'),
  writesEveryMs: limit(
    900_000,
    'Duration of normal traffic that must be observed before the first write of a known client is a finding, ms; people write rarely',
  ),
  // without a default, because a new one would refuse the baselines of earlier versions: the settings are part of their fingerprint
  paceMinutes: z
    .number()
    .positive()
    .optional()
    .describe(
      'Complete minutes of normal traffic from which the pace of a conversation is judged: pauses, packets and bytes; 60 if absent',
    ),
  holdMs: limit(60_000, 'A finding ends after this time without a further event, ms'),
  habits: z
    .number()
    .int()
    .min(100)
    .default(50_000)
    .describe('Maximum number of learned habits of a kind; beyond it nothing new is found'),
  alarms: alarmsOf(kinds),
});

/** Complete minutes of normal traffic from which the pace of a conversation is judged. */
export const paceMinutesOf = ({ paceMinutes = 60 }: TrafficConfig): number => paceMinutes;

export type TrafficConfig = z.infer<typeof schema>;
