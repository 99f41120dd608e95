import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { qualityName } from '../../src/core/quality.ts';
import { limited, shorten } from '../../src/detector-kit/words.ts';

export type Trouble = 'silent' | 'errors' | 'slow';

export interface DeviceCondition {
  readonly device: string;
  readonly awayMs: number;
  readonly neverAnswered: boolean;
  /** Quality of its values if none is good; NaN if it does not answer. */
  readonly quality: number;
  readonly errorShare: number;
  readonly latencyMs: number;
  readonly usualMs: number;
}

/** Explains the condition of a device. A device has no tag, so that the explanation has no contributions. */
export function explainDevice(trouble: Trouble | 'none', condition: DeviceCondition): Explanation {
  const { device, awayMs, neverAnswered, quality, errorShare, latencyMs, usualMs } = condition;
  const failed = `${Math.round(100 * errorShare)} %`;
  const texts = {
    none: { sentence: `${device} answers normally.`, title: `${device} answers`, normalIf: 'it answered', techniques: [] },
    silent: {
      sentence: neverAnswered
        ? `${device} has not answered since the start ${formatDuration(awayMs)} ago. Normal: it answers each request.`
        : `${device} has not answered for ${formatDuration(awayMs)}. Its tags show their last values. Normal: it answers each request.`,
      title: `${device} does not answer`,
      normalIf: 'it answered again',
      techniques: ['T0814', 'T1691.002', 'T1695.002', 'T0816'],
    },
    errors: {
      sentence: `${device} refuses or does not answer ${failed} of the requests. Normal: nearly all requests are answered.`,
      title: `${device} fails ${failed} of requests`,
      normalIf: 'it answered nearly all requests',
      techniques: ['T0814', 'T1691.002'],
    },
    slow: {
      sentence: `${device} takes ${formatDuration(latencyMs)} to answer. Normal: at most ${formatDuration(usualMs)}.`,
      title: `${device} answers slowly`,
      normalIf: `it answered within ${formatDuration(usualMs)}`,
      techniques: ['T0814'],
    },
    bad: {
      sentence: `${device} answers, but no value has been good for ${formatDuration(awayMs)}: ${qualityName(quality)}. Normal: its values are good.`,
      title: `${device} has no good value`,
      normalIf: 'a value was good again',
      techniques: ['T0814', 'T1691.002', 'T1695.002', 'T0816'],
    },
  }[trouble === 'silent' && !Number.isNaN(quality) ? 'bad' : trouble];
  return { ...texts, sentence: limited(texts.sentence), title: shorten(texts.title), contributions: [] };
}
