import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { ScadaError } from '../../core/errors.ts';
import { type Draft, draftText } from '../draft.ts';
import { importCsv } from '../import/csv.ts';
import { importTelegraf } from '../import/telegraf/index.ts';

interface Options {
  readonly out?: string;
}

/** `scadawatch import`: a configuration from a list of tags or from Telegraf's. */
export function importCommand(program: Command): void {
  program
    .command('import')
    .description(
      'make a plant configuration from a tag list (CSV) or from the Modbus and OPC UA inputs of a Telegraf configuration',
    )
    .argument('<file>', 'tag list (.csv, .tsv, .txt) or Telegraf configuration (.conf, .toml)')
    .option('--out <file>', 'where to write it; it must not be there yet (default: standard output)')
    .action(async (file: string, options: Options) => {
      const draft = readDraft(file, await read(file));
      const text = draftText(draft);
      if (options.out === undefined) process.stdout.write(text);
      else await writeNew(options.out, text);
      console.error(`${draft.tags.length} tags on ${Object.keys(draft.devices).length} devices`);
      for (const loss of draft.losses) console.error(`not carried over: ${loss}`);
    });
}

const readDraft = (file: string, text: string): Draft =>
  /\.(conf|toml)$/i.test(file) ? importTelegraf(text, file) : importCsv(text, file);

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: it can not be read`, { cause });
  }
}

/** Writes a file that must not be there yet: what a person has gone over is not overwritten. */
export async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: it can not be written`, {
      hint: 'it must not be there yet, so that nothing is overwritten',
      cause,
    });
  }
}
