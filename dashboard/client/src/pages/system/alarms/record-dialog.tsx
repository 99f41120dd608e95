import { createResource, createSignal, For, Show } from 'solid-js';
import { alarmRecordLimits as most, type AlarmRecord, type AlarmRecordEntry } from '../../../../../../src/core/alarm-record.ts';
import { limits } from '../../../../../protocol.ts';
import { act, failureText, query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { Table } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { matchLists, readRecord } from './record-form.ts';
import { texts } from './text.ts';

/** Dialog that adds, changes, removes, approves or rejects an alarm record, each with a reason. */
export function RecordDialog(props: {
  readonly record: AlarmRecord;
  /** Absent for a new record. */
  readonly entry?: AlarmRecordEntry | undefined;
  readonly secondPerson?: boolean;
  readonly onClose: (done: boolean) => void;
}) {
  const [failure, setFailure] = createSignal<string>();
  const [showsHistory, setShowsHistory] = createSignal(false);
  let form!: HTMLFormElement;
  const text = (name: string): string => {
    const value = new FormData(form).get(name);
    return typeof value === 'string' ? value : '';
  };
  const last = (): number => props.entry?.last ?? 0;
  const attempt = (send: () => Promise<unknown>): void => {
    if (!form.reportValidity()) return;
    send().then(
      () => props.onClose(true),
      (thrown: unknown) => setFailure(failureText(thrown)),
    );
  };
  const save = () => act('POST /api/alarm-records/change', { record: readRecord(text), version: last(), reason: text('reason') });
  const decide = (accept: boolean) =>
    act('POST /api/alarm-records/decide', { id: props.record.id, version: last(), accept, reason: text('reason') });
  const remove = () => act('POST /api/alarm-records/remove', { id: props.record.id, version: last(), reason: text('reason') });
  return (
    <Dialog
      title={props.entry === undefined ? texts.title.add : texts.title.change(props.record.id)}
      onClose={() => props.onClose(false)}
    >
      <form
        class="decide record-form"
        ref={(element) => (form = element)}
        onSubmit={(event) => {
          event.preventDefault();
          attempt(save);
        }}
      >
        <Show when={props.secondPerson === true}>
          <p>{texts.sentence.secondPerson}</p>
        </Show>
        <Show when={props.entry?.proposal}>
          {(proposal) => <b>{texts.note.waiting(texts.label.act[proposal().act], proposal().by.role)}</b>}
        </Show>
        <Fields record={props.record} isNew={props.entry === undefined} />
        <label>
          {shared.label.auditReason}
          <input class="field" name="reason" autocomplete="off" required maxlength={limits.noteLength} />
        </label>
        <Show when={props.entry !== undefined}>
          <p class="dim">{texts.sentence.loss}</p>
        </Show>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <div class="acts">
          <Show when={props.entry?.proposal}>
            <Button primary onPress={() => attempt(() => decide(true))}>
              {texts.button.approve}
            </Button>
            <Button onPress={() => attempt(() => decide(false))}>{texts.button.reject}</Button>
          </Show>
          <button type="submit" class="button button-primary">
            {props.secondPerson === true ? texts.button.propose : texts.button.save}
          </button>
          <Show when={props.entry?.inForce}>
            <Button onPress={() => attempt(remove)}>{texts.button.remove}</Button>
          </Show>
          <Show when={props.entry}>
            <Button pressed={showsHistory()} onPress={() => setShowsHistory(!showsHistory())}>
              {texts.button.history}
            </Button>
          </Show>
          <Button key="Esc" onPress={() => props.onClose(false)}>
            {shared.button.cancel}
          </Button>
        </div>
      </form>
      <Show when={showsHistory()}>
        <History id={props.record.id} />
      </Show>
    </Dialog>
  );
}

function Fields(props: { readonly record: AlarmRecord; readonly isNew: boolean }) {
  const { match } = props.record;
  const Line = (own: { readonly name: 'cause' | 'consequence' | 'class' | 'owner' | 'id'; readonly readonly?: boolean }) => (
    <label>
      {texts.label[own.name]}
      <input
        class="field"
        name={own.name}
        autocomplete="off"
        required
        readonly={own.readonly}
        maxlength={most[own.name]}
        value={props.record[own.name]}
      />
    </label>
  );
  return (
    <>
      <div class="figures">
        <Line name="id" readonly={!props.isNew} />
        <label>
          {shared.column.priority}
          <select class="field" name="priority">
            <option value="1" selected={props.record.priority === 1}>
              1
            </option>
            <option value="2" selected={props.record.priority === 2}>
              2
            </option>
            <option value="3" selected={props.record.priority === 3}>
              3
            </option>
          </select>
        </label>
        <Line name="class" />
        <Line name="owner" />
        <label>
          {texts.label.minutes}
          <input
            class="field"
            name="minutes"
            type="number"
            min="0.1"
            max={most.respondWithinMs / 60_000}
            step="any"
            required
            value={props.record.respondWithinMs / 60_000}
          />
        </label>
        <label>
          {texts.label.direction}
          <select class="field" name="direction">
            <option value="">{texts.label.either}</option>
            <option value="high" selected={match.direction === 'high'}>
              {texts.label.high}
            </option>
            <option value="low" selected={match.direction === 'low'}>
              {texts.label.low}
            </option>
          </select>
        </label>
        <For each={matchLists}>
          {(name) => (
            <label>
              {texts.label[name]}
              <input class="field" name={name} autocomplete="off" title={texts.note.list} value={match[name].join(' ')} />
            </label>
          )}
        </For>
        <label>
          {texts.label.returnWhen}
          <input
            class="field"
            name="returnWhen"
            autocomplete="off"
            title={texts.note.returnWhen}
            placeholder={texts.note.returnExample}
            maxlength={most.returnWhen}
            value={props.record.returnWhen ?? ''}
          />
        </label>
        <label>
          {texts.label.returnMinutes}
          <input
            class="field"
            name="returnMinutes"
            type="number"
            min="0"
            max={most.returnDelayMs / 60_000}
            step="any"
            value={props.record.returnDelayMs === undefined ? '' : props.record.returnDelayMs / 60_000}
          />
        </label>
      </div>
      <Line name="cause" />
      <Line name="consequence" />
      <label>
        {texts.label.response}
        <textarea class="field" name="response" rows="4" required maxlength={most.response}>
          {props.record.response}
        </textarea>
      </label>
    </>
  );
}

/** Versions of a record, newest first. */
function History(props: { readonly id: string }) {
  const { zone, clock } = useApp();
  const [found, { refetch }] = createResource(
    async () => (await query('GET /api/alarm-records/history', { id: props.id })).versions,
  );
  return (
    <Loaded of={found} retry={() => void refetch()} cells={2}>
      {(versions) => (
        <Table
          label={texts.title.history(props.id)}
          head={
            <>
              <th class="num">{texts.column.version}</th>
              <th>{texts.column.time}</th>
              <th>{texts.column.act}</th>
              <th class="num">{shared.column.priority}</th>
              <th>{texts.column.by}</th>
              <th>{shared.column.reason}</th>
            </>
          }
        >
          <For each={versions().toReversed()}>
            {(version) => (
              <tr>
                <td class="num">{version.version}</td>
                <td>{zone().moment(version.at, clock.second())}</td>
                <td>{texts.label.act[version.act]}</td>
                <td class="num">{version.record?.priority ?? ''}</td>
                <td>{version.by.user ?? version.by.role}</td>
                <td class="wide" title={version.reason}>
                  {version.reason}
                </td>
              </tr>
            )}
          </For>
        </Table>
      )}
    </Loaded>
  );
}
