import type { Finding } from '../../core/finding.ts';
import type { RowResult } from './run.ts';

/** Consecutive rows in alarm with their findings. Rows are result numbers, times are ms UTC. */
export interface Episode {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly from: number;
  /** Last row. */
  readonly to: number;
  /** Highest score. */
  readonly peak: number;
  /** The first open findings in the order of their begin, each at its highest score. */
  readonly findings: readonly Finding[];
}

interface Growing extends Episode {
  lastRow: number;
  to: number;
  peak: number;
  readonly byId: Map<string, Finding>;
}

const mostFindings = 50;

/** Combines rows in alarm into episodes. */
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
