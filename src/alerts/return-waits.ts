import type { Alert } from '../core/alert.ts';
import { tagFinder } from '../core/alarm-match.ts';
import type { Clock } from '../core/clock.ts';
import type { LatestValues } from '../core/monitor.ts';
import { isUsable } from '../core/quality.ts';
import {
  isMet,
  type ReturnCondition,
  type ReturnReason,
  type ReturnWait,
  returnClause,
  type StatedReturn,
} from '../core/return-condition.ts';
import type { TagTable } from '../core/tag.ts';
import { endOfFindings } from './findings.ts';

/** Least time between two stated reasons of one alert, ms: the quality of a tag can change with each sample. */
const reasonEveryMs = 5_000;

export interface ReturnWaitsOptions {
  readonly tags: TagTable;
  readonly latest: Pick<LatestValues, 'value' | 'quality' | 'receiveTime'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Return condition of an alarm record in force; undefined if it states none. */
  readonly conditionOf: (record: string) => StatedReturn | undefined;
}

/**
 * Keeps alarms until the return condition of their record holds: detectors may find nothing new in a plant whose values are constant. The
 * condition of the record in force decides, so a corrected record releases its alarms. A restart begins the delay anew. State: one
 * time for each record with an alert in memory.
 */
export class ReturnWaits {
  readonly #options: ReturnWaitsOptions;
  /** Monotonic time since which the condition of a record holds, ms. */
  #metSince: ReadonlyMap<string, number> = new Map();

  constructor(options: ReturnWaitsOptions) {
    this.#options = options;
  }

  /** The alert whose findings have ended, if it stays in alarm; undefined if it returns to normal. */
  waiting(alert: Alert, now: number): Alert | undefined {
    const wait = hasReturnedBefore(alert) ? undefined : this.#waitOf(alert, now);
    return wait && { ...alert, returnWait: wait };
  }

  /**
   * Follows the conditions of all alerts.
   * @returns waiting alerts that return to normal now, or stay for another reason (`stays`)
   */
  advance(alerts: Iterable<Alert>, now: number): readonly { readonly alert: Alert; readonly stays?: Alert | undefined }[] {
    const all = [...alerts];
    const records = new Set(all.flatMap(({ rationale }) => rationale?.record ?? []));
    this.#metSince = new Map([...records].flatMap((record) => this.#met(record)));
    return all.flatMap((alert) => {
      if (alert.returnWait === undefined) return [];
      const wait = this.#waitOf(alert, now);
      if (wait === undefined) return [{ alert }];
      const { until, reason, tag } = alert.returnWait;
      const isSame =
        (wait.until === until && wait.reason === reason && wait.tag === tag) || Math.abs(now - alert.changedAt) < reasonEveryMs;
      return isSame ? [] : [{ alert, stays: { ...alert, returnWait: wait, changedAt: now } }];
    });
  }

  #met(record: string): (readonly [string, number])[] {
    const stated = this.#options.conditionOf(record);
    if (stated === undefined || this.#unmetOf(stated) !== undefined) return [];
    return [[record, this.#metSince.get(record) ?? this.#options.clock.monotonic()]];
  }

  #waitOf({ rationale, returnWait }: Alert, now: number): ReturnWait | undefined {
    const stated = rationale && this.#options.conditionOf(rationale.record);
    if (stated === undefined) return undefined;
    const unmet = this.#unmetOf(stated);
    const time = this.#options.clock.monotonic();
    const since = this.#metSince.get(rationale?.record ?? '') ?? time;
    if (unmet === undefined && time - since >= stated.delayMs) return undefined;
    const tag = unmet?.tag ?? stated.all[0]?.tag ?? '';
    const until = returnClause(stated, tagFinder(this.#options.tags));
    return { at: returnWait?.at ?? now, tag, until, reason: unmet?.reason ?? 'unmet' };
  }

  /** The first condition that does not hold; undefined if all do. */
  #unmetOf({ all }: StatedReturn): Pick<ReturnWait, 'tag' | 'reason'> | undefined {
    for (const condition of all) {
      const reason = this.#reasonOf(condition);
      if (reason !== undefined) return { tag: condition.tag, reason };
    }
    return undefined;
  }

  /** Why a condition does not hold; undefined if it does. */
  #reasonOf(condition: ReturnCondition): ReturnReason | undefined {
    const { tags, latest } = this.#options;
    const index = tags.indexOf(condition.tag);
    if (index === undefined) return 'unknown-tag';
    if (Number.isNaN(latest.receiveTime[index] ?? Number.NaN)) return 'no-value';
    if (!isUsable(latest.quality[index] as number)) return 'bad-quality';
    return isMet(condition, latest.value[index] as number) ? undefined : 'unmet';
  }
}

/** True if the alert returned after the end of its last finding. */
const hasReturnedBefore = ({ returnedAt, findings }: Alert): boolean =>
  returnedAt !== undefined && returnedAt >= endOfFindings(findings);
