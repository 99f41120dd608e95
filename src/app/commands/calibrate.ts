import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { figuresOf } from '../../learning/baselines/manager.ts';
import { modeLines, withModes } from '../../learning/baselines/modes.ts';
import { unwatchedIn, unwatchedLines } from '../../learning/baselines/unwatched.ts';
import { limitsTime } from '../../learning/detection-limits/job.ts';
import { modesAgreed } from '../../learning/baselines/modes-in-force.ts';
import type { StoredModes } from '../../detection/baseline/format.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { StateStore } from '../../core/state.ts';
import { openState } from '../../state/state.ts';
import { learnCaptures } from '../../learning/job/captures.ts';
import { excludedIn } from '../../learning/job/exclude.ts';
import { runCalibration } from '../../learning/job/job.ts';
import { keepingIn } from '../../learning/review/keeping.ts';
import { undecidedText } from '../../learning/review/summary.ts';
import { saveBaseline, saveShadowBaseline, saveTraffic } from '../../learning/baselines/store.ts';
import { type DetectionPlan, planDetection, planShadow } from '../../detection/plan/plan.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { durationOption, timeOption } from '../../tools/option-values.ts';
import { stopSignal } from '../../service/process.ts';
import { ProgressBar } from '../../service/progress.ts';
import { readableHistory } from '../../tools/readable-history.ts';
import { historyOf, printMeasuredLimits } from '../../tools/detection-limits/print.ts';
import { loadUntouched } from './untouched.ts';

interface CalibrateOptions extends CommonOptions {
  readonly from?: number;
  readonly to?: number;
  readonly capture: readonly string[];
  readonly limitsTime?: number;
}

/** Inputs of a calibration after the configuration is read. */
interface Work {
  readonly config: MonitorConfig;
  /** Learned modes that were added to the configuration. */
  readonly modes: readonly StoredModes[];
  readonly state: StateStore;
  readonly data: string;
  readonly signal: AbortSignal;
  readonly bar: ProgressBar;
  /** Steps of this calibration, in their order. */
  readonly parts: readonly Part[];
}

type Part = 'recordings' | 'history' | 'shadow';

/** `scadawatch calibrate`: learns a baseline from recorded normal operation, and from captures of normal traffic. */
export function calibrateCommand(program: Command): void {
  const time = timeOption(() => systemClock.now());
  commonOptions(program.command('calibrate'))
    .description('learn normal operation from the historian and set thresholds by the alarm budget')
    .argument('<plant.yaml>', 'plant configuration')
    .option('--from <time>', 'start of normal operation: ISO 8601, or 3d for three days ago', time)
    .option('--to <time>', 'end of normal operation (default: now)', time)
    .option('--capture <file...>', 'captures of normal traffic (pcap, pcapng): learns the conversations only', [])
    .option(
      '--limits-time <duration>',
      'time for the detection limits, 0s for none (default: a quarter of the calibration)',
      durationOption,
    )
    .addHelpText(
      'after',
      '\n--from learns process values, --capture learns traffic; both can be given.' +
        '\nNot learned: times of open alerts, maintenance, bad quality and device starts.' +
        '\nBeside a running monitor with the embedded historian, a copy of its history in the temporary folder is read.' +
        '\nA running monitor takes the new baseline when it is started again.',
    )
    .action(async (file: string, options: CalibrateOptions) => {
      if (options.from === undefined && options.capture.length === 0)
        throw new ScadaError('config', 'INPUT_INVALID', 'no source of normal operation is given', {
          hint: 'Give --from (start of normal operation) or --capture (files of normal traffic).',
        });
      const stated = await loadUntouched(file, options);
      using state = openState(options.data);
      const modes = modesAgreed(state.baselines, stated.tags);
      const config = withModes(stated, modes);
      const parts: Part[] = [
        ...(options.capture.length > 0 ? ['recordings' as const] : []),
        ...(options.from === undefined ? [] : ['history' as const]),
        ...(options.from === undefined || planShadow(config) === undefined ? [] : ['shadow' as const]),
      ];
      const bar = new ProgressBar(systemClock);
      const work: Work = { config, modes, state, data: options.data, signal: stopSignal(), bar, parts };
      try {
        if (options.capture.length > 0) await learnTraffic(work, options.capture);
        if (options.from !== undefined)
          await learnHistory(work, options.from, options.to ?? systemClock.now(), options.limitsTime);
      } finally {
        bar.end();
      }
    });
}

