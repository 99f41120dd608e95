import type { Clock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { formatDuration } from '../core/format.ts';
import type { WireEvent } from '../core/wire.ts';
import type { Hit } from './indicator-set.ts';

/** Time without a hit after which its finding ends, ms. */
const quietMs = 600_000;
/** Most open findings: a feed that names half of the network must not fill the memory. */
const mostOpen = 500;

type Seen = Exclude<WireEvent, { readonly type: 'wire-loss' }>;

/** Makes findings of hits: one for each indicator and client, which lasts until nothing was seen of it for 10 min. */
export class FeedHits {
  readonly #clock: Clock;
  readonly #report: (changes: readonly FindingChange[]) => void;
  readonly #open = new Map<string, { finding: Finding; lastAt: number }>();
  #count = 0;

  /** @param clock time of the site */
  constructor(clock: Clock, report: (changes: readonly FindingChange[]) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** @returns true if the hit begins a finding */
  take(hit: Hit, event: Seen): boolean {
    const key = keyOf(hit, event);
    const known = this.#open.get(key);
    if (known !== undefined) {
      known.lastAt = Math.max(known.lastAt, event.time);
      return false;
    }
    if (this.#open.size >= mostOpen) return false;
    const finding = this.#findingOf(hit, event, '');
    this.#open.set(key, { finding, lastAt: event.time });
    this.#report([{ change: 'begin', finding }]);
    return true;
  }

  /** A hit in recorded traffic: its finding is over at once. */
  takePast(hit: Hit, event: Seen): void {
    const finding = this.#findingOf(hit, event, ' Found in recorded traffic.');
    this.#report([
      { change: 'begin', finding },
      { change: 'end', finding: { ...finding, endedAt: finding.updatedAt } },
    ]);
  }

  /** Must be called about once a second. */
  tick(): void {
    const now = this.#clock.now();
    for (const [key, { finding, lastAt }] of this.#open) {
      if (now - lastAt < quietMs) continue;
      this.#open.delete(key);
      this.#report([{ change: 'end', finding: { ...finding, updatedAt: now, endedAt: now } }]);
    }
  }

  #findingOf(hit: Hit, event: Seen, more: string): Finding {
    const now = this.#clock.now();
    const { indicator, sign } = hit;
    const { client, server, port, device } = event.ends;
    const at = device === undefined ? '' : ` (${device})`;
    const ends = event.type === 'wire-address' ? `${client}${at}` : `${client} → ${server}${port === 0 ? '' : `:${port}`}${at}`;
    const stated = indicator.statedAt === 0 ? '' : `, stated ${formatDuration(Math.max(0, now - indicator.statedAt))} ago`;
    const act = event.type === 'wire-write' ? `writes ${event.target}` : 'was seen';
    const title =
      event.type === 'wire-write' ? `${client} ${act}, as in feed ${indicator.feed}` : `${sign} is in feed ${indicator.feed}`;
    return {
      id: `feed/${indicator.feed}/${event.time}/${++this.#count}`,
      detector: 'feed',
      channel: `${indicator.feed}/${indicator.id}/${client}`,
      area: '',
      // hits of one feed are one alert of their own: it names the feed, and a careless feed raises one alert
      equipment: `feed ${indicator.feed}`,
      tags: [],
      since: event.time,
      beganAt: event.time,
      updatedAt: now,
      score: 1,
      peak: 1,
      certainty: { kind: 'stated' },
      explanation: {
        title: title.slice(0, 48),
        sentence: `Feed ${indicator.feed} lists ${sign}: ${indicator.name} (${indicator.id}${stated}). It ${act} in ${ends}.${more}`,
        contributions: [],
        normalIf: `It would be normal if ${indicator.feed} listed it in error.`,
        techniques: [],
        clients: [client],
      },
      network: true,
      alarm: {
        priority: 2,
        response: 'Find out who uses this client, and whether its connection is planned. Inform the security team',
      },
    };
  }
}

/** A hit is known by its indicator and the client. */
export const keyOf = ({ indicator }: Hit, { ends }: Seen): string => `${indicator.feed}/${indicator.id}/${ends.client}`;
