import { posix } from 'node:path';

const open = /^<!-- docs:([\w-]+) -->$/;
const end = '<!-- /docs -->';
const anyMark = /<!-- \/?docs\b/;

export interface Filled {
  /** Every page with up-to-date generated parts. A page with a problem is unchanged. */
  readonly pages: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
}

/**
 * Replaces the lines between `<!-- docs:NAME -->` and `<!-- /docs -->` by the section NAME. Links of a section are written
 * from the root of the project and become relative to the page.
 */
export function fill(pages: ReadonlyMap<string, string>, sections: ReadonlyMap<string, string>): Filled {
  const used = new Set<string>();
  const problems: string[] = [];
  const filled = new Map<string, string>();
  for (const [page, text] of pages) {
    const found = fillPage(page, text, sections);
    for (const name of found.used) used.add(name);
    problems.push(...found.problems);
    filled.set(page, found.problems.length > 0 ? text : found.text);
  }
  for (const name of sections.keys()) if (!used.has(name)) problems.push(`no page uses section ${name}`);
  return { pages: filled, problems };
}

function fillPage(page: string, text: string, sections: ReadonlyMap<string, string>) {
  const used: string[] = [];
  const problems: string[] = [];
  const lines: string[] = [];
  let block: { readonly name: string; readonly at: number } | undefined;
  const close = (): void => {
    if (block !== undefined) problems.push(`${page}:${block.at}: section ${block.name} has no end mark`);
    block = undefined;
  };
  for (const [index, line] of text.split('\n').entries()) {
    const report = (problem: string): void => void problems.push(`${page}:${index + 1}: ${problem}`);
    const name = open.exec(line)?.[1];
    if (name !== undefined) {
      close();
      block = { name, at: index + 1 };
      used.push(name);
      const content = sections.get(name);
      if (content === undefined) report(`there is no section ${name}`);
      else lines.push(line, relativeLinks(content, page));
    } else if (line === end) {
      if (block === undefined) report('an end mark without a section');
      block = undefined;
      lines.push(line);
    } else if (anyMark.test(line)) report('a mark must be alone on its line');
    else if (block === undefined) lines.push(line);
  }
  close();
  return { text: lines.join('\n'), used, problems };
}

function relativeLinks(content: string, page: string): string {
  const folder = posix.dirname(page);
  return content.replaceAll(/\]\((?![a-z]+:|#)([^)]+)\)/g, (_, target: string) => `](${posix.relative(folder, target)})`);
}
