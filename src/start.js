#!/usr/bin/env -S node --max-semi-space-size=4
// Objects that die young get 8 MB in each thread, here and in the scripts of package.json; V8 would take 128 MB, and not be faster.
// The entry point is plain JavaScript so that an older Node can still run this check.
const needed = [24, 7];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    `scadawatch needs Node ${needed.join('.')} or newer; this is ${process.versions.node}. ` +
      'Run `npm install node@24` beside scadawatch and start it with `npx scadawatch`; in a checkout, run `npm ci` and `npm start`.\n',
  );
  process.exit(1);
}

const { followParent, needsParent, runMonitor } = await import('./service/parent.ts');
if (needsParent(process)) process.exit(await runMonitor(import.meta.filename));
followParent();
const { main } = await import('./main.ts');
await main(process.argv);
