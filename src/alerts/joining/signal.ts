import type { Finding } from '../../core/finding.ts';
import type { JoiningRule } from './rule.ts';
import type { Side } from './side.ts';
import type { JoiningSite } from './site.ts';

type Fault = Pick<Finding, 'tags'> & Partial<Pick<Finding, 'detector' | 'signal' | 'deliberate'>>;

/** Findings that state a fault of a signal. */
const faultsOf = (side: Side): readonly Fault[] => (side.findings ?? [side]).filter(({ signal }) => signal === true);

function* devicesOf(side: Side, site: JoiningSite): Iterable<string> {
  if (side.network === true && side.device !== undefined) yield side.device;
  for (const { tags } of faultsOf(side)) yield* site.devicesOf(tags);
}

function* keysOf(side: Side, site: JoiningSite): Iterable<string> {
  for (const device of devicesOf(side, site)) yield `signals of ${device}`;
}

/** True if one fault explains both: the same one, or one that somebody falsifies, which an act or another fault belongs to. */
function isOne(a: Side, b: Side): boolean {
  const [some, others] = [faultsOf(a), faultsOf(b)];
  if (some.some(({ deliberate }) => deliberate === true) || others.some(({ deliberate }) => deliberate === true)) return true;
  return some.some(({ detector }) => others.some((other) => other.detector === detector));
}

/** Signals of one device that fail alike, or that somebody falsifies, and the acts of clients on that device. */
export const signal: JoiningRule = {
  name: 'signal',
  filed: keysOf,
  sought: keysOf,
  joins(alert, finding, site) {
    if (!isOne(alert, finding)) return undefined;
    const own = new Set(devicesOf(finding, site));
    for (const device of devicesOf(alert, site)) if (own.has(device)) return { rule: 'signal', text: device };
    return undefined;
  },
};
