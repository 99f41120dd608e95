import { formatDuration } from '../../core/format.ts';
import type { CampaignStatus } from '../../core/lab.ts';
import type { PrintedCell, PrintedDocument, PrintedTable } from '../../core/printed.ts';
import { type DebriefContents, debriefOf, effectText, scoreOf, yesNo } from './debrief.ts';
import { totalOf } from './exercise-score.ts';
import { table } from './tables.ts';

/** Most scenarios of a campaign whose tables are in the document; the first table has all of them. */
const mostDetailed = 20;

/**
 * One debrief over the scenarios of a campaign: a table of all of them with their points, then the tables of each. It contains the ground truth.
 * @param parts scenarios that have ended, in order; at least one
 */
export function campaignDebriefOf(
  { title, startedAt }: Pick<CampaignStatus, 'title' | 'startedAt'>,
  parts: readonly DebriefContents[],
): PrintedDocument {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a campaign without an ended scenario has no debrief');
  const cut = parts.length > mostDetailed ? [`The tables of the first ${mostDetailed} scenarios are included.`] : [];
  return {
    title: `Debrief: ${title}`,
    site: first.site.name,
    timeZone: first.site.timeZone,
    from: startedAt,
    to: last.result.endedAt,
    madeAt: last.madeAt,
    notes: [
      `Campaign of ${parts.length} scenarios. What a scenario leaves behind stays for the next one.`,
      ...cut,
      'This document contains the ground truth.',
    ],
    tables: [sumTable(parts), ...parts.slice(0, mostDetailed).flatMap(tablesOf)],
  };
}

/** The tables of one scenario, with its number and id. */
function tablesOf(contents: DebriefContents, i: number): readonly PrintedTable[] {
  const { tables } = debriefOf(contents);
  return tables.map((one) => ({ ...one, title: `${i + 1} ${contents.scenario.id}: ${one.title}` }));
}

function sumTable(parts: readonly DebriefContents[]): PrintedTable {
  const scores = parts.map((contents) => totalOf(scoreOf(contents)));
  const rows = parts.map(({ scenario, result }, i): PrintedCell[] => [
    i + 1,
    scenario.id,
    scenario.kind,
    result.startedAt,
    result.endedAt,
    scenario.kind === 'benign' ? 'not expected' : yesNo(result.detected),
    result.afterMs === undefined ? '–' : formatDuration(result.afterMs),
    effectText(result),
    result.falseAlerts,
    result.hints?.length ?? 0,
    scores[i]?.points ?? 0,
    scores[i]?.of ?? 0,
  ]);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const total = [sum(scores.map(({ points }) => points)), sum(scores.map(({ of }) => of))];
  const columns = [
    'No.:number',
    'Scenario',
    'Kind',
    'Begin:time',
    'End:time',
    'Detected',
    'Delay',
    'Physical effect achieved',
    'Other alerts:number',
    'Hints:number',
    'Points:number',
    'Of:number',
  ];
  const note = 'Points of each scenario: its own table Score names their events.';
  return table('Campaign', note, columns, '', [...rows, ['', 'Total', '', '', '', '', '', '', '', '', ...total]]);
}
