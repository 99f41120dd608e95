import type { Explanation } from '../../src/core/finding.ts';
import { duration, shorten } from '../../src/streaming/words.ts';

export type Trouble = 'silent' | 'errors' | 'slow';

export interface DeviceCondition {
  readonly device: string;
  readonly awayMs: number;
  readonly neverAnswered: boolean;
  readonly errorShare: number;
  readonly latencyMs: number;
  readonly usualMs: number;
}

/** What is wrong with a device, in the operator's words. A device has no tag of its own, and thus no contributions. */
export function explainDevice(trouble: Trouble | 'none', condition: DeviceCondition): Explanation {
  const { device, awayMs, neverAnswered, errorShare, latencyMs, usualMs } = condition;
  const failed = `${Math.round(100 * errorShare)} %`;
  const told = {
    none: { sentence: `${device} answers as usual.`, title: `${device} answers`, normalIf: 'it answered', techniques: [] },
    silent: {
      sentence: neverAnswered
        ? `${device} has not answered since the start, ${duration(awayMs)} ago.`
        : `${device} has not answered for ${duration(awayMs)}; the values of its tags are the last known ones.`,
      title: `${device} does not answer`,
      normalIf: 'it answered again',
      techniques: ['T0814', 'T1691.002', 'T1695.002', 'T0816'],
    },
    errors: {
      sentence: `${device} refuses or misses ${failed} of the requests.`,
      title: `${device} fails ${failed} of requests`,
      normalIf: 'it answered nearly all requests',
      techniques: ['T0814', 'T1691.002'],
    },
    slow: {
      sentence: `${device} takes ${duration(latencyMs)} to answer; in normal running it took at most ${duration(usualMs)}.`,
      title: `${device} answers slowly`,
      normalIf: `it answered within ${duration(usualMs)}`,
      techniques: ['T0814'],
    },
  }[trouble];
  return { ...told, title: shorten(told.title), contributions: [] };
}
