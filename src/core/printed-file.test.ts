import { expect, it } from 'vitest';
import type { PrintedDocument } from './printed.ts';
import { printedCsv, printedHtml } from './printed-file.ts';

const document: PrintedDocument = {
  title: 'Alarm report <day>',
  site: 'A & B',
  timeZone: 'Europe/Berlin',
  from: Date.UTC(2026, 9, 24, 22),
  to: Date.UTC(2026, 9, 25, 23),
  madeAt: Date.UTC(2026, 9, 26),
  notes: ['=1+1'],
  tables: [
    {
      title: 'Floods',
      note: 'Target: none.',
      columns: [
        { title: 'Begin', kind: 'time' },
        { title: 'Source', kind: 'text' },
        { title: 'Count', kind: 'number' },
        { title: 'Share', kind: 'fraction' },
        { title: 'Median', kind: 'duration' },
      ],
      rows: [
        [Date.UTC(2026, 9, 25, 1, 30), '<script>alert(1)</script>', 12, 0.125, 90_500],
        ['', '', Number.NaN, Number.NaN, Number.NaN],
      ],
      empty: 'There was no flood.',
    },
    { title: 'Stale', note: '', columns: [{ title: 'Alert', kind: 'text' }], rows: [], empty: 'No alert was stale.' },
  ],
};

it('writes HTML that needs no other file and executes no text, with times of the site', () => {
  const html = printedHtml(document);
  expect(html).toContain('<h1>A &amp; B: Alarm report &lt;day&gt;</h1>');
  expect(html).toContain('<td>2026-10-25 02:30:00</td><td>&lt;script&gt;alert(1)&lt;/script&gt;</td><td class="num">12</td>');
  expect(html).toContain('<td class="num">12.5 %</td><td class="num">1 min 31 s</td>');
  expect(html).toContain('<td></td><td></td><td class="num">–</td>');
  expect(html).toContain('<p>No alert was stale.</p>');
  expect(html).toContain('@page { size: A4;');
  expect(html).not.toMatch(/<script|https?:|src=|href=/);
});

it('writes CSV with times in UTC, percent and seconds', () => {
  expect(printedCsv(document)).toBe(
    [
      'A & B,Alarm report <day>',
      'from,2026-10-24T22:00:00.000Z',
      'to,2026-10-25T23:00:00.000Z',
      'created,2026-10-26T00:00:00.000Z',
      "'=1+1",
      '',
      'Floods',
      'Begin,Source,Count,Share (%),Median (s)',
      '2026-10-25T01:30:00.000Z,<script>alert(1)</script>,12,12.5,90.5',
      ',,,,',
      '',
      'Stale',
      'Alert',
      '',
      '',
    ].join('\r\n'),
  );
});