async function learnTraffic(work: Work, files: readonly string[]): Promise<void> {
  const { config, state, signal, bar } = work;
  const traffic = await learnCaptures(config, files, progressOf(work, 'recordings'), signal);
  bar.end();
  const version = saveTraffic(state.baselines, traffic, systemClock.now());
  note(state, `traffic version ${version}`, traffic.source);
  console.log(`Baseline of traffic, version ${version}: ${traffic.source}`);
}

async function learnHistory(work: Work, from: number, to: number, limitsMs: number | undefined): Promise<void> {
  const { config, modes, state, data, signal, bar } = work;
  const { alerts, windows, excluded } = await excludedIn(state, config.tags, from, to);
  await using history = await readableHistory(config, data, 'calibrate', console.error);
  const source = historyOf(config, history.dir, { from, to, excluded });
  const shadowPlan = planShadow(config);
  const learn = async (plan: DetectionPlan, part: Part) => {
    const workers = config.workers ?? availableParallelism();
    const keep = part === 'history' ? keepingIn(state.baselines, data) : undefined;
    const learned = await runCalibration({ plan, source, workers, modes, keep }, progressOf(work, part), signal);
    bar.end();
    return learned;
  };
  const began = systemClock.monotonic();
  const baseline = await learn(planDetection(config), 'history');
  const budgetMs = limitsMs ?? limitsTime(systemClock.monotonic() - began);
  const version = saveBaseline(state.baselines, baseline, systemClock.now());
  note(state, `version ${version}`, baseline.calibration.source);
  if (alerts.length > 0) console.log(`What ${alerts.length} alerts of that time were about was not learned.`);
  if (windows.length > 0) console.log(`Nor was what ${windows.length} maintenance windows of that time covered.`);
  console.log(`Baseline version ${version}: ${baseline.calibration.source}`);
  if (history.isCopy) console.log('The running monitor uses it from its next start.');
  console.log(baseline.calibration.promise.text);
  for (const { name, text } of baseline.calibration.positions ?? []) console.log(`${name}: ${text}`);
  console.log(`${undecidedText(baseline.episodes?.list ?? [])} See scadawatch baseline review.`);
  for (const line of unwatchedLines(unwatchedIn(planDetection(config), baseline), mostUnwatched)) console.log(line);
  printModes(baseline.modes ?? []);
  if (shadowPlan !== undefined) {
    const shadow = await learn(shadowPlan, 'shadow');
    const own = saveShadowBaseline(state.baselines, shadow, systemClock.now());
    note(state, `shadow version ${own}`, shadow.calibration.source);
    console.log(`Baseline of shadow, version ${own}: ${shadow.calibration.promise.text}`);
  }
  const plan = planDetection(config);
  if (budgetMs > 0)
    await printMeasuredLimits({ plan, source, budgetMs, state, bar, signal, most: mostLimits, print: console.log });
}

/** Tags whose detection limits are listed, the least sensitive first; `scadawatch baseline show` lists all. */
const mostLimits = 10;

/** Unwatched channels that are listed; `scadawatch baseline show` lists all. */
const mostUnwatched = 20;

function printModes(modes: readonly StoredModes[]): void {
  const inForce = modes.filter(({ approved }) => approved !== undefined).map(({ equipment }) => equipment);
  const proposed = modes.filter(({ approved }) => approved === undefined);
  if (inForce.length > 0) console.log(`Learned in the approved modes of ${inForce.join(', ')}.`);
  for (const line of modeLines(proposed)) console.log(`Modes of ${line.channel} proposed: ${figuresOf(line)}`);
  const [first] = proposed;
  if (first !== undefined)
    console.log(
      `They take effect when approved (scadawatch baseline approve --channel ${first.equipment}) and calibrated again.`,
    );
}

/** Continues the progress bar from one step to the next. */
const progressOf = ({ bar, parts }: Work, part: Part) => bar.part(parts.indexOf(part), parts.length);

function note(state: StateStore, object: string, after: string): void {
  state.audit.append({ ...consoleActor(), time: systemClock.now(), action: 'baseline.learned', object, after });
}
