import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { notifiers } from '../../../src/notifiers/index.ts';
import { ListeningReceiver } from '../../support/listening-receiver.ts';
import { notifiersToFiles } from '../../support/receiver-kinds.ts';

/** What one receiver got. */
export interface Received {
  readonly type: string;
  /** Of alerts, in the order of their first arrival. */
  readonly ids: readonly string[];
  /** Of the last message, ms UTC; absent for files. */
  readonly lastAt?: number;
  readonly busiestMinute: number;
  readonly getsEachChange: boolean;
}

/** Settings of one notifier. */
export type NotifierSettings = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * A receiver for each type of notifier, in a process of its own: `receivers.ts FOLDER`. Prints the `NotifierSettings` as one line of JSON,
 * and a line with what each has `Received` for each line of its input.
 */
const [folder = ''] = process.argv.slice(2);
const receivers: ListeningReceiver[] = [];
for (const plugin of notifiers) {
  const receiver = await ListeningReceiver.open(plugin, Date.now);
  if (receiver !== undefined) receivers.push(receiver);
}
const folders = notifiersToFiles.map((type) => ({ type, folder: join(folder, type) }));
for (const { folder: own } of folders) mkdirSync(own, { recursive: true });
const settings: readonly NotifierSettings[] = [
  ...receivers.map((receiver) => ({ type: receiver.type, ...receiver.settings() })),
  ...folders.map((own) => ({ ...own, site: 'Bench' })),
];
console.log(JSON.stringify(settings));

function received(): Received[] {
  return [
    ...receivers.map((receiver) => ({
      type: receiver.type,
      ids: [...receiver.ids],
      lastAt: receiver.times.at(-1) ?? 0,
      busiestMinute: receiver.busiestMinute(),
      getsEachChange: receiver.getsEachChange,
    })),
    ...folders.map(({ type, folder: own }) => ({
      type,
      // the names have the order of the changes
      ids: [
        ...new Set(
          readdirSync(own)
            .toSorted()
            .flatMap((name) => /ALT-\d{6}/.exec(name)?.[0] ?? []),
        ),
      ],
      busiestMinute: 0,
      getsEachChange: true,
    })),
  ];
}

createInterface(process.stdin)
  .on('line', () => console.log(JSON.stringify(received())))
  .on('close', () => process.exit(0));
