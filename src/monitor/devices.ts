import type { Asset, AssetChange } from '../core/asset.ts';
import type { DeviceStatus } from '../core/monitor.ts';
import type { DeviceHealthEvent, DeviceState, Observation } from '../core/observation.ts';
import type { DeviceConfig } from '../config/configured.ts';
import { addressOf } from '../config/device-address.ts';
import type { TagTable } from '../core/tag.ts';

interface Known {
  readonly config: DeviceConfig;
  readonly tags: number;
  state: DeviceState;
  since: number;
  reason: string;
  identity: Readonly<Record<string, string>>;
  health: DeviceHealthEvent | undefined;
  /** Newest first. */
  changes: readonly AssetChange[];
  readonly connection: Readonly<Record<string, string>>;
}

/** Most changes of one device that are kept. */
const mostChanges = 20;

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
          changes: [],
          connection: connectionOf(config.config, tags, config.name),
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
    else if (event.type === 'identity') {
      known.identity = event.identity;
      if (event.previous !== undefined) note(known, event.time, changedIdentity(event.previous, event.identity));
    } else if (event.type === 'posture') note(known, event.time, event.text);
  }

  /** The devices with their identity, connection and last changes. */
  assets(): Asset[] {
    return this.list().map(({ name, type, address, state, tags, identity }) => {
      const { connection = {}, changes = [] } = this.#devices.get(name) ?? {};
      return { name, type, address, state, tags, identity, connection, changes };
    });
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

/** The last changes first. */
function note(known: Known, at: number, text: string): void {
  known.changes = [{ at, text }, ...known.changes].slice(0, mostChanges);
}

function changedIdentity(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);
  return `Identity changed: ${names.map((name) => `${name} ${before[name] ?? 'none'} → ${after[name] ?? 'none'}`).join(', ')}.`;
}

/** Settings of a connection that decide about its security, as all types name them. None of them is a secret. */
const securitySettings = ['transport', 'securityMode', 'securityPolicy'] as const;

function connectionOf(config: unknown, tags: TagTable, device: string): Readonly<Record<string, string>> {
  const settings = config as Readonly<Record<string, unknown>>;
  const stated = securitySettings.flatMap((name) => (typeof settings[name] === 'string' ? [[name, settings[name]]] : []));
  const own = tags.ofDevice(device).map((tag) => (tags.at(tag).address as { readonly unit?: unknown } | undefined)?.unit);
  const units = [...new Set([settings['unit'], ...own])].filter((unit) => typeof unit === 'number').sort((a, b) => a - b);
  return Object.fromEntries([...stated, ...(units.length === 0 ? [] : [['units', units.join(', ')]]), ['access', 'read only']]);
}
