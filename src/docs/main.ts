import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { type ApiLock, apiLock, apiLockFile, apiLockText, lockProblem } from './api-lock.ts';
import { fill } from './fill.ts';
import { brokenLinks } from './links.ts';
import { editorSchema, sections } from './pages.ts';

/**
 * `npm run docs`: writes the generated parts of every Markdown page between their marks, the JSON schema for editors, and the digests of the API's routes. With
 * `--check` it writes nothing and fails if a part is outdated. A wrong mark, an unused section, a broken link, or a changed route without another version of the API always fails.
 */
const ignored = ['node_modules', 'dist', '.git'];
const isIgnored = (name: string): boolean => ignored.includes(name) || name.startsWith('.scadawatch');
const found = globSync(['**/*.md', '.github/**/*.md'], { exclude: isIgnored });
const names = [...new Set(found.map((name) => name.replaceAll('\\', '/')))].toSorted();
const pages = new Map(names.map((name) => [name, readFileSync(name, 'utf8')]));

const { pages: filled, problems: wrong } = fill(pages, await sections());
const schema = 'src/config/plant.schema.json';
const lock = apiLock();
const files = new Map([...filled, [schema, editorSchema()], [apiLockFile, apiLockText(lock)]]);
const stale = [...files].filter(([file, text]) => (pages.get(file) ?? readOrEmpty(file)) !== text);
const stored = readOrEmpty(apiLockFile);
const unversioned = stored === '' ? undefined : lockProblem(JSON.parse(stored) as ApiLock, lock);
const problems = unversioned === undefined ? wrong : [...wrong, unversioned];
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
