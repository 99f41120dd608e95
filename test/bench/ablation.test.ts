import { describe, expect, it } from 'vitest';
import { type Credits, creditsOfRows, delaysOf, printedAblation, raisersOf, tallyOf } from './ablation.ts';

const credits: readonly Credits[] = [
  {
    suite: 'one',
    labelled: [
      { what: 'slow', delays: { frozen: 30, shift: 20 } },
      { what: 'tied', delays: { frozen: 5, shift: 5 } },
      { what: 'lone', delays: { shift: 7 } },
      { what: 'missed', delays: {} },
    ],
    falsely: [['noise'], ['noise', 'shift']],
  },
  { suite: 'two', labelled: [{ what: 'lone', delays: { frozen: 0 } }], falsely: [['noise'], []] },
];

describe('the ablation', () => {
  it('counts what a detector alone found, was first at and alone raised falsely', () => {
    expect(['shift', 'frozen', 'noise', 'spike'].map((detector) => tallyOf(credits, detector))).toEqual([
      { alone: 1, first: 3, falselyAlone: 0 },
      { alone: 1, first: 2, falselyAlone: 0 },
      { alone: 0, first: 0, falselyAlone: 2 },
      { alone: 0, first: 0, falselyAlone: 0 },
    ]);
  });

  it('prints a line for each detector, and names those that alone found nothing anywhere', () => {
    expect(printedAblation(credits, ['shift', 'frozen', 'noise', 'spike']).split('\n').slice(1)).toEqual([
      '                       one     two',
      'found:labelled, false  3:4, 2  1:1, 2',
      'shift                  1 3 0   ·',
      'frozen                 0 1 0   1 1 0',
      'noise                  0 0 1   0 0 1',
      'The only finder of nothing here: noise, spike.',
    ]);
  });

  it('takes the first delay of each detector, from the beginning on and in time', () => {
    const found = [
      { detector: 'shift', beganAt: 90 },
      { detector: 'shift', beganAt: 130 },
      { detector: 'shift', beganAt: 110 },
      { detector: 'noise', beganAt: 151 },
      { detector: 'range', beganAt: 150 },
    ];
    expect(delaysOf(found, 100, 50)).toEqual({ shift: 10, range: 50 });
    expect(raisersOf({ findings: found })).toEqual(['shift', 'noise', 'range']);
  });

  it('of labelled rows credits who is in alarm within a label, and blames who is where no label is touched', () => {
    const open = [['a'], ['a', 'b'], [], ['a'], ['a', 'c'], [], [], ['c']];
    expect(creditsOfRows('s', 'x', open, Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 0]))).toEqual({
      suite: 's',
      labelled: [{ what: 'x 4', delays: { a: 0, c: 0 } }],
      falsely: [['a', 'b'], ['c']],
    });
    expect(creditsOfRows('s', 'x', open.slice(5), Uint8Array.from([1, 1, 1])).labelled).toEqual([
      { what: 'x 0', delays: { c: 2 } },
    ]);
  });
});
