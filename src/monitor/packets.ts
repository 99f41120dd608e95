import { join } from 'node:path';
import type { Alert, AlertChangeKind } from '../core/alert.ts';
import { packetsFolder } from '../data-directory/folders.ts';
import { actSpanOf } from '../siem/index.ts';
import { PacketRing } from '../storage/packets/index.ts';
import type { Alerting } from './alerting.ts';
import type { MonitorRuntime } from './runtime.ts';

/** Changes after which an alert may state an act on the network. */
const kinds: ReadonlySet<AlertChangeKind> = new Set(['raised', 'recurred', 'updated']);
/** Interval of writes, ms of wall time. */
const flushMs = 1_000;

/**
 * Starts the ring of raw packets, and holds the packets around each act on the network for which an alert is raised.
 * @returns undefined if no packets are kept
 */
export async function startPackets(
  { options, wall, supervisor, collecting, use }: MonitorRuntime,
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
  const run = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      await wall.sleep(flushMs, signal);
      await ring.flush(clock.now());
    }
  };
  collecting.start((stop) => supervisor.run('packets', run, stop));
  return ring;
}
