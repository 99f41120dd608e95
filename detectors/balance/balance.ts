import type {
  Channel,
  Detector,
  DetectorGroup,
  DetectorSnapshot,
  DetectorTarget,
  Fact,
  Report,
} from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation, Vector } from '../../src/core/observation.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine, factOf, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { gapPeriods, Rows } from '../../src/detector-kit/rows.ts';
import { blockGap, blockRows, Blocks } from './blocks.ts';
import { explainBalance } from './explain.ts';
import { balanceLine, type Paced } from './facts.ts';
import { type WantedBalance, fitBalances } from './fit.ts';
import { GroupAccounts, type GroupSnapshot, type Kept } from './group.ts';
import { segmentRows } from './horizons.ts';
import { ModeFlows } from './mode-flows.ts';
import { isStored, mayBeLevel, moves } from './roles.ts';
import { type Balance, type BalanceConfig, baselineSchema, type GroupBaseline } from './schema.ts';

const version = 1;

/** One group: the levels that need a balance, the learned balances, and the rows of a calibration in progress. */
interface Place {
  readonly group: DetectorGroup;
  readonly flows: ModeFlows;
  /** Tags of the rows: those of the group, then flows by mode. */
  readonly tags: readonly Tag[];
  readonly wanted: readonly WantedBalance[];
  /** Channel of each level, by its name. */
  readonly channelOf: ReadonlyMap<string, number>;
  accounts: GroupAccounts | undefined;
  learning: Learning | undefined;
}

/** The rows of a calibration in progress, and means of them. */
interface Learning {
  readonly rows: Rows;
  readonly blocks: Blocks;
  readonly means: Rows;
}

/** Subject of a channel. */
interface LevelChannel {
  readonly place: Place;
  readonly level: Tag;
}

/** Compares levels with their flows, on the aligner's vectors; a channel for each tag that may be a level. */
export class BalanceDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: BalanceConfig;
  readonly #places: readonly Place[];
  readonly #byName: ReadonlyMap<string, Place>;
  readonly #levelChannels: readonly LevelChannel[];
  #spanMs = Number.NaN;

  constructor(config: BalanceConfig, target: DetectorTarget) {
    this.#config = config;
    const levelChannels: LevelChannel[] = [];
    const channels: Channel[] = [];
    this.#places = target.groups.map((group) => {
      const wanted = wantedOf(config, target, group);
      const channelOf = new Map(
        wanted.map(({ level }, i) => [target.tags.at(group.tags[level] as number).name, channels.length + i]),
      );
      const flows = new ModeFlows(group.tags.map((tag) => target.tags.at(tag)));
      const { tags } = flows;
      const place: Place = { group, flows, tags, wanted, channelOf, accounts: undefined, learning: undefined };
      for (const { level: column } of wanted) {
        const level = tags[column] as Tag;
        channels.push({
          key: `${group.name}/${level.name}`,
          tags: [group.tags[column] as number],
          area: level.area,
          equipment: level.equipment,
        });
        levelChannels.push({ place, level });
      }
      return place;
    });
    this.#byName = new Map(this.#places.map((place) => [place.group.name, place]));
    this.#levelChannels = levelChannels;
    this.channels = channels;
  }

  learn(observation: Observation): void {
    if (observation.kind === 'vector') {
      const { group, time, value } = observation.vector;
      const place = this.#byName.get(group);
      const learning = place?.learning;
      if (place === undefined || learning === undefined) return;
      const row = place.flows.extend(value);
      learning.rows.add(time, row);
      const block = learning.blocks.add(time, row);
      if (block !== undefined) learning.means.add(block.time, block.value);
    } else if (observation.kind === 'event' && observation.event.type === 'calibration') this.#follow(observation.event);
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'vector') this.#scoreVector(observation.vector, report);
  }

  #scoreVector(vector: Vector, report: Report): void {
    const place = this.#byName.get(vector.group);
    place?.accounts?.score(vector, (level, surprise) => report(place.channelOf.get(level) as number, vector.time, surprise));
  }

  explain(channel: number): Explanation {
    const { place, level } = this.#levelChannels[channel] as LevelChannel;
    const [first, second] = place.accounts?.of(level.name) ?? [];
    const kept = (second?.account.surprise ?? 0) > (first?.account.surprise ?? 0) ? second : first;
    const explanation = explainBalance(level, flowsOf(place, kept), kept?.account, periodOf(place, kept));
    return { ...explanation, contributions: place.flows.byTag(explanation.contributions) };
  }

  judges(channel: number): boolean {
    const { place, level } = this.#levelChannels[channel] as LevelChannel;
    return (place.accounts?.of(level.name).length ?? 0) > 0;
  }

  /** A level is expected to follow the flows; any other measurement may. */
  absent(channel: number): boolean {
    const { place, level } = this.#levelChannels[channel] as LevelChannel;
    return place.accounts !== undefined && !isStored(level) && !this.judges(channel);
  }

  facts(): readonly Fact[] {
    return this.#levelChannels.flatMap((levelChannel, channel) => {
      const { key } = this.channels[channel] as Channel;
      const line = lineOf(levelChannel);
      return line === undefined ? [] : [factOf(key, channel, line, levelChannel.place.accounts?.baseline.rows)];
    });
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    const channel = this.channels.findIndex((one) => one.key === key);
    const levelChannel = this.#levelChannels[channel];
    const line = levelChannel === undefined ? undefined : lineOf(levelChannel);
    if (line === undefined || line.name !== name)
      throw new ScadaError('config', 'INPUT_INVALID', `balance has no such baseline entry of ${key}`);
    amendLine(line, channel, figures);
  }

  snapshot(): DetectorSnapshot {
    const known = this.#places.flatMap(({ group, accounts }) =>
      accounts === undefined ? [] : [[group.name, accounts] as const],
    );
    return {
      baseline: {
        detector: 'balance',
        version,
        groups: Object.fromEntries(known.map(([name, { baseline }]) => [name, baseline])),
      },
      running: Object.fromEntries(known.map(([name, accounts]) => [name, accounts.snapshot()])),
    };
  }

  restore(snapshot: DetectorSnapshot): void {
    const parsed = baselineSchema.safeParse(snapshot.baseline);
    if (!parsed.success) throw mismatch(`it was not made by detector balance, version ${version}`);
    const running = (snapshot.running ?? {}) as Readonly<Record<string, GroupSnapshot>>;
    for (const place of this.#places) {
      const { name } = place.group;
      const baseline = parsed.data.groups[name];
      place.accounts = baseline === undefined ? undefined : new GroupAccounts(place.group, place.flows, judged(baseline, place));
      if (place.accounts?.fits === false) throw mismatch(`the group ${name} has other tags`);
      const kept = running[name];
      // a running state of a version without means: all horizons restart
      if (kept !== undefined && 'blocks' in kept) place.accounts?.restore(kept);
    }
  }

  #follow({ phase, spanMs }: Extract<Event, { type: 'calibration' }>): void {
    if (phase === 'begin') {
      this.#spanMs = spanMs ?? Number.NaN;
      for (const place of this.#places) {
        const { tags, group } = place;
        const { calibrationRows } = this.#config;
        const blocks = new Blocks(tags.length, group.periodMs);
        place.learning = {
          rows: new Rows(tags.length, gapPeriods * group.periodMs, calibrationRows, segmentRows),
          blocks,
          means: new Rows(tags.length, blockGap * blocks.periodMs, calibrationRows, segmentRows),
        };
      }
    } else if (phase === 'end')
      for (const place of this.#places) {
        if (place.learning === undefined) continue;
        place.accounts = this.#fit(place, place.learning);
        place.learning = undefined;
      }
  }

  #fit({ group, flows, tags, wanted }: Place, { rows, means }: Learning): GroupAccounts {
    const { terms, explained, folds, calibrationRows } = this.#config;
    const span = Number.isNaN(this.#spanMs) ? rows.seen : Math.round(this.#spanMs / group.periodMs);
    const fit = (of: Rows, meanOf: number, known: readonly Balance[]): Balance[] => {
      const wholeRows = Math.min(Math.floor(span / meanOf), calibrationRows);
      return fitBalances(of, tags, wanted, { terms, explained, folds, wholeRows, meanOf, known, flowOf: flows.flowOf });
    };
    const fast = fit(rows, 1, []);
    return new GroupAccounts(group, flows, { rows: rows.seen, balances: [...fast, ...fit(means, blockRows, fast)] });
  }
}

