import { expect, it } from 'vitest';
import { fill } from './fill.ts';

const sections = new Map([
  ['one', '1'],
  ['two', 'see [two](detectors/two/README.md) and [the web](https://example.org/)'],
]);

function filled(text: string, page = 'README.md', also = ''): { readonly text: string; readonly problems: readonly string[] } {
  const { pages, problems } = fill(
    new Map([
      [page, text],
      ['other.md', also],
    ]),
    sections,
  );
  return { text: pages.get(page) ?? '', problems };
}

it('fills an empty block without touching the next one', () => {
  const text = 'a\n<!-- docs:one -->\n<!-- /docs -->\nb\n<!-- docs:two -->\nold\n\nlines\n<!-- /docs -->\nc\n';
  expect(filled(text)).toEqual({
    text: `a\n<!-- docs:one -->\n1\n<!-- /docs -->\nb\n<!-- docs:two -->\n${sections.get('two')}\n<!-- /docs -->\nc\n`,
    problems: [],
  });
});

it('writes the same text when it runs again', () => {
  const once = filled('<!-- docs:one -->\n<!-- /docs -->\n<!-- docs:two -->\n<!-- /docs -->\n').text;
  expect(filled(once)).toEqual({ text: once, problems: [] });
});

it('writes links of the project relative to the page', () => {
  const { text } = filled('<!-- docs:two -->\n<!-- /docs -->', 'docs/detectors.md', '<!-- docs:one -->\n<!-- /docs -->');
  expect(text).toContain('[two](../detectors/two/README.md) and [the web](https://example.org/)');
});

it.each([
  ['an unknown mark', '<!-- docs:three -->\n<!-- /docs -->', 'README.md:1: there is no section three'],
  [
    'a block without an end',
    '<!-- docs:one -->\n\n<!-- docs:two -->\n<!-- /docs -->',
    'README.md:1: section one has no end mark',
  ],
  ['a block that is open at the end', 'text\n<!-- docs:one -->\n', 'README.md:2: section one has no end mark'],
  ['an end without a block', '<!-- /docs -->\n', 'README.md:1: an end mark without a section'],
  ['an indented mark', '  <!-- docs:one -->\n<!-- /docs -->', 'README.md:1: a mark must be alone on its line'],
])('reports %s', (_, text, problem) => {
  expect(filled(text).problems).toContain(problem);
});

it('reports a section that no page uses', () => {
  expect(filled('<!-- docs:one -->\n<!-- /docs -->').problems).toEqual(['no page uses section two']);
});

it('does not change a page that has a problem', () => {
  const text = '<!-- docs:one -->\nkept\n';
  expect(filled(text).text).toBe(text);
});
