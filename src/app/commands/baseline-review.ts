import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import type { StateStore } from '../../core/state.ts';
import type { BaselineManager } from '../../learning/baselines/manager.ts';
import { CalibrationReviewer, decidedText } from '../../learning/review/reviewer.ts';
import { episodeLines, episodesText, undecidedText } from '../../learning/review/summary.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';

export interface ReviewOptions {
  readonly out?: string;
  readonly apply?: string;
  readonly data: string;
}

/** Data directory and site whose calibration is reviewed. */
interface ReviewedSite {
  readonly state: StateStore;
  readonly manager: BaselineManager;
  readonly plan: DetectionPlan;
  readonly site: string;
}

/** Adds the options of `scadawatch baseline review`. */
export const withReviewOptions = (command: Command): Command =>
  command
    .option('--out <file>', 'YAML file to write, for a decision about each episode')
    .option('--apply <file>', 'file with decisions: thresholds follow without reading the data again');

/** Lists the unusual episodes of the calibration, writes them to a file, or applies the decisions of one. */
export async function reviewCalibration(
  { state, manager, plan, site }: ReviewedSite,
  { out, apply, data }: ReviewOptions,
): Promise<void> {
  const reviewer = new CalibrationReviewer({ state, manager, plan, clock: systemClock, dataDir: data, siteName: site });
  const before = reviewer.list()?.version;
  if (apply !== undefined) {
    const { version, promise, episodes } = await reviewer.apply(await readFile(apply, 'utf8'), consoleActor());
    if (version === before) console.log('The file changes no decision.');
    else console.log(`Baseline version ${version}: ${decidedText(episodes)}. A running monitor uses it after a restart.`);
    console.log(promise);
    console.log(undecidedText(episodes));
    return;
  }
  const file = reviewer.file();
  const { episodes = [], promise = '' } = reviewer.list() ?? {};
  if (out === undefined) for (const line of episodes.flatMap(episodeLines)) console.log(line);
  else {
    await writeFile(out, file);
    console.log(`${episodesText(episodes.length)} of baseline version ${before} in ${out}`);
  }
  console.log(promise);
  console.log(undecidedText(episodes));
}
