import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { DetectionLimitStatus } from '../../core/detection-limits.ts';
import type { BaselineLine, LearnedFrom } from '../../core/monitor.ts';
import type { StateStore } from '../../core/state.ts';
import type { UnwatchedStatus } from '../../core/unwatched.ts';
import { openState } from '../../state/state.ts';
import { BaselineManager, titleOf } from '../../learning/baselines/manager.ts';
import { differences } from '../../learning/baselines/diff.ts';
import { keyInFile, readFileText, writeFileText } from '../../learning/baselines/file.ts';
import { limitLines, limitStatus } from '../../learning/detection-limits/stored.ts';
import { unwatchedIn, unwatchedLines } from '../../learning/baselines/unwatched.ts';
import { withModes } from '../../learning/baselines/modes.ts';
import { modesInForce } from '../../learning/baselines/modes-in-force.ts';
import { type DetectionPlan, planDetection } from '../../detection/plan/plan.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { durationOption } from '../../tools/option-values.ts';
import { stopSignal } from '../../service/process.ts';
import { ProgressBar } from '../../service/progress.ts';
import { registry } from '../registry.ts';
import { readGiven } from '../../tools/given-file.ts';
import { readableHistory } from '../../tools/readable-history.ts';
import { historyOf, printMeasuredLimits } from '../../tools/detection-limits/print.ts';
import { reviewCalibration, type ReviewOptions, withReviewOptions } from './baseline-review.ts';

interface ReasonOption extends CommonOptions {
  readonly reason?: string;
}
interface ChannelOption extends CommonOptions {
  readonly channel?: string;
}
interface ApproveOptions extends ReasonOption, ChannelOption {}

const by = consoleActor();

/** Time for `scadawatch baseline measure-limits`, ms. */
const defaultLimitsMs = 600_000;

/** A baseline manager with a stored baseline. */
interface Opened {
  readonly manager: BaselineManager;
  readonly state: StateStore;
  readonly config: MonitorConfig;
  readonly plan: DetectionPlan;
  readonly site: string;
  readonly learned: LearnedFrom;
  readonly limits: () => DetectionLimitStatus;
}

/** `scadawatch baseline`: shows, compares, approves, edits and unlearns baseline entries. */
export function baselineCommand(program: Command): void {
  const baseline = program
    .command('baseline')
    .description('show, compare, approve, edit, unlearn and import the baseline entries that were learned from normal operation');
  const command = (name: string, what: string): Command =>
    commonOptions(baseline.command(name)).description(what).argument('<plant.yaml>', 'plant configuration');
  const reasoned = (name: string, what: string): Command =>
    command(name, what).option('--reason <text>', 'reason that is recorded in the audit trail');

  command('show', 'print the entries')
    .option('--channel <name>', 'entries of this tag, group or device only')
    .action(async (file: string, options: ChannelOption) =>
      withBook(file, options, ({ manager, plan, site, learned, limits }) => {
        console.log(writeFileText(site, learned, ofChannel(manager.lines(), options.channel)));
        // written as comments, so that the output stays a valid baseline file
        for (const line of unwatchedLines(ofTag(unwatchedIn(plan, manager.baseline), options.channel), Infinity))
          console.log(`# ${line}`);
        for (const line of limitLines(limitsOfTag(limits(), options.channel), plan, Infinity)) console.log(`# ${line}`);
      }),
    );

  command('export', 'write all entries to a file')
    .requiredOption('--out <file>', 'YAML file to write')
    .action(async (file: string, options: CommonOptions & { readonly out: string }) =>
      withBook(file, options, async ({ manager, site, learned }) => {
        await writeFile(options.out, writeFileText(site, learned, manager.lines()));
        console.log(`${manager.lines().length} lines of baseline version ${learned.version} in ${options.out}`);
      }),
    );

  command('diff', 'list the differences between a file and the baseline')
    .argument('<baseline.yaml>', 'exported file')
    .action(async (file: string, other: string, options: CommonOptions) =>
      withBook(file, options, async ({ manager }) => {
        const found = differences(manager.lines(), await readGiven(other));
        for (const line of found) console.log(line);
        console.log(found.length === 0 ? 'No difference.' : `${found.length} lines differ.`);
      }),
    );

  withReviewOptions(
    command('review', 'list unusual episodes in the calibration data, and decide which are normal operation'),
  ).action(async (file: string, options: CommonOptions & ReviewOptions) =>
    withBook(file, options, async (opened) => reviewCalibration(opened, options)),
  );

  command('measure-limits', 'measure the detection limits again, such as after a review or an edit')
    .option('--limits-time <duration>', 'time for it (default: 10m)', durationOption, defaultLimitsMs)
    .action(async (file: string, options: CommonOptions & { readonly limitsTime: number }) =>
      withBook(file, options, async ({ manager, state, config, plan }) => {
        const { from = 0, to = 0 } = manager.baseline?.calibration ?? {};
        await using history = await readableHistory(config, options.data, 'baseline measure-limits', console.error);
        const source = historyOf(config, history.dir, { from, to, excluded: [] });
        const bar = new ProgressBar(systemClock);
        const budgetMs = options.limitsTime;
        await printMeasuredLimits({
          plan,
          source,
          budgetMs,
          state,
          bar,
          signal: stopSignal(),
          most: Infinity,
          print: console.log,
        });
      }),
    );

  reasoned('approve', 'approve entries; an unlearned entry takes effect again')
    .argument('[line]', 'entry such as "range" or "discrete 1 running"; default: all entries of the channel')
    .requiredOption('--channel <name>', 'tag, group or device; "all" for every entry')
    .action(async (file: string, line: string | undefined, options: ApproveOptions) =>
      withBook(file, options, ({ manager }) => {
        const { channel, reason } = options;
        const lines = channel === 'all' ? manager.lines() : ofChannel(manager.lines(), channel);
        const chosen = line === undefined ? lines : lines.filter((one) => keyInFile(one) === line);
        if (chosen.length === 0) throw noLine(`${channel} ${line ?? ''}`);
        manager.approve(chosen, by, reason);
        console.log(`${chosen.length} lines approved.${chosen.some(({ later }) => later) ? ` ${whenModesWork}` : ''}`);
      }),
    );

  reasoned('edit', 'replace learned numbers; entering the learned numbers again undoes the edit')
    .argument('<channel>', 'tag, group or device')
    .argument('<line>', 'entry such as "range"')
    .argument('<figure=number...>', 'new numbers such as low=1.2 high=3.4', figure, {})
    .action(async (file: string, channel: string, line: string, figures: Record<string, number>, options: ReasonOption) =>
      withBook(file, options, ({ manager }) => {
        const found = lineOf(manager, channel, line);
        manager.edit(found, figures, by, options.reason);
        console.log(`${channel} ${line} edited. ${found.later === true ? whenModesWork : whenItWorks}`);
      }),
    );

  reasoned('unlearn', 'remove an entry: its detector no longer judges the channel, and learned traffic counts as new again')
    .argument('<channel>', 'tag, group or device')
    .argument('<line>', 'entry such as "range"')
    .action(async (file: string, channel: string, line: string, options: ReasonOption) =>
      withBook(file, options, ({ manager }) => {
        const found = lineOf(manager, channel, line);
        manager.unlearn(found, by, options.reason);
        console.log(unlearnedText(found));
      }),
    );

  command('import', 'import decisions from a file: changed figures become edits, approvals and unlearned entries are applied')
    .argument('<baseline.yaml>', 'exported file with edits')
    .action(async (file: string, other: string, options: CommonOptions) =>
      withBook(file, options, async ({ manager }) => {
        const own = { by: by.role, at: systemClock.now() };
        const lines = readFileText(await readGiven(other), manager.learnedLines(), own);
        manager.replace(lines, by, other);
        console.log(`${lines.length} lines differ from what was learned. ${whenItWorks}`);
      }),
    );
}

