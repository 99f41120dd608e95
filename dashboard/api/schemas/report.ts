import { z } from 'zod';
import type { HandoverHeading } from '../../../src/core/handover.ts';
import { type PrintedDocument, type PrintedTable, printedKinds } from '../../../src/core/printed.ts';
import { actor } from './alert.ts';
import { figure, list, objectOf, time } from './parts.ts';

const column = z.strictObject({ title: z.string(), kind: z.enum(printedKinds) });

const table = objectOf<PrintedTable>({
  title: z.string(),
  note: z.string(),
  columns: list(column),
  rows: list(list(z.union([z.string(), figure]))).describe(
    'cells: a text, a number, a fraction, a time (ms UTC) or a duration (ms), by the kind of the column',
  ),
  empty: z.string().describe('text in place of the rows if there are none'),
}).meta({ id: 'PrintedTable' });

export const printedDocument = objectOf<PrintedDocument>({
  title: z.string(),
  site: z.string(),
  timeZone: z.string(),
  from: time,
  to: time,
  madeAt: time,
  notes: list(z.string()),
  tables: list(table),
}).meta({ id: 'PrintedDocument' });

const signature = z.strictObject({ at: time, by: actor });

export const handoverHeading = objectOf<HandoverHeading>({
  id: z.string(),
  outgoing: signature,
  incoming: signature.optional(),
}).meta({ id: 'Handover' });
