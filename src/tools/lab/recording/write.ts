import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { HeadlessPlay } from '../../../../simulators/lab/headless-exercise.ts';
import { techniqueById } from '../../../core/attack.ts';
import type { HistorianFiles } from '../../../core/historian.ts';
import type { TagTable } from '../../../core/tag.ts';
import { type Cell, type Column, CsvFile, type RecordedFile } from './csv-file.ts';
import { datasheet, type RecordingFacts } from './datasheet.ts';
import { packetFileName, type Recorder } from './recorder.ts';

/**
 * Completes a recording: the values again as Parquet, ground truth, steps, tags, `recording.json`, datasheet and checksums.
 * @param format of the files beside CSV
 */
export async function completeRecording(
  dir: string,
  recorder: Recorder,
  facts: Omit<RecordingFacts, 'files' | 'columns'>,
  tags: TagTable,
  format: HistorianFiles,
): Promise<void> {
  recorder.close();
  const rows = new Map<string, number>([[packetFileName, recorder.packets.packets]]);
  const columns = new Map<string, readonly Column[]>();
  const written = (name: string, file: CsvFile): void => {
    rows.set(`${name}.csv`, file.rows);
    columns.set(`${name}.csv`, file.columns);
  };
  for (const [name, file] of Object.entries(recorder.files)) {
    const types = file.columns.map(({ type }) => type);
    await format.fromCsv(join(dir, `${name}.csv`), join(dir, `${name}.parquet`), types);
    written(name, file);
    rows.set(`${name}.parquet`, file.rows);
  }
  for (const { name, columns: head, cells } of [spanTable(facts.plays), stepTable(facts.plays), tagTable(tags)]) {
    const file = new CsvFile(join(dir, `${name}.csv`), head);
    for (const row of cells) file.add(row);
    file.close();
    written(name, file);
  }
  const { plays, ...about } = facts;
  await writeFile(join(dir, 'recording.json'), `${JSON.stringify({ ...about, plays }, undefined, 2)}\n`);
  const files: RecordedFile[] = [];
  for (const name of (await readdir(dir)).toSorted()) files.push(await describe(dir, name, rows.get(name)));
  await writeFile(join(dir, 'datasheet.md'), datasheet({ ...facts, files, columns }));
  const sums = [...files, await describe(dir, 'datasheet.md', undefined)];
  await writeFile(join(dir, 'SHA256SUMS'), sums.map(({ sha256, name }) => `${sha256}  ${name}\n`).join(''));
}

async function describe(dir: string, name: string, rows: number | undefined): Promise<RecordedFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(dir, name)), hash);
  return { name, bytes: (await stat(join(dir, name))).size, sha256: hash.digest('hex'), rows };
}

interface SmallTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly cells: readonly (readonly Cell[])[];
}

const scenarioColumn = { name: 'scenario', type: 'text', meaning: 'id of the scenario' } as const;

function spanTable(plays: readonly HeadlessPlay[]): SmallTable {
  const cells = plays.flatMap(({ scenario: { id, kind, truth, techniques }, startedAt, endedAt }) =>
    truth
      .map(({ fromS, toS, tags, equipment }): Cell[] => [
        id,
        kind,
        startedAt + fromS * 1_000,
        // a stop condition may have ended the scenario before
        Math.min(startedAt + toS * 1_000, endedAt),
        techniques.join(' '),
        techniques.map((one) => techniqueById(one)?.name ?? '').join('; '),
        tags.join(' '),
        equipment.join(' '),
      ])
      .filter(([, , from, to]) => Number(from) < Number(to)),
  );
  const columns: readonly Column[] = [
    scenarioColumn,
    { name: 'kind', type: 'text', meaning: 'attack or fault' },
    { name: 'from', type: 'time', meaning: 'begin of the span, UTC' },
    { name: 'to', type: 'time', meaning: 'end of the span, UTC, exclusive' },
    { name: 'techniques', type: 'text', meaning: 'ids of ATT&CK for ICS v19, the main one first' },
    { name: 'technique_names', type: 'text', meaning: 'their names' },
    { name: 'tags', type: 'text', meaning: 'tags that it changes directly' },
    { name: 'equipment', type: 'text', meaning: 'equipment of these tags, and equipment with consequences' },
  ];
  return { name: 'truth', columns, cells };
}

function stepTable(plays: readonly HeadlessPlay[]): SmallTable {
  const cells = plays.flatMap(({ scenario, events }) =>
    events.map(({ time, lane, text, technique = '' }): Cell[] => [time, scenario.id, lane, text, technique]),
  );
  const columns: readonly Column[] = [
    { name: 'time', type: 'time', meaning: 'plant time, UTC' },
    scenarioColumn,
    { name: 'lane', type: 'text', meaning: 'inject (attack or fault), benign, or control (begin, end, physical effects)' },
    { name: 'text', type: 'text', meaning: 'the step' },
    { name: 'technique', type: 'text', meaning: 'main technique of an inject' },
  ];
  return { name: 'steps', columns, cells };
}

function tagTable({ tags }: TagTable): SmallTable {
  const cells = tags.map(({ name, description, device, area, equipment, kind, role, unit, range, scanMs }): Cell[] => [
    name,
    description,
    device,
    area,
    equipment,
    kind,
    role,
    unit,
    range?.low ?? Number.NaN,
    range?.high ?? Number.NaN,
    scanMs / 1_000,
  ]);
  const text = (name: string, meaning: string): Column => ({ name, type: 'text', meaning });
  const number = (name: string, meaning: string): Column => ({ name, type: 'number', meaning });
  const columns = [
    text('tag', 'name of the tag'),
    text('description', 'what it measures or commands'),
    text('device', 'controller or server that serves it'),
    text('area', 'area of the plant'),
    text('equipment', 'equipment that it belongs to'),
    text('kind', 'analog, discrete, counter or text'),
    text('role', 'function in its control loop'),
    text('unit', 'engineering unit'),
    number('low', 'lower end of the engineering range'),
    number('high', 'upper end of the engineering range'),
    number('scan_s', 'period at which it is read, s'),
  ];
  return { name: 'tags', columns, cells };
}