/** A baseline without balances of what is no level any more: an earlier version took pressures for levels. */
function judged({ rows, balances }: GroupBaseline, { tags, channelOf }: Place): GroupBaseline {
  const dropped = new Set(tags.flatMap(({ name }) => (channelOf.has(name) ? [] : [name])));
  return { rows, balances: balances.filter(({ level }) => !dropped.has(level)) };
}

const flowsOf = ({ tags }: Place, kept: Kept | undefined): Tag[] =>
  (kept?.columns.slice(1) ?? []).map((column) => tags[column] as Tag);

/** Time between rows of a balance. */
const periodOf = ({ group }: Place, kept: Kept | undefined): number => (kept?.account.balance.meanOf ?? 1) * group.periodMs;

function lineOf({ place, level }: LevelChannel): BaselineLine | undefined {
  const all = place.accounts?.of(level.name) ?? [];
  const [first, ...others] = all.map((kept): Paced => {
    const { balance } = kept.account;
    return { balance, periodMs: periodOf(place, kept), amend: (change) => place.accounts?.amend(balance, change) };
  });
  return first === undefined ? undefined : balanceLine([first, ...others], level, flowsOf(place, all[0]));
}

/**
 * Levels of a group whose balance is configured or to be learned. A configured balance belongs to the group that contains all of
 * its tags. The level of
 * a tank is searched only in groups with a flow, a speed or a valve.
 */
function wantedOf({ balances }: BalanceConfig, { tags, watched }: DetectorTarget, group: DetectorGroup): WantedBalance[] {
  const isWatched = new Set(watched);
  return group.tags.flatMap((tag, level): WantedBalance[] => {
    const stated = balances.find((balance) => balance.level === tags.at(tag).name);
    const flows = stated?.flows.map((name) => columnOf(tags, group, name));
    if (flows !== undefined && !flows.includes(-1)) return [{ level, flows }];
    return isWatched.has(tag) && isSearched(tags.at(tag), group, tags) ? [{ level }] : [];
  });
}

function isSearched(level: Tag, group: DetectorGroup, tags: TagTable): boolean {
  if (group.acrossAreas) return isStored(level);
  return mayBeLevel(level) && (!isStored(level) || group.tags.some((tag) => moves(tags.at(tag))));
}

const columnOf = (tags: TagTable, group: DetectorGroup, name: string): number => group.tags.indexOf(tags.indexOf(name) ?? -1);
