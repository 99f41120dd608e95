import {
  bouncing,
  damped,
  dither,
  drift,
  earlier,
  held,
  hourly,
  hourlySpike,
  hunting,
  noisier,
  ofNoise,
  ofRange,
  oneScan,
  other,
  rounded,
  shifted,
  valueAt,
} from './changes.ts';
import type { Fault } from './fault.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What transmitters, contacts, counters and controllers do when they fail; sizes are those that maintenance would call a defect, and no more. */
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
  // loose terminals and interference
  { name: 'has one sample an hour off by 5 % of its range', victims: 'measurements', change: hourlySpike(ofRange(0.05)) },
  { name: 'has one sample an hour off by 10 times its noise', victims: 'measurements', change: hourlySpike(ofNoise(10)) },
  // a shield that came off; an impulse line that clogs, and one that is clogged
  { name: 'has twice its noise', victims: 'measurements', change: noisier(2) },
  { name: 'is damped to half its noise', victims: 'measurements', change: damped(0.5) },
  { name: 'is damped to a tenth of its noise', victims: 'measurements', change: damped(0.1) },
  // a zero that moved by more than the class of any transmitter, and one that was set wrongly
  { name: 'reads 1 % of its range too high', victims: 'measurements', change: shifted(0.01) },
  { name: 'reads 3 % of its range too high', victims: 'measurements', change: shifted(0.03) },
  // a converter that hangs, and one that hangs until its watchdog restarts it
  { name: 'stands still', victims: 'measurements', change: held },
  {
    name: 'stands still for 10 min an hour',
    victims: 'measurements',
    change: hourly(() => 10 * minuteMs, held),
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
  // a worn contact, a loose terminal, a welded contact or a sequence that hangs, a controller in a state that nobody has met
  {
    name: 'bounces for a minute an hour',
    victims: 'contacts',
    change: hourly(() => minuteMs, bouncing),
  },
  { name: 'reads its other state for one scan an hour', victims: 'contacts', change: hourly(oneScan, other) },
  { name: 'stays in its state', victims: 'changing statuses', change: held },
  {
    name: 'shows a code that it never had',
    victims: 'status words',
    change: ({ tag, highest }) => 1 + Math.max(highest, ...Object.keys(tag.states ?? {}).map(Number)),
  },
];
