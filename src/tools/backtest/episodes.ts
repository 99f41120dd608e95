import type { Finding } from '../../core/finding.ts';
import type { RowResult } from './run.ts';

/** Consecutive rows in alarm, and what was found in them. Rows are numbers of results, times ms UTC. */
export interface Episode {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly from: number;
  /** Its last row. */
  readonly to: number;
  /** Highest score of its rows. */
  readonly peak: number;
  /** Those that were open in it, each as it was at its worst, in the order in which they began; the first ones of many. */
  readonly findings: readonly Finding[];
}

interface Growing extends Episode {
  lastRow: number;
  to: number;
  peak: number;
  readonly byId: Map<string, Finding>;
}

const mostFindings = 50;

/** Puts rows in alarm together as they come. */
export class EpisodeBook {
  readonly #episodes: Growing[] = [];

  see({ row, time, score, alarm, open }: RowResult): void {
    if (!alarm) return;
    let episode = this.#episodes.at(-1);
    if (episode?.lastRow !== row - 1) {
      episode = { firstRow: row, lastRow: row, from: time, to: time, peak: score, findings: [], byId: new Map() };
      this.#episodes.push(episode);
    }
    episode.lastRow = row;
    episode.to = time;
    episode.peak = Math.max(episode.peak, score);
    for (const finding of open) {
      const known = episode.byId.get(finding.id);
      if (known === undefined ? episode.byId.size < mostFindings : finding.peak > known.peak)
        episode.byId.set(finding.id, finding);
    }
  }

  episodes(): readonly Episode[] {
    return this.#episodes.map(({ byId, ...episode }) => ({ ...episode, findings: [...byId.values()] }));
  }
}
