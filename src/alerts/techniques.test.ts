import { describe, expect, it } from 'vitest';
import { techniquesOf } from './techniques.ts';

describe('techniques of an alert', () => {
  it('are seen if one of its findings observed their use, else possible, each once', () => {
    const inferred = { techniques: ['T0836', 'T1692.001'] };
    const watched = { techniques: ['T1692.001', 'T0848'], seen: ['T1692.001'] };
    expect(techniquesOf([inferred, watched]).map(({ id, certainty }) => [id, certainty])).toEqual([
      ['T0836', 'possible'],
      ['T1692.001', 'seen'],
      ['T0848', 'possible'],
    ]);
    expect(techniquesOf([inferred])[0]).toMatchObject({ idV18: 'T0836', version: '19.1', certainty: 'possible' });
  });

  it('are omitted if the matrix does not contain them', () => {
    expect(techniquesOf([{ techniques: ['T9999'], seen: ['T9999'] }])).toEqual([]);
  });
});
