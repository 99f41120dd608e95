import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../../core/clock.ts';
import { timeOption } from '../../tools/option-values.ts';
import { type ApproveOptions, approveStored, withdrawStored } from '../../tools/reference/approve.ts';
import { parseSpan, type Span } from '../../tools/reference/choose.ts';
import { listDifferences } from '../../tools/reference/diff.ts';
import { stopSignal } from '../../service/process.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { loadUntouched } from './untouched.ts';

/** `scadawatch reference`: approves the values of set-points and parameters, and lists those that differ. */
export function referenceCommand(program: Command): void {
  const reference = program
    .command('reference')
    .description('approve the present values of set-points and parameters, and list those that differ');
  commonOptions(reference.command('diff'))
    .description('list set-points and parameters that differ from the reference set; also while the monitor runs')
    .argument('<plant.yaml>', 'plant configuration')
    .addHelpText('after', '\nThe monitor has found them. The exit code is 1 if there is one, or if the set is not valid.')
    .action(async (file: string, options: CommonOptions) => {
      const { isEqual, lines } = await listDifferences(await loadUntouched(file, options), options.data, stopSignal());
      for (const line of lines) console.log(line);
      if (!isEqual) process.exitCode = 1;
    });
  commonOptions(reference.command('approve'))
    .description('approve the last values as the reference set while the monitor is stopped')
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--reason <text>', 'reason that is recorded with the reference set and in the audit trail')
    .option('--add <tag>', 'tag to add to those of the former set; * stands for any text; repeatable', collected, [])
    .option('--exclude <tag>', 'tag to leave out; * stands for any text; repeatable', collected, [])
    .option('--span <tag=low..high>', 'span within which operators may move a value; repeatable', collectedSpans, [])
    .option('--at <time>', 'time of the values: ISO 8601, or 2h for two hours ago (default: now)', atTime)
    .addHelpText('after', '\nWithout a former set, it has all set-points and parameters. Spans of the former set stay.')
    .action(async (file: string, options: CommonOptions & Omit<ApproveOptions, 'print'>) => {
      await approveStored(await loadUntouched(file, options), { ...options, print: console.log }, stopSignal());
    });
  commonOptions(reference.command('withdraw'))
    .description('withdraw the reference set while the monitor is stopped')
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--reason <text>', 'reason that is recorded with the withdrawal and in the audit trail')
    .action(async (file: string, options: CommonOptions & Pick<ApproveOptions, 'reason'>) =>
      withdrawStored(await loadUntouched(file, options), { ...options, print: console.log }),
    );
}

const atTime = timeOption(() => systemClock.now());
const collected = (text: string, before: readonly string[]): readonly string[] => [...before, text];

function collectedSpans(text: string, before: readonly Span[]): readonly Span[] {
  const span = parseSpan(text);
  if (span === undefined) throw new InvalidArgumentError('expected a span such as CL.SP=0.8..1.2');
  return [...before, span];
}
