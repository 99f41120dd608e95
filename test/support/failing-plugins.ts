import { z } from 'zod';
import { modbus } from '../../collectors/modbus/index.ts';
import type { CollectorPlugin } from '../../src/core/collector.ts';
import type { HistorianPlugin } from '../../src/core/historian.ts';
import type { NotifierPlugin } from '../../src/core/notifier.ts';

/** A fault that a test switches on: the plug-ins below then throw it or never answer. */
export interface Fault {
  error?: Error | undefined;
  hangs?: boolean | undefined;
}

/** An error as thrown by the file system. */
export const diskError = (code: 'ENOSPC' | 'EROFS'): Error => Object.assign(new Error(`${code}: write`), { code });

async function suffer(fault: Fault): Promise<void> {
  if (fault.hangs === true) await new Promise(() => {});
  if (fault.error !== undefined) throw fault.error;
}

const schema = z.strictObject({});

/** A historian that stores nothing. */
export function failingHistorian(fault: Fault): HistorianPlugin {
  const plugin: HistorianPlugin = {
    type: 'failing',
    summary: 'Fails on command.',
    schema,
    create: async () => ({
      write: () => suffer(fault),
      query: async () => [],
      scan: async function* () {},
      stats: async () => ({ samples: 0, bytes: 0, oldest: Number.NaN }),
      [Symbol.asyncDispose]: async () => {},
    }),
  };
  return plugin;
}

export function failingNotifier(fault: Fault): { readonly plugin: NotifierPlugin; readonly told: string[] } {
  const told: string[] = [];
  const plugin: NotifierPlugin = {
    type: 'failing',
    summary: 'Fails on command.',
    schema,
    create: () => ({
      notify: async ({ alert }) => {
        await suffer(fault);
        told.push(alert.title);
      },
      notifyDigest: () => suffer(fault),
      canary: () => suffer(fault),
    }),
  };
  return { plugin, told };
}

/** The Modbus collector, whose session throws while the fault is set. */
export function failingCollector(fault: Fault): CollectorPlugin {
  return {
    ...modbus,
    create: (config, target, context) => {
      const collector = modbus.create(config as never, target, context);
      return {
        connect: async (signal) => {
          await suffer(fault);
          const session = await collector.connect(signal);
          return {
            stats: () => session.stats(),
            async *[Symbol.asyncIterator]() {
              for await (const observation of session) {
                await suffer(fault);
                yield observation;
              }
            },
            [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
          };
        },
      };
    },
  };
}
