import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { fill } from './fill.ts';
import { brokenLinks } from './links.ts';
import { editorSchema, sections } from './pages.ts';

/**
 * `npm run docs`: writes the generated parts of every Markdown page between their marks, and the JSON schema for editors. With
 * `--check` it writes nothing and fails if a part is outdated. A wrong mark, an unused section or a broken link always fails.
 */
const ignored = ['node_modules', 'dist', '.git', '.scadawatch'];
const found = globSync(['**/*.md', '.github/**/*.md'], { exclude: (name) => ignored.includes(name) });
const names = [...new Set(found.map((name) => name.replaceAll('\\', '/')))].toSorted();
const pages = new Map(names.map((name) => [name, readFileSync(name, 'utf8')]));

const { pages: filled, problems } = fill(pages, await sections());
const schema = 'src/config/plant.schema.json';
const files = new Map([...filled, [schema, editorSchema()]]);
const stale = [...files].filter(([file, text]) => (pages.get(file) ?? readOrEmpty(file)) !== text);
const broken = brokenLinks(filled, existsSync);
for (const problem of [...problems, ...broken]) console.error(problem);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`${file} is out of step with the code: run npm run docs`);
} else if (problems.length === 0) for (const [file, text] of stale) writeFileSync(file, text);
if (problems.length + broken.length > 0 || (process.argv.includes('--check') && stale.length > 0)) process.exitCode = 1;

function readOrEmpty(file: string): string {
  // a missing file counts as outdated
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
