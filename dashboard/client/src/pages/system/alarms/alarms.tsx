import { createMemo, createResource, createSignal, Show } from 'solid-js';
import type { AlarmRecord, AlarmRecordEntry, RationalisedLimit } from '../../../../../../src/core/alarm-record.ts';
import { formatAge } from '../../../pure/format.ts';
import { query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { Button } from '../../../ui/button.tsx';
import { FindBar } from '../../../ui/find-bar.tsx';
import { useKeys } from '../../../ui/keys.ts';
import { Empty, Panel } from '../../../ui/panel.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { saveText } from '../../../ui/save.ts';
import { LongTable } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { ImportButton } from './import.tsx';
import { emptyRecord, matchText, recordText } from './record-form.ts';
import { RecordDialog } from './record-dialog.tsx';
import { texts } from './text.ts';

interface Row {
  readonly entry: AlarmRecordEntry;
  readonly record: AlarmRecord;
}

interface Opened {
  readonly record: AlarmRecord;
  readonly entry?: AlarmRecordEntry | undefined;
}

/** A record in force, or the proposed one; a proposed removal shows the record that it would remove. */
const rowOf = (entry: AlarmRecordEntry): Row => ({
  entry,
  record: entry.proposal?.record ?? entry.inForce?.record ?? { ...emptyRecord, id: entry.id },
});

/** The master alarm database: records, and limits of the configuration with their responses. */
export function AlarmRecords() {
  const { clock, may } = useApp();
  const [text, setText] = createSignal('');
  const [opened, setOpened] = createSignal<Opened>();
  const [found, { refetch }] = createResource(async () => await query('GET /api/alarm-records', {}));
  const answer = () => (found.state === 'errored' ? undefined : found.latest);
  const all = createMemo(() => (answer()?.records ?? []).map(rowOf));
  const rows = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    return all().filter(({ record }) => recordText(record).includes(wanted));
  });
  const open = may('change-alarms') ? (row: Opened): void => void setOpened(row) : undefined;
  const save = async (): Promise<void> => {
    const { csv } = await query('GET /api/alarm-records/csv', {});
    saveText(`alarms-${new Date(clock.now()).toISOString().slice(0, 10)}.csv`, csv);
  };
  const isSecondNeeded = () => answer()?.secondPerson === true;
  useKeys(() =>
    open === undefined ? [] : [{ caption: '+', text: texts.key.add, on: ['+'], run: () => open({ record: emptyRecord }) }],
  );
  return (
    <>
      <Panel
        title={texts.title.records}
        end={
          <span class="user-form">
            <FindBar label={texts.label.find} onFind={setText} count={rows().length} onExport={() => void save()}>
              <Show when={open}>
                {(act) => (
                  <>
                    <ImportButton onDone={() => void refetch()} />
                    <Button key="+" onPress={() => act()({ record: emptyRecord })}>
                      {texts.button.add}
                    </Button>
                  </>
                )}
              </Show>
            </FindBar>
          </span>
        }
      >
        <Show when={isSecondNeeded()}>
          <p class="dim">{texts.sentence.secondPerson}</p>
        </Show>
        <Loaded of={found} retry={() => void refetch()} cells={7}>
          {() => (
            <Show
              when={rows().length > 0}
              fallback={<Empty>{all().length === 0 ? texts.sentence.noRecords : texts.sentence.noMatch}</Empty>}
            >
              <RecordTable rows={rows()} onOpen={open} />
            </Show>
          )}
        </Loaded>
      </Panel>
      <Limits limits={answer()?.limits ?? []} count={answer()?.limitCount ?? 0} />
      <Show when={opened()} keyed>
        {(one) => (
          <RecordDialog
            record={one.record}
            entry={one.entry}
            secondPerson={isSecondNeeded()}
            onClose={(done) => {
              setOpened(undefined);
              if (done) void refetch();
            }}
          />
        )}
      </Show>
    </>
  );
}

function RecordTable(props: { readonly rows: readonly Row[]; readonly onOpen: ((row: Opened) => void) | undefined }) {
  const { zone, clock } = useApp();
  const changed = ({ inForce, proposal }: AlarmRecordEntry): string => {
    if (proposal !== undefined) return texts.note.waiting(texts.label.act[proposal.act], proposal.by.role);
    if (inForce === undefined) return '';
    return inForce.origin === 'file'
      ? texts.note.byFile
      : texts.note.by(inForce.by.role, zone().moment(inForce.at, clock.second()));
  };
  return (
    <LongTable
      label={texts.title.records}
      rows={props.rows}
      head={
        <>
          <th>{texts.column.id}</th>
          <th class="num">{shared.column.priority}</th>
          <th>{texts.column.matches}</th>
          <th>{texts.column.response}</th>
          <th class="num">{texts.column.within}</th>
          <th>{texts.column.owner}</th>
          <th>{texts.column.origin}</th>
          <Show when={props.onOpen}>
            <th>
              <span class="unseen">{texts.column.open}</span>
            </th>
          </Show>
        </>
      }
    >
      {({ entry, record }) => (
        <tr>
          <td>
            <b>{record.id}</b>
          </td>
          <td class="num">{record.priority}</td>
          <td class="part" title={matchText(record)}>
            {matchText(record)}
          </td>
          <td class="wide" title={record.response}>
            {record.response.split('\n')[0]}
          </td>
          <td class="num">{formatAge(record.respondWithinMs)}</td>
          <td class="part" title={record.owner}>
            {record.owner}
          </td>
          <td class="part" title={changed(entry)}>
            {changed(entry)}
          </td>
          <Show when={props.onOpen}>
            {(act) => (
              <td>
                <Button onPress={() => act()({ entry, record })}>
                  {texts.button.open} <span class="unseen">{record.id}</span>
                </Button>
              </td>
            )}
          </Show>
        </tr>
      )}
    </LongTable>
  );
}

/** Limits of the configuration, those without a response first. */
function Limits(props: { readonly limits: readonly RationalisedLimit[]; readonly count: number }) {
  const without = () => props.limits.filter(({ response }) => response === undefined).length;
  const shown = () => (props.limits.length < props.count ? `${texts.note.of(props.limits.length, props.count)}, ` : '');
  return (
    <Panel title={texts.title.limits} end={`${shown()}${texts.note.withoutResponse(without())}`}>
      <Show when={without() > 0}>
        <p class="dim">{texts.sentence.limitFix}</p>
      </Show>
      <Show when={props.limits.length > 0} fallback={<Empty>{texts.sentence.noLimits}</Empty>}>
        <LongTable
          label={texts.title.limits}
          rows={props.limits}
          head={
            <>
              <th>{shared.column.tag}</th>
              <th class="num">{shared.column.priority}</th>
              <th>{texts.column.limitResponse}</th>
              <th>{texts.column.source}</th>
            </>
          }
        >
          {(limit) => (
            <tr>
              <td>{limit.tag}</td>
              <td class="num">{limit.priority ?? ''}</td>
              <td class="wide" title={limit.response ?? ''}>
                {limit.response?.split('\n')[0] ?? texts.note.none}
              </td>
              <td>{limit.response === undefined ? '' : (limit.record ?? texts.label.configuration)}</td>
            </tr>
          )}
        </LongTable>
      </Show>
    </Panel>
  );
}
