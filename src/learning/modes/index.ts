import type { LearnedModes } from '../../detection/baseline/format.ts';
import { type Observation, timeOf } from '../../core/observation.ts';
import type { Tag, TagTable } from '../../core/tag.ts';
import { chosenShare, type Half, provedShare } from './proof.ts';
import { Floors } from './floors.ts';
import { leastStays, ModeTeller } from './teller.ts';

/** Parts of the data, used alternately for selection and proof. Not a divisor of days, so that neither has only nights. */
const parts = 13;
/** Least explained share of the variance of a measurement, in the selection and in the proof. */
const leastShare = 0.5;
/** Least share of the time in which the equipment is in one of its modes. */
const leastCover = 0.95;
/** Largest value of the measurement at rest, as a share of its value in the mode with the largest one. */
const restPart = 0.05;
/** Largest share of the time for settling: a tag that hardly ever settles, such as noise about 0, is no mode. */
const mostSettling = 0.25;
/** Largest share of the time in which a measurement is at neither rest nor operation: starts and stops pass, values that rise and fall do not. */
const mostBetween = 0.05;
/** An equipment with more tags is no single machine. */
const mostTags = 50;

/** Candidate tags, the most reliable first: status of the equipment, its commands, its measurements. */
const ranks: readonly ((teller: ModeTeller, tag: Tag) => boolean)[] = [
  ({ exact }, { role }) => exact && role === 'status',
  ({ exact }, { role }) => exact && role !== 'status',
  ({ exact, floor }) => !exact && floor === undefined,
  ({ floor }) => floor !== undefined,
];

/**
 * Finds equipment whose mode is defined by one of its own tags: a discrete tag, or a measurement that is 0 at rest, exactly or
 * within noise. Only proved modes count. The tag is selected in one half of the data, by the measurement of the equipment that it
 * explains best, and must explain it in the other half too. Equipment with configured modes is skipped.
 * @param running observations in time order; read twice
 */
export function learnModes(running: Iterable<Observation>, tags: TagTable): LearnedModes[] {
  const candidates = candidatesOf(tags);
  if (candidates.length === 0) return [];
  const floors = new Floors(
    candidates.flatMap(({ exact, index }) => (exact ? [] : [index])),
    tags.size,
  );
  const span = spanOf(running, floors);
  const tellers = candidates.flatMap(({ index, equipment, exact, measured }) => {
    const teller = new ModeTeller(index, equipment, exact, measured);
    const floor = floors.of(index);
    return floor === undefined ? [teller] : [teller, new ModeTeller(index, equipment, exact, measured, floor)];
  });
  const half = (time: number): Half => (Math.floor((parts * (time - span.from)) / (span.to - span.from)) % 2 === 0 ? 0 : 1);
  const byTag = tags.tags.map((): ModeTeller[] => []);
  for (const teller of tellers) byTag[teller.index]?.push(teller);
  let watching = watchersOf(tellers, tags);
  for (const observation of running) {
    if (observation.kind !== 'batch') continue;
    const { batch } = observation;
    // the tag of the mode comes first: it was read together with the rest
    for (let row = 0; row < batch.length; row++)
      for (const teller of byTag[batch.tag[row] as number] ?? [])
        if (teller.tell(batch, row, half)) watching = watchersOf(tellers, tags);
    for (let row = 0; row < batch.length; row++)
      for (const teller of watching[batch.tag[row] as number] ?? []) teller.measure(batch, row, half);
  }
  const byEquipment = Map.groupBy(tellers, ({ equipment }) => equipment);
  return [...byEquipment.values()].flatMap((own) => {
    const ranked = ranks.map((rank) => own.filter((teller) => rank(teller, tags.at(teller.index))));
    const found = ranked.map((some) => proved(some, tags, span)).find((modes) => modes !== undefined);
    return found === undefined ? [] : [found];
  });
}

/** A candidate tag of its equipment, and the other measurements of that. */
type Candidate = Pick<ModeTeller, 'index' | 'equipment' | 'exact' | 'measured'>;