const whenModesWork = 'What is decided about modes takes effect with the next calibration: scadawatch calibrate.';
const whenItWorks = 'A running monitor takes it when it is started again; the Baseline page acts at once.';

function unlearnedText({ detector, channel, name, later, forgets }: BaselineLine): string {
  if (later === true) return `Modes of ${channel} unlearned. ${whenModesWork}`;
  if (forgets === true) return `${detector} ${name} unlearned: it is new when it comes again. ${whenItWorks}`;
  return `${detector} does not judge ${channel} any more. ${whenItWorks}`;
}

async function withBook(file: string, options: CommonOptions, work: (opened: Opened) => void | Promise<void>): Promise<void> {
  const stated = await loadConfig(file, { registry, environment: process.env });
  using state = openState(options.data);
  const config = withModes(stated, modesInForce(state.baselines, stated.tags));
  const plan = planDetection(config);
  const manager = new BaselineManager(state, plan, systemClock);
  const { learned } = manager;
  if (learned === undefined)
    throw new ScadaError('config', 'INPUT_INVALID', `${options.data} holds no baseline for ${file}`, {
      hint: 'Run scadawatch calibrate. A change of tags, groups, detectors or alarm budget requires a new calibration.',
    });
  const limits = (): DetectionLimitStatus => limitStatus(state.baselines, plan);
  await work({ manager, state, config, plan, site: config.site.name, learned, limits });
}

const ofChannel = (lines: readonly BaselineLine[], channel: string | undefined): readonly BaselineLine[] =>
  channel === undefined ? lines : lines.filter((line) => line.channel === channel || line.tags.includes(channel));

const ofTag = ({ channels, unwatched, wider }: UnwatchedStatus, channel: string | undefined): UnwatchedStatus => ({
  channels,
  wider,
  unwatched: channel === undefined ? unwatched : unwatched.filter((one) => one.channel === channel || one.tags.includes(channel)),
});

const limitsOfTag = (status: DetectionLimitStatus, channel: string | undefined): DetectionLimitStatus => ({
  ...status,
  tags: channel === undefined ? status.tags : status.tags.filter(({ tag }) => tag === channel),
  without: channel === undefined ? status.without : status.without.filter(({ tag }) => tag === channel),
});

function lineOf(manager: BaselineManager, channel: string, key: string): BaselineLine {
  const line = manager.lines().find((one) => one.channel === channel && keyInFile(one) === key);
  if (line === undefined) throw noLine(titleOf({ channel, detector: key, name: '' }));
  return line;
}

const noLine = (what: string): ScadaError =>
  new ScadaError('config', 'INPUT_INVALID', `the baseline has no entry ${what.trim()}`, {
    hint: 'scadawatch baseline show lists the entries.',
  });

/** Adds a figure such as `low=1.2` to those of earlier options. */
function figure(text: string, before: Record<string, number>): Record<string, number> {
  const [, word, value] = /^(\S[^=]*)=(-?\d+(?:\.\d+)?(?:e-?\d+)?)$/i.exec(text) ?? [];
  if (word === undefined) throw new InvalidArgumentError('a figure and its number are needed, such as low=1.2');
  return { ...before, [word]: Number(value) };
}
