import type { DeviceEndpoint, RecordedEntry, RecordingTarget } from '../../src/core/collector.ts';
import type { TagTable } from '../../src/core/tag.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import type { CaptureConfig } from './config.ts';
import type { PacketStamp } from './decoder.ts';
import { AddressBook } from './ends.ts';
import { CaptureReader } from './file/reader.ts';
import { streamProtocols } from './protocols.ts';
import { fileSource } from './sources/file.ts';
import { Tap } from './tap.ts';

export interface ReplayOptions {
  /** Name of the tap in the events. */
  readonly tap: string;
  readonly tags: TagTable;
  readonly devices: readonly DeviceEndpoint[];
  /** Reporting period, ms of stream time; 0 reports every packet at once. */
  readonly periodMs: number;
  /** See `addresses` of the configuration. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** Maximum number of connections followed at the same time. */
  readonly maxConnections?: number;
}

/** A packet of a capture and the events that it caused. */
export interface ReplayedPacket {
  readonly stamp: PacketStamp;
  readonly events: readonly WireEvent[];
}

/**
 * Yields all packets of a capture file in order, each with the events that it caused. The last packet also carries the events
 * that the end of the file causes. The time is that of the packets, and never decreases.
 * @throws ScadaError INPUT_INVALID for a file that cannot be opened or read further, after the packets before the damage
 */
export async function* readCapture(
  path: string,
  options: ReplayOptions,
  signal: AbortSignal,
): AsyncGenerator<ReplayedPacket, void, void> {
  const { tap: name, tags, devices, periodMs, addresses = {}, maxConnections = 10_000 } = options;
  let events: WireEvent[] = [];
  const tap = new Tap(
    {
      tap: name,
      periodMs,
      protocols: streamProtocols(tags, devices),
      book: new AddressBook(devices, addresses),
      mostConnections: maxConnections,
    },
    (event) => events.push(event),
  );
  await using source = await fileSource(path).open(signal);
  const reader = new CaptureReader(path, 'config');
  // one packet is held back, because the last one carries the events of the end
  let last: PacketStamp | undefined;
  let flaw: { readonly thrown: unknown } | undefined;
  try {
    for await (const chunk of source.chunks()) {
      signal.throwIfAborted();
      reader.push(chunk);
      for (let record = reader.next(); record !== undefined; record = reader.next()) {
        const before = events;
        events = [];
        const stamp = tap.packet(record, record.time);
        if (last !== undefined) yield { stamp: last, events: before };
        last = stamp;
      }
      tap.lost(reader.dropped);
    }
    reader.end();
  } catch (thrown) {
    flaw = { thrown };
  }
  tap.end();
  if (last !== undefined) yield { stamp: last, events };
  if (flaw !== undefined) throw flaw.thrown;
}

/** A capture as a recording for a site: addresses of devices that are configured by name come from its taps. */
export async function* readRecording(
  path: string,
  { device: tap, tags, devices, periodMs }: RecordingTarget,
  signal: AbortSignal,
): AsyncGenerator<RecordedEntry, void, void> {
  const taps = devices.filter(({ type }) => type === 'capture').map(({ config }) => config as CaptureConfig);
  const addresses = Object.assign({}, ...taps.map((one) => one.addresses)) as Record<string, string>;
  const options = { tap, tags, devices, periodMs, addresses };
  for await (const { stamp, events } of readCapture(path, options, signal)) yield { time: stamp.time, events };
}
