import { expect, it } from 'vitest';
import { parseMimics } from './mimics.ts';

const names = { areas: ['intake', 'treatment'], tags: ['P1.RUN', 'LT1'] };
const read = (text: string) => parseMimics(text, 'mimics.yaml', names);
const problemsOf = (text: string): string => {
  try {
    read(text);
    return '';
  } catch (thrown) {
    return (thrown as Error).message;
  }
};

it('reads the drawings of areas, with usual sides and without what is not given', () => {
  const [mimic] = read(`
mimics:
  - area: intake
    title: River intake
    objects:
      - {symbol: pump, name: P1, at: [100, 50], state: P1.RUN}
    values: [{tag: LT1, at: [1400, 560]}]
    pipes: [{through: [[0, 0], [10, 0]]}]
`);
  expect(mimic).toMatchObject({
    area: 'intake',
    objects: [{ symbol: 'pump', state: 'P1.RUN', values: [], facing: 'right', label: 'below' }],
    values: [{ tag: 'LT1', at: [1400, 560] }],
    pipes: [{ arrow: false }],
    texts: [],
  });
});

it('names every problem with its line', () => {
  const problems = problemsOf(`
mimics:
  - {area: intake, title: A, objects: [{symbol: pump, name: P1, at: [1, 1], state: P9.RUN}]}
  - {area: intake, title: A, objects: [{symbol: pump, name: P1, at: [1, 1]}]}
  - {area: lake, title: A, values: [{tag: LT9, at: [1, 1]}]}
`);
  for (const words of [
    'mimics.yaml:3:',
    'there is no tag P9.RUN',
    'the area intake has two drawings',
    'an object needs a tag',
    'there is no area lake',
    'there is no tag LT9',
  ])
    expect(problems).toContain(words);
});

it('refuses unknown symbols and keys, and places outside of the drawing', () => {
  const object = (text: string): string =>
    problemsOf(`mimics: [{area: intake, title: A, objects: [{name: P, at: [1, 1], ${text}}]}]`);
  expect(object('symbol: rocket')).toContain('symbol');
  expect(object('symbol: pump, colour: red')).toContain('unknown setting');
  expect(problemsOf('mimics: [{area: intake, title: A, texts: [{text: T, at: [1401, 0]}]}]')).toContain('mimics.0.texts.0.at.0');
  expect(problemsOf('mimics: [{area: intake, title: A, pipes: [{through: [[0, 0]]}]}]')).toContain('through');
});
