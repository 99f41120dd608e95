import { readFileSync, writeFileSync } from 'node:fs';
import { editorSchema, sections } from './app/docs/pages.ts';

/**
 * `npm run docs`: writes the generated parts of the docs between their marks, and the JSON schema for editors. With
 * `--check` it writes nothing and fails if something is out of step with the code.
 */
const pages = ['README.md', 'src/config/README.md', 'src/core/README.md', 'simulators/README.md'];
const mark = /(<!-- docs:(\w+) -->\n)([\s\S]*?)(\n<!-- \/docs -->)/g;
const check = process.argv.includes('--check');

const generated = sections();
const files = new Map(
  pages.map((page) => {
    const text = readFileSync(page, 'utf8');
    const next = text.replaceAll(mark, (_, open: string, name: string, _old: string, close: string) => {
      const content = generated.get(name);
      if (content === undefined) throw new Error(`${page} asks for a section ${name} that does not exist`);
      return open + content + close;
    });
    return [page, next] as const;
  }),
);
files.set('src/config/plant.schema.json', editorSchema());

const stale = [...files].filter(([file, text]) => readOrEmpty(file) !== text);
if (check) {
  for (const [file] of stale) console.error(`${file} is out of step with the code: run npm run docs`);
  if (stale.length > 0) process.exitCode = 1;
} else for (const [file, text] of stale) writeFileSync(file, text);

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // a file that is not there yet is as good as an empty one: it will be written
    return '';
  }
}
