import type { DeviceStatus } from '../core/monitor.ts';
import type { DeviceHealthEvent, DeviceState, Observation } from '../core/observation.ts';
import type { DeviceConfig } from '../config/configured.ts';
import type { TagTable } from '../core/tag.ts';

interface Known {
  readonly config: DeviceConfig;
  readonly tags: number;
  state: DeviceState;
  since: number;
  reason: string;
  identity: Readonly<Record<string, string>>;
  health: DeviceHealthEvent | undefined;
}

/** State of each device from the stream, for the system page. */
export class DeviceBoard {
  readonly #devices: Map<string, Known>;

  constructor(devices: readonly DeviceConfig[], tags: TagTable, now: number) {
    this.#devices = new Map(
      devices.map((config) => [
        config.name,
        {
          config,
          tags: tags.ofDevice(config.name).length,
          state: 'connecting',
          since: now,
          reason: 'first connection',
          identity: {},
          health: undefined,
        },
      ]),
    );
  }

  take(observation: Observation): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    const known = 'device' in event && event.device !== undefined ? this.#devices.get(event.device) : undefined;
    if (known === undefined) return;
    if (event.type === 'device') {
      if (event.state !== known.state) known.since = event.time;
      known.state = event.state;
      known.reason = event.reason;
    } else if (event.type === 'device-health')
      known.health = event.intervalMs > 0 ? event : { ...(known.health ?? event), stretch: event.stretch };
    else if (event.type === 'identity') known.identity = event.identity;
  }

  list(): DeviceStatus[] {
    return [...this.#devices.values()].map(({ config, tags, state, since, reason, identity, health }) => ({
      name: config.name,
      type: config.plugin.type,
      address: addressOf(config.config),
      state,
      since,
      reason,
      tags,
      identity,
      health,
    }));
  }
}

/** Address of a device from the settings that all types name equally; for a tap, the source of its packets. */
function addressOf(config: unknown): string {
  const { source, ...own } = config as Place & { source?: Place };
  const { endpoint, path, name, host, port, serial } = source ?? own;
  return endpoint ?? path ?? name ?? serial?.path ?? `${host ?? ''}${port === undefined ? '' : `:${port}`}`;
}

interface Place {
  readonly endpoint?: string;
  readonly path?: string;
  readonly name?: string;
  readonly host?: string;
  readonly port?: number;
  readonly serial?: { readonly path: string };
}
