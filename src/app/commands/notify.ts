import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { AlertChange } from '../../core/alert.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError, toScadaError } from '../../core/errors.ts';
import { notifierName, openNotifier } from '../../monitor/notifying.ts';
import { positionsText } from '../../notify/positions-text.ts';
import { exitCodes, stopSignal } from '../../service/process.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { registry } from '../registry.ts';

/** `scadawatch notify`: tries a notifier, and lists what is undelivered. */
export function notifyCommand(program: Command): void {
  const notify = program.command('notify').description('try notifiers, and list what their receivers have refused');
  commonOptions(notify.command('undelivered'))
    .description('list the changes of alerts that receivers have refused, by their numbers')
    .action(({ data }: CommonOptions) => console.log(positionsText(data)));
  commonOptions(notify.command('test'))
    .description('send one test alert, marked as a test, by a notifier of the configuration')
    .argument('<plant.yaml>', 'plant configuration')
    .argument('[name]', 'type of a notifier, or type and place in the list, e.g. webhook-1; all if not given')
    .action(async (file: string, name: string | undefined) => {
      const config = await loadConfig(file, { registry, environment: process.env });
      const all = config.notifiers.map(({ plugin }, index) => ({ plugin, index, name: notifierName(plugin, index) }));
      const chosen = all.filter(({ plugin, name: own }) => name === undefined || name === plugin.type || name === own);
      if (chosen.length === 0)
        throw new ScadaError('config', 'CONFIG_INVALID', `${file} has no notifier ${name ?? ''}`.trim(), {
          hint: all.length === 0 ? 'add one to `notifiers`' : `its notifiers are ${all.map((each) => each.name).join(', ')}`,
        });
      const signal = stopSignal();
      for (const { index, name: called } of chosen) {
        try {
          await openNotifier(config, index).notifier.notify(testChange(config.site.name), signal);
          console.log(`ok   ${called}: the test alert was sent`);
        } catch (thrown) {
          signal.throwIfAborted();
          const { message, hint } = toScadaError(thrown);
          console.log(`FAIL ${called}: ${message}`);
          if (hint !== undefined) console.log(`       ${hint}`);
          process.exitCode = exitCodes.failed;
        }
      }
    });
}

/** An alert of priority 1 that says that it is a test. */
function testChange(site: string): AlertChange {
  const time = systemClock.now();
  const title = `Test of notifications at ${site}`;
  const explanation = {
    title: title.slice(0, 48),
    sentence: `This is a test of the notifications of ${site}: nothing has happened in the plant.`,
    contributions: [],
    normalIf: '',
    techniques: [],
  };
  return {
    sequence: time,
    time,
    kind: 'raised',
    by: { role: 'monitor' },
    note: 'test',
    alert: {
      id: `TEST-${time}`,
      incident: `TEST-${time}`,
      priority: 1,
      state: 'B',
      title: explanation.title,
      area: 'test',
      equipment: 'test',
      tags: [],
      since: time,
      raisedAt: time,
      changedAt: time,
      findings: [],
      explanation,
      techniques: [],
      response: 'None: this is a test',
    },
  };
}
