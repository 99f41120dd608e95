import { consoleActor } from '../../core/console-actor.ts';
import type { Batch } from '../../core/batch.ts';
import { isAbort, toScadaError } from '../../core/errors.ts';
import type { Historian } from '../../core/historian.ts';
import type { Logger } from '../../core/plugin.ts';
import type { StateStore } from '../../core/state.ts';

/** Samples for the time before a lab's first start. */
export interface PastSamples {
  /** Time of the first start, ms UTC: all samples are before it. */
  readonly until: number;
  /** Samples in time order, a few thousand per batch. */
  read(signal: AbortSignal): Promise<readonly Batch[]>;
}

export interface PastOptions {
  readonly historian: Pick<Historian, 'write' | 'stats'>;
  readonly state: Pick<StateStore, 'audit'>;
  readonly logger: Logger;
}

/**
 * Writes simulated samples to a historian that had none before this start, one batch at a time, and records that in the audit
 * trail. If it fails, trends are shorter; nothing else depends on it.
 */
export async function writePast(
  past: PastSamples,
  { historian, state, logger }: PastOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { oldest } = await historian.stats(signal);
    if (oldest < past.until) return;
    const batches = await past.read(signal);
    const [first] = batches;
    if (first === undefined) return;
    for (const batch of batches) {
      signal.throwIfAborted();
      await historian.write(batch, signal);
    }
    state.audit.append({
      ...consoleActor(),
      time: past.until,
      action: 'history.simulated',
      object: `before ${new Date(past.until).toISOString()}`,
      after: `from ${new Date(first.sourceTime[0] as number).toISOString()}, with the quality UncertainSimulatedValue`,
    });
  } catch (thrown) {
    if (isAbort(thrown) && signal.aborted) return;
    const { message, hint } = toScadaError(thrown);
    logger.warn(`The historian has no simulated history before this start: ${message}`, { hint });
  }
}
