/** Stored results of the bench, and the page that is made of them. */
export const measuredFile = 'test/bench/scenarios/measured.json';
export const pageFile = 'docs/attack-coverage.md';
