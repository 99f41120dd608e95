import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedStatus } from '../core/feed.ts';
import type { Observation } from '../core/observation.ts';
import { Rounds } from '../core/rounds.ts';
import type { WireEvent } from '../core/wire.ts';
import { eventsFolder } from '../data-directory/folders.ts';
import { ReplacedFile } from '../data-directory/writes.ts';
import {
  Feed,
  FeedHits,
  feedLimits,
  type Hit,
  type Indicator,
  IndicatorSet,
  keptFolder,
  keyOf,
  removeKeptOfOthers,
} from '../feeds/index.ts';
import { endpointsOf } from '../siem/index.ts';
import { decodeEvent, readEventLog } from '../storage/event-log/index.ts';
import type { Alerting } from './alerting.ts';
import { addressOf } from '../config/device-address.ts';
import type { MonitorRuntime } from './runtime.ts';

/** File of the indicators that recorded traffic was searched for. */
const huntedFile = 'feeds.json';
/** Most findings of one search in recorded traffic. */
const mostPastHits = 50;
/** Events between two pauses of a search, and the pause, ms of wall time. */
const eventsAtOnce = 2_000;
const pauseMs = 5;
/** Time between two checks of the age of the feeds, ms of site time. */
const checkMs = 60_000;

type Seen = Exclude<WireEvent, { readonly type: 'wire-loss' }>;

/** Feeds of indicators, compared with the network and with recorded traffic. */
export class Feeds implements AsyncDisposable {
  readonly #runtime: MonitorRuntime;
  readonly #alerting: Pick<Alerting, 'take' | 'selfWatch'>;
  readonly #feeds: readonly Feed[];
  readonly #hits: FeedHits;
  readonly #hunted: Hunted;
  #checkedAt = -Infinity;

