import { posix } from 'node:path';

/** A relative link of a page: the file from the root of the project, and the heading if the link names one. */
export interface Link {
  readonly target: string;
  readonly file: string;
  readonly heading: string | undefined;
}

const inline = /\]\(<?([^)\s>]+)>?\)/g;
const fence = /^(```|~~~)[\s\S]*?^\1/gm;

/** Links of a page to other files of the project, and to its own headings. Code blocks are skipped. */
export function linksOf(page: string, text: string): readonly Link[] {
  return [...text.replaceAll(fence, '').matchAll(inline)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', heading] = target.split('#');
    return [{ target, file: path === '' ? page : posix.join(posix.dirname(page), path), heading }];
  });
}

/** Broken links, one line each. @param exists true for an existing file or folder */
export function brokenLinks(pages: ReadonlyMap<string, string>, exists: (path: string) => boolean): readonly string[] {
  return [...pages].flatMap(([page, text]) =>
    linksOf(page, text).flatMap(({ target, file, heading }) => {
      if (!exists(file)) return [`${page}: the link ${target} leads to no file`];
      const other = pages.get(file);
      const lost = heading !== undefined && other !== undefined && !headingsOf(other).has(heading);
      return lost ? [`${page}: the link ${target} leads to no heading`] : [];
    }),
  );
}

/** Anchors of the headings of a page, as GitHub generates them. */
function headingsOf(text: string): ReadonlySet<string> {
  return new Set(
    [...text.replaceAll(fence, '').matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}
