import { join } from 'node:path';
import type { Alert, AlertChangeKind } from '../core/alert.ts';
import type { Metric } from '../core/metrics.ts';
import { Rounds } from '../core/rounds.ts';
import { packetsFolder } from '../data-directory/folders.ts';
import { actSpanOf } from '../siem/index.ts';
import { PacketRing } from '../storage/packets/index.ts';
import type { Alerting } from './alerting.ts';
import type { MonitorRuntime } from './runtime.ts';

/** Changes after which an alert may state an act on the network. */
const kinds: ReadonlySet<AlertChangeKind> = new Set(['raised', 'recurred', 'updated']);
const lostPackets: Metric = {
  type: 'counter',
  name: 'scadawatch_raw_packets_lost_total',
  help: 'Packets of taps that are not kept as evidence because the disk failed or was too slow.',
};
const packetBytes: Metric = {
  type: 'gauge',
  name: 'scadawatch_raw_packets_bytes',
  help: 'Raw packets on disk: the latest ones, and those that are held around acts on the network.',
  labels: ['part'],
};
/** Interval of writes, ms of wall time. */
const flushMs = 1_000;

/**
 * Starts the ring of raw packets, and holds the packets around each act on the network for which an alert is raised.
 * @returns undefined if no packets are kept
 */
export async function startPackets(
  { options, context, wall, supervisor, collecting, use }: MonitorRuntime,
  { manager }: Pick<Alerting, 'manager'>,
): Promise<PacketRing | undefined> {
  const { config, dataDir, clock, logger, replay } = options;
  const { packets: bounds } = config;
  if (bounds === undefined || bounds.ringBytes === 0 || replay !== undefined) return undefined;
  const ring = use('packets', await PacketRing.open({ ...bounds, dir: join(dataDir, packetsFolder), logger }));
  const hold = (alert: Alert): void => {
    const span = actSpanOf(alert);
    if (span !== undefined) ring.hold(span);
  };
  // a monitor that was killed has not held the packets of its last minutes
  for (const alert of manager.open()) hold(alert);
  manager.subscribe(({ kind, alert }) => {
    if (kinds.has(kind)) hold(alert);
  });
  const measure = (): void => {
    const { ringBytes, heldBytes, lost } = ring.usage();
    context.metrics.set(lostPackets, lost);
    context.metrics.set(packetBytes, ringBytes, { part: 'ring' });
    context.metrics.set(packetBytes, heldBytes, { part: 'held' });
  };
  const run = async (signal: AbortSignal): Promise<void> => {
    const rounds = new Rounds(wall);
    for (;;) {
      await rounds.next(signal);
      measure();
      await wall.sleep(flushMs, signal);
      await ring.flush(clock.now());
    }
  };
  collecting.start((stop) => supervisor.run('packets', run, stop));
  return ring;
}
