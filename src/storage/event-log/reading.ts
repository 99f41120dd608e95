import { join } from 'node:path';
import { ScadaError } from '../../core/errors.ts';
import type { ClockLine } from './clocks.ts';
import { type EventLine, parseLine } from './codec.ts';
import { readSegment, segmentsIn } from './segment.ts';

/** A smaller step of the clock hides no event, ms. */
const mostStepMs = 86_400_000;

/** A part of the log that cannot be read. */
export interface DamagedSegment {
  readonly file: string;
  readonly reason: string;
}

/**
 * The events received in [from, to) and the clocks of that time, in the order in which they were recorded, also while the log
 * is being written.
 * @param onDamaged receives a damaged file; the rest of it is omitted
 * @throws ScadaError STATE_UNAVAILABLE if the disk does not answer
 */
export async function* readEventLog(
  dir: string,
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
  onDamaged: (damaged: DamagedSegment) => void,
): AsyncGenerator<EventLine | ClockLine, void, void> {
  const segments = await segmentsIn(dir);
  for (const [index, { name, from: begins }] of segments.entries()) {
    const next = segments[index + 1];
    if (begins - mostStepMs >= to || (next !== undefined && next.from + mostStepMs <= from)) continue;
    try {
      for await (const text of readSegment(join(dir, name), signal)) {
        const line = parseLine(text);
        if (line === undefined) onDamaged({ file: name, reason: 'it contains a line that does not belong to the log' });
        else if (line.at >= from && line.at < to) yield line;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      // the disk does not answer: the file may be intact, and the others cannot be read either
      if (thrown instanceof ScadaError) throw thrown;
      onDamaged({ file: name, reason: (thrown as Error).message });
    }
  }
}
