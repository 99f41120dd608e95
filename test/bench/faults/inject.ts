import type { Tag } from '../../../src/core/tag.ts';

const hourMs = 3_600_000;

/** One sample of a recording. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** What a fault needs to know of the tag that it falsifies. */
export interface Victim {
  readonly tag: Tag;
  /** Step of its values. */
  readonly step: number;
  /** All its samples, for a fault that shows those of another time. */
  readonly samples: readonly Sample[];
}

/** A fault of single tags with its ground truth: from its onset on, every victim shows what `change` makes of its samples. */
export interface Fault {
  readonly name: string;
  readonly victims: 'measurements' | 'counters' | 'one measurement of each device' | 'commanded pumps';
  /** Undefined: no sample at all. */
  readonly change: (victim: Victim, index: number, sinceMs: number) => number | undefined;
}

const span = ({ tag: { range } }: Victim): number => (range === undefined ? 1 : range.high - range.low);
const valueAt = ({ samples }: Victim, index: number): number => samples[index]?.value ?? Number.NaN;
/** As the transmitter would round it: a fault that is not a forgery keeps its steps. */
const rounded = (value: number, step: number): number => (step > 0 ? Math.round(value / step) * step : value);

function drift(sharePerHour: number): Fault['change'] {
  return (victim, index, sinceMs) =>
    rounded(valueAt(victim, index) + (sharePerHour * span(victim) * sinceMs) / hourMs, victim.step);
}

function hunting(share: number, periodScans: number): Fault['change'] {
  return (victim, index, sinceMs) => {
    const phase = (2 * Math.PI * sinceMs) / (periodScans * victim.tag.scanMs);
    return rounded(valueAt(victim, index) + share * span(victim) * Math.sin(phase), victim.step);
  };
}

/** The last sample that is at least `ms` older. */
function earlier(ms: number): Fault['change'] {
  return ({ samples }, index) => {
    const until = (samples[index]?.time ?? Number.NaN) - ms;
    let low = 0;
    let high = index;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((samples[middle]?.time ?? Number.NaN) <= until) low = middle;
      else high = middle - 1;
    }
    return samples[low]?.value;
  };
}

/** What it was at the onset. */
const held = (victim: Victim, index: number, sinceMs: number): number =>
  valueAt(victim, index - Math.floor(sinceMs / victim.tag.scanMs));

/** Small, and never a multiple of a step. */
const dither = (index: number): number => Math.sin(index * 12.9898);

export const faults: readonly Fault[] = [
  { name: 'drifts by 1 % of its range per hour', victims: 'measurements', change: drift(0.01) },
  { name: 'drifts by 0.3 % of its range per hour', victims: 'measurements', change: drift(0.003) },
  { name: 'hunts by ±0.7 % every 30 scans', victims: 'measurements', change: hunting(0.007, 30) },
  { name: 'hunts by ±2 % every 120 scans', victims: 'measurements', change: hunting(0.02, 120) },
  { name: 'shows its values of 3 h ago', victims: 'measurements', change: earlier(3 * hourMs) },
  {
    name: 'moves in a fraction of its steps',
    victims: 'measurements',
    change: (victim, i) => valueAt(victim, i) + 0.4 * victim.step * dither(i),
  },
  {
    name: 'moves in fourfold steps',
    victims: 'measurements',
    change: (victim, i) => rounded(valueAt(victim, i), 4 * victim.step),
  },
  { name: 'gives no samples', victims: 'one measurement of each device', change: () => undefined },
  {
    name: 'counts at half its pace',
    victims: 'counters',
    change: (victim, i, sinceMs) => valueAt(victim, i - Math.floor(sinceMs / victim.tag.scanMs / 2)),
  },
  {
    name: 'is reset',
    victims: 'counters',
    change: (victim, i, sinceMs) => valueAt(victim, i) - held(victim, i, sinceMs),
  },
  { name: 'no longer follows its command', victims: 'commanded pumps', change: held },
];
