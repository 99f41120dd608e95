import { isRunning } from '../../src/core/running.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';

/** Units of a counted total, and of the measurements that it sums up. */
const sums: readonly (readonly [RegExp, RegExp])[] = [
  [/^([kmg]?wh|[kmg]?j)$/i, /^[kmg]?w$/i],
  [/^[kmg]?varh$/i, /^[kmg]?var$/i],
  [/^[kmg]?vah$/i, /^[kmg]?va$/i],
  [
    /^(m³|m3|l|hl|kl|ml|gal|kgal|ft3|ft³)$/i,
    /^((m³|m3|l|hl|kl|ml|gal|kgal|ft3|ft³)\/(s|sec|min|h|hr|d|day)|lps|lpm|cms|cmh|cfs|gpm|gpd|mgd)$/i,
  ],
  [/^(g|kg|t|lb)$/i, /^(g|kg|t|lb)\/(s|sec|min|h|hr|d|day)$/i],
];

const sumsUp = (counter: Tag, measured: Tag): boolean =>
  sums.some(([total, flow]) => total.test(counter.unit.trim()) && flow.test(measured.unit.trim()));

const hours = /^(h|hr|hrs|hours?)$/i;
const run = /(^|\.)(run|running|on)$/i;

/** True for a contact that reports that the machine runs: by its name, or by that of its state 1. */
const reportsRun = (tag: Tag): boolean =>
  tag.kind === 'discrete' && tag.role === 'status' && (run.test(tag.name) || (tag.states !== undefined && isRunning(tag, 1)));

const mayBePair = (counter: Tag, other: Tag): boolean =>
  (other.kind === 'analog' && other.role === 'measurement' && sumsUp(counter, other)) ||
  (hours.test(counter.unit.trim()) && reportsRun(other));

/**
 * The measurement that a counter sums up: the power of an energy meter, the flow of a total, the contact of a machine whose running hours are
 * counted. It is the only such tag of the counter's equipment; undefined if there are none or several.
 * @returns its index in the tag table
 */
export function measurementOf(counter: Tag, tags: TagTable): number | undefined {
  if (counter.equipment === '') return undefined;
  const found = tags.tags.flatMap((tag, index) =>
    tag.equipment === counter.equipment && mayBePair(counter, tag) ? [index] : [],
  );
  return found.length === 1 ? found[0] : undefined;
}