function candidatesOf(tags: TagTable): Candidate[] {
  const byEquipment = Map.groupBy(tags.tags.keys(), (index) => tags.at(index).equipment);
  return [...byEquipment].flatMap(([equipment, indices]) => {
    const own = indices.map((index): [number, Tag] => [index, tags.at(index)]);
    if (equipment === '' || own.length > mostTags || own.some(([, { modes }]) => modes !== undefined)) return [];
    const measured = own.filter(([, { kind, role }]) => kind === 'analog' && role === 'measurement').map(([index]) => index);
    return own.flatMap(([index, { kind }]) => {
      const others = measured.filter((other) => other !== index);
      if (others.length === 0 || (kind !== 'discrete' && !measured.includes(index))) return [];
      return [{ index, equipment, exact: kind === 'discrete', measured: others }];
    });
  });
}

/** By index of a measurement, the tags that distinguish modes: most candidates never do, and cost nothing. */
function watchersOf(tellers: readonly ModeTeller[], tags: TagTable): readonly (readonly ModeTeller[])[] {
  const watching = tags.tags.map((): ModeTeller[] => []);
  for (const teller of tellers.filter(({ tells }) => tells)) for (const index of teller.measured) watching[index]?.push(teller);
  return watching;
}

/** Reads the data once, for their time span and for measurements at rest. */
function spanOf(running: Iterable<Observation>, floors: Floors): { readonly from: number; readonly to: number } {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const observation of running) {
    const time = timeOf(observation);
    if (time < from) from = time;
    if (time > to) to = time;
    if (observation.kind === 'batch') floors.observe(observation.batch);
  }
  return { from, to };
}

/** True if a measurement is almost 0 at rest, and hardly ever between that and its operating values. */
function isApart(teller: ModeTeller): boolean {
  const [rest, run] = teller.own;
  return Math.abs(rest.mean) <= restPart * run.mean && teller.between() <= mostBetween;
}

/** The modes by the best of several tags, if it is good enough. */
function proved(
  tellers: readonly ModeTeller[],
  tags: TagTable,
  span: { readonly from: number; readonly to: number },
): LearnedModes | undefined {
  let best: { readonly teller: ModeTeller; readonly measured: number; readonly share: number } | undefined;
  for (const teller of tellers) {
    if (teller.kept().length < 2 || !(teller.cover() >= leastCover) || teller.settling() > mostSettling) continue;
    if (teller.floor !== undefined && !isApart(teller)) continue;
    for (const measured of teller.measured) {
      const share = chosenShare(teller.spreads(measured), leastStays);
      if (share >= leastShare && share > (best?.share ?? 0)) best = { teller, measured, share };
    }
  }
  if (best === undefined) return undefined;
  const { teller, measured } = best;
  const spreads = teller.spreads(measured);
  const share = provedShare(spreads);
  if (!(share >= leastShare)) return undefined;
  const means = spreads.map(([chosen]) => Math.abs(chosen.mean));
  const most = Math.max(...means);
  const kept = teller.kept();
  const restsAt = teller.exact ? kept.filter((_, i) => (means[i] as number) <= restPart * most) : [0];
  const names = namesOf(kept, restsAt, teller.exact ? tags.at(teller.index).states : undefined);
  const shares: Record<string, number> = {};
  kept.forEach((value, i) => (shares[names[i] as string] = (shares[names[i] as string] ?? 0) + teller.part(value)));
  const of = Object.fromEntries(kept.map((value, i) => [value, names[i] as string]));
  return {
    equipment: teller.equipment,
    tag: tags.at(teller.index).name,
    ...(teller.exact ? { of } : { of: { 0: of[0] as string }, otherwise: of[1] as string }),
    ...(teller.floor === undefined ? {} : { floor: teller.floor.cut }),
    settleMs: teller.settleMs,
    restsAt,
    shares,
    changes: teller.changes,
    proof: { tag: tags.at(measured).name, share },
    ...span,
  };
}

/** Names of the states of the tag, as long as they are distinct. */
function namesOf(values: readonly number[], restsAt: readonly number[], states: Tag['states'] = {}): string[] {
  const isOne = values.length - restsAt.length === 1;
  const names = values.map((value) => {
    const own = (states[value] ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]+/g, ' ')
      .trim();
    if (own !== '') return own;
    if (restsAt.includes(value)) return 'stopped';
    return isOne && restsAt.length > 0 ? 'running' : `at ${value}`;
  });
  return new Set(names).size > 1 ? names : values.map((value) => `at ${value}`);
}
