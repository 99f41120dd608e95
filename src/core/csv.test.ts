import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvField } from './csv.ts';

describe('a CSV field', () => {
  it.each(['=cmd|calc', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '－x'])('%j is no formula', (text) => {
    expect(parse(`${csvField(text)}\n`, { relax_column_count: true })[0]).toEqual([`'${text}`]);
  });
  it.each(['-1.5', '+3', '-1e-7', 'CW.LT01', '', '0'])('%j stays as it is', (text) => {
    expect(csvField(text)).toBe(text);
  });
  it('reads back unchanged except for the apostrophe', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 2, maxLength: 4 }), (texts) => {
        const [row = []] = parse(`${texts.map(csvField).join(',')}\r\n`, { record_delimiter: '\r\n' });
        expect(row.map((field, i) => (field === `'${texts[i]}` ? texts[i] : field))).toEqual(texts);
        for (const field of row) expect(Number.isNaN(Number(field)) && /^[=+\-@\t\r\n]/.test(field)).toBe(false);
      }),
      { seed: 12 },
    );
  });
});
