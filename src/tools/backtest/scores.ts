import type { ScoreHook } from '../../detection/engine/index.ts';

/** Highest score of one row with its channel. */
export class RowScores {
  highest = 0;
  detector = 0;
  channel = 0;

  begin(): void {
    this.highest = 0;
  }

  readonly takeScore: ScoreHook = (detector, channel, _time, score) => {
    if (!(score > this.highest)) return;
    this.highest = score;
    this.detector = detector;
    this.channel = channel;
  };
}
