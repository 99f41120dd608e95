import { z } from 'zod';
import { calendarPeriods } from '../../src/core/calendar.ts';
import type { PrintedDocument } from '../../src/core/printed.ts';
import { printedCsv, printedHtml } from '../../src/core/printed-file.ts';
import type { ReportQuery } from '../../src/core/report.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { route } from './route.ts';
import { text } from './schemas/parts.ts';
import { printedDocument } from './schemas/report.ts';
import type { Services } from './services.ts';

const period = {
  period: z.enum(calendarPeriods),
  date: text.optional().describe('date in the period, YYYY-MM-DD in the time zone of the site; today if absent'),
  position: text.optional().describe('operator position; the whole plant if absent'),
};

/** Reports that are being made: a long one reads the whole month. */
const atOnce = 2;
const running = new WeakMap<Services['view'], number>();

/** Routes of the alarm report. It names no persons. */
export const reportRoutes = {
  'GET /api/report': route({
    permission: 'view',
    summary: 'Returns the alarm report of a day, week or month: key figures by ISA-18.2.',
    input: z.strictObject(period),
    answer: printedDocument,
    handler: async ({ input }, { view }) => await made(view, input),
  }),

  'GET /api/report/file': route({
    permission: 'view',
    summary: 'Returns the alarm report as the text of an HTML or CSV file.',
    input: z.strictObject({ ...period, format: z.enum(['html', 'csv']) }),
    answer: z.strictObject({ text: z.string() }),
    handler: async ({ input: { format, ...query } }, { view }) => {
      const document = await made(view, query);
      return { text: format === 'html' ? printedHtml(document) : printedCsv(document) };
    },
  }),
};

async function made(view: Services['view'], query: ReportQuery): Promise<PrintedDocument> {
  const others = running.get(view) ?? 0;
  if (others >= atOnce) {
    throw new ApiError('too-many', 'Too many reports are being made. Wait for one to finish.', { retryAfterMs: 1_000 });
  }
  running.set(view, others + 1);
  try {
    return await view.report(query);
  } catch (thrown) {
    throw refusal(thrown);
  } finally {
    running.set(view, (running.get(view) ?? 1) - 1);
  }
}
