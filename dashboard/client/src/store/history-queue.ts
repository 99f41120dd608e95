import type { SeriesBody } from '../../../api/index.ts';
import { limits } from '../../../protocol.ts';
import { ApiError, query } from './api.ts';

/** Query for the historian: tags over a span of time. */
export interface HistoryQuery {
  readonly tags: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly maxPoints: number;
  /** Simultaneous queries with the same key are combined. */
  readonly key: string;
}

interface Waiting {
  readonly query: HistoryQuery;
  readonly resolve: (series: readonly SeriesBody[]) => void;
  readonly reject: (thrown: unknown) => void;
}

/** The server processes four history queries per session; one remains for another page. */
const atOnce = 3;
/** Panels of a page send their queries within a few frames of each other, ms. */
const gatherMs = 40;
const tries = 6;

/** Combines the historian queries of the panels of a page and limits how many run at once. */
export class HistoryQueue {
  readonly #gathering = new Map<string, Waiting[]>();
  readonly #ready: (() => Promise<void>)[] = [];
  #open = 0;

  /** @throws ApiError */
  async request(query: HistoryQuery): Promise<readonly SeriesBody[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly SeriesBody[]>();
    const waiting = this.#gathering.get(query.key);
    if (waiting !== undefined) waiting.push({ query, resolve, reject });
    else {
      this.#gathering.set(query.key, [{ query, resolve, reject }]);
      setTimeout(() => this.#close(query.key), gatherMs);
    }
    return await promise;
  }

  #close(key: string): void {
    const waiting = this.#gathering.get(key) ?? [];
    this.#gathering.delete(key);
    const first = waiting[0]?.query;
    if (first === undefined) return;
    const tags = [...new Set(waiting.flatMap(({ query }) => query.tags))];
    const parts: Promise<readonly SeriesBody[]>[] = [];
    for (let at = 0; at < tags.length; at += limits.historyTags) {
      const names = tags.slice(at, at + limits.historyTags);
      parts.push(this.#schedule(async () => await this.#read({ ...first, tags: names })));
    }
    Promise.all(parts).then(
      (answers) => {
        const series = answers.flat();
        for (const { resolve } of waiting) resolve(series);
      },
      (thrown: unknown) => {
        for (const { reject } of waiting) reject(thrown);
      },
    );
  }

  async #schedule<T>(job: () => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#ready.push(async () => await job().then(resolve, reject));
    this.#run();
    return await promise;
  }

  #run(): void {
    while (this.#open < atOnce) {
      const job = this.#ready.shift();
      if (job === undefined) return;
      this.#open++;
      void job().then(() => {
        this.#open--;
        this.#run();
      });
    }
  }

  async #read({ tags, from, to, maxPoints }: HistoryQuery): Promise<readonly SeriesBody[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await query('GET /api/history', { tags, from, to, maxPoints })).series;
      } catch (thrown) {
        const wait = thrown instanceof ApiError && thrown.code === 'too-many' ? (thrown.body?.retryAfterMs ?? 500) : undefined;
        if (wait === undefined || attempt >= tries) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, wait * attempt));
      }
    }
  }
}
