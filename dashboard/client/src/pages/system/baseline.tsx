import { createMemo, createResource, createSignal, Show } from 'solid-js';
import type { BaselineLine } from '../../../../../src/core/monitor.ts';
import { limits } from '../../../../protocol.ts';
import { beginText, canUnlearn, decidedText, figuresText, followedText, lineName } from '../../pure/state/baseline-words.ts';
import { formatNumber } from '../../pure/format.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { FindBar } from '../../ui/find-bar.tsx';
import { LongTable } from '../../ui/table.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { saveText, toCsv } from '../../ui/save.ts';
import { Decide, type Decision } from './baseline-decide.tsx';
import { texts } from './text.ts';

/** Entries of the baseline with their figures, thresholds and reviews. */
export function Baseline() {
  const { clock, zone, may } = useApp();
  const [text, setText] = createSignal('');
  const [undecided, setUndecided] = createSignal(false);
  const [decision, setDecision] = createSignal<Decision>();
  const [found, { refetch }] = createResource(
    () => ({ search: text().trim(), undecided: undecided() }),
    async (filter) =>
      await query('GET /api/baseline', {
        search: filter.search === '' ? undefined : filter.search,
        undecided: filter.undecided ? 'yes' : undefined,
      }),
  );
  const rows = createMemo(() => (found.state === 'errored' ? [] : (found.latest?.lines ?? [])));
  const moment = (time: number): string => zone().moment(time, clock.second());
  const learned = createMemo(() => (found.state === 'errored' ? undefined : found.latest?.learned));
  const decide = may('decide-baseline') ? setDecision : undefined;
  const save = (): void => saveText(`baseline-${new Date(clock.now()).toISOString().slice(0, 10)}.csv`, linesCsv(rows()));
  return (
    <Panel
      title={texts.title.baseline}
      end={
        <span class="user-form">
          <FindBar label={texts.label.findEntry} onFind={setText} count={rows().length} onExport={save}>
            <Button pressed={undecided()} onPress={() => setUndecided(!undecided())}>
              {texts.button.hideReviewed}
            </Button>
            <Show when={decide}>
              <Button
                disabled={rows().length === 0 || rows().length > limits.linesApprovedAtOnce}
                title={texts.label.approveLimit(limits.linesApprovedAtOnce)}
                onPress={() => setDecision({ verb: 'approve', lines: rows() })}
              >
                {texts.button.approveShown}
              </Button>
            </Show>
          </FindBar>
        </span>
      }
    >
      <Loaded of={found} retry={() => void refetch()} cells={8}>
        {(answer) => (
          <>
            <Show when={learned()}>
              {(from) => (
                <p class="dim">
                  {texts.sentence.baselineVersion(from().version, moment(from().at), from().from)}{' '}
                  {answer().total > rows().length ? texts.sentence.firstOf(rows().length, answer().total) : ''}
                </p>
              )}
            </Show>
            <Show
              when={rows().length > 0}
              fallback={<Empty>{learned() === undefined ? texts.sentence.nothingLearned : texts.sentence.noEntries}</Empty>}
            >
              <Lines rows={rows()} moment={moment} onDecide={decide} />
            </Show>
          </>
        )}
      </Loaded>
      <Show when={decision()}>
        {(one) => (
          <Decide
            decision={one()}
            onClose={(done) => {
              setDecision(undefined);
              if (done) void refetch();
            }}
          />
        )}
      </Show>
    </Panel>
  );
}

function Lines(props: {
  readonly rows: readonly BaselineLine[];
  readonly moment: (time: number) => string;
  readonly onDecide: ((decision: Decision) => void) | undefined;
}) {
  return (
    <LongTable
      label={texts.title.baselineEntries}
      rows={props.rows}
      head={
        <>
          <th>{texts.column.channel}</th>
          <th>{texts.column.entry}</th>
          <th>{texts.column.learned}</th>
          <th class="num">{texts.column.samples}</th>
          <th class="num">{texts.column.threshold}</th>
          <th>{texts.column.review}</th>
          <Show when={props.onDecide}>
            <th>
              <span class="unseen">{texts.column.decide}</span>
            </th>
          </Show>
        </>
      }
    >
      {(line) => (
        <tr>
          <td>{line.channel}</td>
          <td class="part" title={lineName(line)}>
            {lineName(line)}
          </td>
          <td class="wide" title={figuresText(line)}>
            {figuresText(line)}
          </td>
          <td class="num">{line.samples === undefined ? '––' : formatNumber(line.samples)}</td>
          <td class="num" title={followedText(line, props.moment)}>
            {beginText(line)}
          </td>
          <td class="part" title={decidedText(line, props.moment)}>
            {decidedText(line, props.moment)}
          </td>
          <Show when={props.onDecide}>
            {(decide) => (
              <td>
                <span class="button-row">
                  <Button onPress={() => decide()({ verb: 'approve', lines: [line] })}>{texts.button.approve}</Button>
                  <Button disabled={line.editable.length === 0} onPress={() => decide()({ verb: 'edit', line })}>
                    {texts.button.edit}
                  </Button>
                  <Button disabled={!canUnlearn(line)} onPress={() => decide()({ verb: 'unlearn', line })}>
                    {texts.button.unlearn}
                  </Button>
                  <Show when={line.raised}>
                    <Button onPress={() => decide()({ verb: 'lower', line })}>{texts.button.lower}</Button>
                  </Show>
                </span>
              </td>
            )}
          </Show>
        </tr>
      )}
    </LongTable>
  );
}

/** CSV with all digits, for other programs. */
function linesCsv(lines: readonly BaselineLine[]): string {
  return toCsv([
    [
      'of',
      'line',
      'figures',
      'unit',
      'samples',
      'threshold',
      'raised by',
      'approved',
      'edited',
      'unlearned',
      'learned as normal',
    ],
    ...lines.map((line) => [
      line.channel,
      lineName(line),
      Object.entries(line.figures)
        .map(([word, value]) => `${word}=${value}`)
        .join(' '),
      line.unit,
      String(line.samples ?? ''),
      String(line.threshold ?? ''),
      String(line.followed?.by ?? ''),
      ...[line.approved, line.edited, line.unlearned, line.raised].map((mark) =>
        mark === undefined ? '' : `${mark.by} ${new Date(mark.at).toISOString()}`,
      ),
    ]),
  ]);
}
