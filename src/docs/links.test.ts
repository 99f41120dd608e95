import { expect, it } from 'vitest';
import { brokenLinks, linksOf } from './links.ts';

const pages = new Map([
  ['docs/a.md', '# A page\n\n[b](b.md#how-it-works-2) [self](#a-page) [code](../src/main.ts) [web](https://example.org/x)\n'],
  ['docs/b.md', '# B\n\n## How it works (2)\n\n```sh\n# [no](link.md)\n```\n'],
]);
const exists = (path: string): boolean => pages.has(path) || path === 'src/main.ts';

it('accepts links to files and headings', () => {
  expect(brokenLinks(pages, exists)).toEqual([]);
});

it('reports a link to a missing file and a link to a missing heading', () => {
  const broken = new Map([...pages, ['README.md', '[x](docs/x.md) ![y](docs/y.png) [b](docs/b.md#gone) [s](#gone)']]);
  expect(brokenLinks(broken, (path) => exists(path) || path === 'README.md')).toEqual([
    'README.md: the link docs/x.md leads to no file',
    'README.md: the link docs/y.png leads to no file',
    'README.md: the link docs/b.md#gone leads to no heading',
    'README.md: the link #gone leads to no heading',
  ]);
});

it('resolves a link from the folder of its page', () => {
  expect(linksOf('docs/a.md', '[code](../src/main.ts)')).toEqual([
    { target: '../src/main.ts', file: 'src/main.ts', heading: undefined },
  ]);
});
