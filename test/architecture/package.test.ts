import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { linksOf } from '../../src/docs/links.ts';

/** Files of the tarball, without what the build adds. */
function packed(): readonly string[] {
  const json = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8', stdio: 'pipe' });
  const [tarball] = JSON.parse(json) as [{ files: { path: string }[] }];
  return tarball.files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
}

describe('the published package', () => {
  it('holds every file that its README links, and every page and picture that its pages link', () => {
    const files = packed();
    const missing = files
      .filter((file) => file.endsWith('.md'))
      .flatMap((page) => {
        const links = linksOf(page, readFileSync(page, 'utf8')).map(({ file }) => file);
        const needed = page === 'README.md' ? links : links.filter((file) => /\.(md|png|yaml|service)$/.test(file));
        return needed
          .filter((file) => !files.some((other) => other === file || other.startsWith(file.replace(/\/?$/, '/'))))
          .map((file) => `${page} → ${file}`);
      });
    expect(missing).toEqual([]);
  });

  it('names exact versions of what it depends on', () => {
    const versions = Object.entries({ ...packageFile.dependencies, ...packageFile.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });
});

it('pins every action of a workflow by its commit', () => {
  const uses = globSync('.github/workflows/*.yml').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, action = '']) => action),
  );
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d/.test(action))).toEqual([]);
});
