import { join } from 'node:path';
import type { ClockLine } from './clocks.ts';
import { type EventLine, parseLine } from './codec.ts';
import { readSegment, segmentsIn } from './segment.ts';

/** A clock that was set by less than this hides no event, ms. */
const mostStepMs = 86_400_000;

/** A part of the log that can not be read. */
export interface DamagedSegment {
  readonly file: string;
  readonly reason: string;
}

/**
 * The events that were heard in [from, to) and what the clocks said then, in the order in which they were noted, also while the log
 * is being written.
 * @param onDamaged hears of a file that is damaged; what follows in it is left out
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
        if (line === undefined) onDamaged({ file: name, reason: 'a line of it is none of the log' });
        else if (line.at >= from && line.at < to) yield line;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      onDamaged({ file: name, reason: (thrown as Error).message });
    }
  }
}
