import type { Clock } from '../../core/clock.ts';
import type { Session } from '../../core/collector.ts';
import { isAbort, toScadaError } from '../../core/errors.ts';
import type { PluginContext } from '../../core/plugin.ts';
import { isBad, qualityName } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import type { DeviceConfig } from '../../config/configured.ts';

/** Result of trying one device. */
export interface DeviceReport {
  readonly device: string;
  readonly ok: boolean;
  /** Summary in one line. */
  readonly text: string;
  /** Tags without a value, with their quality. */
  readonly badTags: readonly string[];
  readonly hint?: string | undefined;
}

/** Time that a device has to answer for all tags, beyond one of their slowest scan periods, ms. */
const patienceMs = 10_000;

/** Connects to one device, waits for the first sample of each tag, and disconnects. */
export async function checkDevice(
  device: DeviceConfig,
  tags: TagTable,
  dataDir: string,
  context: PluginContext,
  signal: AbortSignal,
): Promise<DeviceReport> {
  const own = tags.ofDevice(device.name);
  const slowestMs = Math.max(0, ...own.map((tag) => tags.at(tag).scanMs));
  const stop = new AbortController();
  const within = AbortSignal.any([signal, stop.signal]);
  const timer = abortAfter(context.clock, slowestMs + patienceMs, stop, within);
  const seen = new Map<number, number>();
  try {
    const collector = device.plugin.create(device.config, { device: device.name, tags, dataDir, devices: [] }, context);
    await using session = await collector.connect(within);
    await readAll(session, own.length, seen, within);
  } catch (thrown) {
    if (!(stop.signal.aborted && isAbort(thrown))) {
      const error = toScadaError(thrown);
      return { device: device.name, ok: false, text: error.message, badTags: [], hint: error.hint };
    }
  } finally {
    stop.abort();
    await timer;
  }
  const badTags = own.flatMap((tag) => {
    const quality = seen.get(tag);
    if (quality !== undefined && !isBad(quality)) return [];
    return [`${tags.at(tag).name}: ${quality === undefined ? 'no answer' : qualityName(quality)}`];
  });
  const text = own.length === 0 ? 'ready; it has no tags to read' : `${own.length - badTags.length} of ${own.length} tags answer`;
  return {
    device: device.name,
    ok: badTags.length === 0,
    text,
    badTags,
    hint: badTags.length === 0 ? undefined : 'Correct the addresses of these tags.',
  };
}

async function readAll(session: Session, count: number, seen: Map<number, number>, signal: AbortSignal): Promise<void> {
  for await (const observation of session) {
    if (observation.kind === 'batch') {
      const { batch } = observation;
      for (let row = 0; row < batch.length; row++) seen.set(batch.tag[row] as number, batch.quality[row] as number);
    }
    if (seen.size >= count || signal.aborted) return;
  }
}

async function abortAfter(clock: Clock, ms: number, stop: AbortController, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
    stop.abort();
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
  }
}
