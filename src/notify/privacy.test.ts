import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, intrusion } from '../../test/support/alert-changes.ts';
import { addressPseudonymsOf } from '../core/shown.ts';
import { privately } from './privacy.ts';

const pseudonymOf = addressPseudonymsOf(createHash('sha256').update('secret of a data directory').digest());
const all = { addresses: 'show', users: 'pseudonym', notes: 'show' } as const;
const sentence = (text: string): string => {
  const change = changeOf(1, { alert: { ...intrusion, explanation: { ...intrusion.explanation, sentence: text } } });
  return privately({ ...all, addresses: 'hide' }, pseudonymOf)(change).alert.explanation.sentence;
};

describe('what a receiver learns', () => {
  it('is everything without settings', () => {
    expect(privately(undefined, pseudonymOf)(changeOf())).toEqual(changeOf());
  });

  it('has the same pseudonym of an address in every text, and no address', () => {
    const shown = privately({ ...all, addresses: 'pseudonym' }, pseudonymOf)(changeOf());
    const pseudonym = pseudonymOf('10.0.0.66');
    expect(pseudonym).toMatch(/^address-[0-9a-f]{12}$/);
    expect(shown.alert.explanation.clients).toEqual([pseudonym]);
    expect(shown.alert.title).toBe(`${pseudonym} writes CL.SP 1.00 → 0.30 mg/L`);
    expect(JSON.stringify(shown)).not.toContain('10.0.0.');
    const other = addressPseudonymsOf(Buffer.from('another secret'));
    expect(other('10.0.0.66')).not.toBe(pseudonym);
  });

  it.each([
    ['10.0.0.66:502 connects', '[hidden]:502 connects'],
    ['Written by 10.0.0.66.', 'Written by [hidden].'],
    ['fe80::1: no answer from [2001:db8::7]:4840', '[hidden]: no answer from [[hidden]]:4840'],
    ['::ffff:10.0.0.66 and 00:0c:29:1a:2b:3c', '[hidden] and [hidden]'],
    ['1.00 → 0.30 mg/L at 17:31:55, CW.LT01, 10.0.0', '1.00 → 0.30 mg/L at 17:31:55, CW.LT01, 10.0.0'],
  ])('hides the addresses of "%s"', (text, expected) => {
    expect(sentence(text)).toBe(expected);
  });

  it('has no address for any address within any words', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6()),
        fc.constantFrom(' ', '(', '"'),
        fc.constantFrom('.', ',', ' ', ')', ':', '/24'),
        (ip, a, b) => {
          expect(sentence(`from${a}${ip}${b} to PLC 1`)).toContain('[hidden]');
        },
      ),
      { numRuns: 200 },
    );
  });

  it('has neither users nor notes if they are hidden', () => {
    const by = { role: 'operator', user: 'user-0123456789ab' };
    const verdict = { word: 'true', at: 1, by, note: 'ask Ann' } as const;
    const shelf = { at: 1, until: 2, by, reason: 'Bob repairs it', findings: [] };
    const change = changeOf(1, {
      by,
      note: 'Carol saw it',
      alert: { ...intrusion, verdict, incidentVerdict: verdict, shelf, acknowledgedBy: by },
    });
    const shown = JSON.stringify(privately({ ...all, users: 'hide', notes: 'hide' }, pseudonymOf)(change));
    for (const word of ['user-', 'Ann', 'Bob', 'Carol']) expect(shown).not.toContain(word);
    expect(JSON.stringify(privately(all, pseudonymOf)(change))).toContain('Carol');
  });
});