  constructor(runtime: MonitorRuntime, alerting: Pick<Alerting, 'take' | 'selfWatch'>) {
    const { config, clock, dataDir, logger } = runtime.options;
    const devices = config.devices.map(({ name, config: own }) => ({ name, address: addressOf(own) }));
    const own = [...endpointsOf(devices).values()].map(({ address }) => address);
    this.#runtime = runtime;
    this.#alerting = alerting;
    const kept = join(dataDir, keptFolder);
    this.#feeds = (config.feeds ?? []).map((settings) => new Feed(settings, kept, own, () => this.#check()));
    this.#hits = new FeedHits(clock, (changes) => alerting.take(changes));
    this.#hunted = new Hunted(join(dataDir, huntedFile), (message) =>
      logger.error(`${huntedFile} cannot be written: ${message}`),
    );
  }

  /** Starts to read the feeds, each under a supervisor. */
  start(): void {
    const { stream, supervisor, collecting, wall } = this.#runtime;
    this.#removeOthers();
    if (this.#feeds.length === 0) return;
    stream.tap((observation) => this.#take(observation));
    for (const feed of this.#feeds) {
      const { name, periodMs } = feed.settings;
      const run = async (signal: AbortSignal): Promise<void> => {
        const rounds = new Rounds(wall);
        if (feed.indicators.length === 0) await this.#restore(feed, signal);
        for (;;) {
          await rounds.next(signal);
          await this.#read(feed, signal);
          await wall.sleep(periodMs, signal);
        }
      };
      collecting.start((stop) => supervisor.run(`feed ${name}`, run, stop));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hunted.settled();
  }

  /** Reason why indicators, or the list of those searched for, are not on disk; undefined while they are. Must be called about once a second. */
  fault(): string | undefined {
    return this.#hunted.fault() ?? this.#feeds.find(({ unkept }) => unkept !== undefined)?.unkept;
  }

  status(): readonly FeedStatus[] {
    const now = this.#runtime.wall.now();
    return this.#feeds.map((feed) => feed.status(now));
  }

  #removeOthers(): void {
    const { config, dataDir, logger } = this.#runtime.options;
    try {
      removeKeptOfOthers(join(dataDir, keptFolder), config.feeds ?? []);
    } catch (thrown) {
      logger.warn(`files of former feeds in ${keptFolder} cannot be removed: ${(thrown as Error).message}`);
    }
  }

  #roomOf(feed: Feed): number {
    return this.#feeds.reduce(
      (room, other) => room - (other === feed ? 0 : other.indicators.length),
      feedLimits.indicators as number,
    );
  }

  /** The source may be away at the start: what it stated last is in use from the first second. */
  async #restore(feed: Feed, signal: AbortSignal): Promise<void> {
    const { wall, options } = this.#runtime;
    try {
      await feed.restore(wall.now(), signal, () => wall.sleep(pauseMs, signal), this.#roomOf(feed));
    } catch (thrown) {
      signal.throwIfAborted();
      options.logger.warn(
        `feed ${feed.settings.name}: its indicators of the last run cannot be used: ${(thrown as Error).message}`,
      );
    }
  }

  async #read(feed: Feed, signal: AbortSignal): Promise<void> {
    const { wall, options } = this.#runtime;
    const pause = (): Promise<void> => wall.sleep(pauseMs, signal);
    const isRead = await feed.read(wall.now(), signal, pause, this.#roomOf(feed));
    this.#check();
    if (!isRead) {
      options.logger.warn(`feed ${feed.settings.name} cannot be used: ${feed.status(wall.now()).reason}`);
      return;
    }
    // a recording has no other past than itself
    if (options.replay !== undefined) return;
    feed.isSearching = true;
    try {
      await this.#hunt(feed, signal);
    } finally {
      feed.isSearching = false;
    }
  }

  /** A feed that fails or is stale is an alarm. */
  #check(): void {
    for (const { name, state, reason } of this.status())
      this.#alerting.selfWatch.set('feed-failed', state === 'failed' || state === 'stale', {
        of: name,
        detail: `Reason: ${reason}.`,
      });
  }

  #take(observation: Observation): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'tick') {
      this.#hits.tick();
      if (event.time - this.#checkedAt < checkMs) return;
      this.#checkedAt = event.time;
      this.#check();
    } else if (isSeen(event)) {
      for (const feed of this.#feeds) for (const hit of feed.set.hitsOf(event)) this.#takeHit(feed, hit, event);
    }
  }

  #takeHit(feed: Feed, hit: Hit, event: Seen): void {
    feed.hits++;
    this.#hits.take(hit, event);
  }

  /** Searches recorded traffic for indicators that it was not searched for yet. */
  async #hunt(feed: Feed, signal: AbortSignal): Promise<void> {
    const { options, wall } = this.#runtime;
    const { name, historyMs } = feed.settings;
    const fresh = this.#hunted.newOf(name, feed.indicators);
    if (fresh.length === 0) return;
    const set = await IndicatorSet.of(fresh, () => wall.sleep(pauseMs, signal));
    const now = options.clock.now();
    const found = new Set<string>();
    let read = 0;
    for await (const line of readEventLog(
      join(options.dataDir, eventsFolder),
      { from: now - historyMs, to: now },
      signal,
      () => {},
    )) {
      if (++read % eventsAtOnce === 0) await wall.sleep(pauseMs, signal);
      if (line.kind !== 'event' || !line.event.type.startsWith('wire-')) continue;
      const { event } = decodeEvent(line, options.config.tags);
      if (!isSeen(event)) continue;
      for (const hit of set.hitsOf(event)) {
        const key = keyOf(hit, event);
        if (found.has(key)) continue;
        found.add(key);
        feed.hits++;
        this.#hits.takePast(hit, event);
      }
      if (found.size >= mostPastHits) break;
    }
    this.#hunted.put(name, feed.indicators);
    if (found.size > 0) options.logger.warn(`feed ${name}: ${found.size} hits in recorded traffic`);
  }
}

const isSeen = (event: { readonly type: string }): event is Seen => event.type.startsWith('wire-') && event.type !== 'wire-loss';

/** Ids of the indicators for which recorded traffic was searched, by feed. */
class Hunted {
  readonly #file: ReplacedFile;
  readonly #ids: Map<string, ReadonlySet<string>>;

  constructor(path: string, onFault: (message: string) => void) {
    this.#file = new ReplacedFile(path, onFault);
    this.#ids = new Map(Object.entries(readIds(path)).map(([feed, ids]) => [feed, new Set(ids)]));
  }

  /** Resolves when no write is pending. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }

  fault(): string | undefined {
    return this.#file.fault();
  }

  newOf(feed: string, indicators: readonly Indicator[]): readonly Indicator[] {
    const known = this.#ids.get(feed);
    return known === undefined ? indicators : indicators.filter(({ id }) => !known.has(id));
  }

  put(feed: string, indicators: readonly Indicator[]): void {
    this.#ids.set(feed, new Set(indicators.map(({ id }) => id)));
    const ids = Object.fromEntries([...this.#ids].map(([name, all]) => [name, [...all]]));
    this.#file.put(JSON.stringify({ version: 1, searched: ids }));
  }
}

/** An unreadable file is no loss: recorded traffic is searched again. */
function readIds(path: string): Readonly<Record<string, readonly string[]>> {
  try {
    const { searched } = JSON.parse(readFileSync(path, 'utf8')) as { readonly searched?: Record<string, readonly string[]> };
    return searched ?? {};
  } catch {
    return {};
  }
}
