import { createResource, createSignal, For, Show } from 'solid-js';
import { verdicts, type Alert, type Verdict, type VerdictWord } from '../../../../../src/core/alert.ts';
import { verdictWords } from '../../pure/alerts/alert-words.ts';
import { routeHash, whyRoute } from '../../pure/route.ts';
import { act, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button, Choice } from '../../ui/button.tsx';
import { NoteField } from '../../ui/fields.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { texts } from './text.ts';

/** Verdict on an alert, and similar alerts with theirs. */
export function VerdictPanel(props: {
  readonly alert: Alert;
  readonly onJudge: (() => void) | undefined;
  readonly onLearn: (() => void) | undefined;
}) {
  const { zone, clock, may } = useApp();
  const [found, { refetch }] = createResource(
    () => props.alert.id,
    async (id) => (await query('GET /api/alerts/similar', { id })).similar,
  );
  return (
    <Panel title={texts.title.verdict} end={props.alert.id}>
      <div class="verdict">
        <Show when={props.alert.verdict} fallback={<p class="dim">{texts.sentence.noVerdict}</p>}>
          {(verdict) => (
            <p>
              <b>{verdictWords[verdict().word]}</b>
              {noteText(verdict())}{' '}
              <span class="dim">
                ({verdict().by.role}, {zone().moment(verdict().at, clock.second())})
              </span>
            </p>
          )}
        </Show>
        <span class="button-row">
          <Button key="V" disabled={props.onJudge === undefined} onPress={() => props.onJudge?.()}>
            {texts.button.giveVerdict}
          </Button>
          <Show when={may('decide-baseline')}>
            <Button disabled={props.onLearn === undefined} onPress={() => props.onLearn?.()}>
              {texts.button.learn}
            </Button>
          </Show>
        </span>
      </div>
      <div class="panel-head rule">
        <h2>{texts.title.similar}</h2>
        <span class="end">{texts.note.similarity}</span>
      </div>
      <Loaded of={found} retry={() => void refetch()}>
        {(similar) => (
          <div class="text" tabindex="0" role="region" aria-label={texts.title.similar}>
            <For each={similar()} fallback={<p class="dim">{texts.sentence.noSimilar}</p>}>
              {({ alert, alike }) => (
                <p title={alike.join('; ')}>
                  <a href={routeHash(whyRoute(alert))}>{zone().moment(alert.since, clock.second())}</a> {alert.title}{' '}
                  <b>{verdictText(alert)}</b> <span class="dim">{alike.join('; ')}</span>
                </p>
              )}
            </For>
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

const noteText = ({ note }: Pick<Verdict, 'note'>): string => (note === undefined ? '' : `: ${note}`);

const verdictText = ({ verdict }: Alert): string =>
  verdict === undefined ? texts.note.noVerdict : `${verdictWords[verdict.word]}${noteText(verdict)}`;

/** Dialog for a verdict with an optional note. */
export function VerdictDialog(props: { readonly alert: Alert; readonly onClose: () => void }) {
  const [word, setWord] = createSignal<VerdictWord | undefined>(props.alert.verdict?.word);
  const [note, setNote] = createSignal('');
  const judge = async (): Promise<void> => {
    const verdict = word();
    if (verdict === undefined) return;
    await act('POST /api/alerts/judge', { id: props.alert.id, verdict, ...(note() === '' ? {} : { note: note() }) });
  };
  return (
    <ActDialog
      title={texts.title.verdictOn(props.alert.id)}
      text={texts.button.saveVerdict}
      disabled={word() === undefined}
      run={judge}
      onClose={props.onClose}
    >
      <p>{props.alert.title}</p>
      <Choice
        label={texts.title.verdict}
        options={verdicts.map((value) => ({ value, text: verdictWords[value] }))}
        value={word()}
        onChoose={setWord}
      />
      <NoteField label={texts.label.note} value={note()} onInput={setNote} />
      <p class="dim">{texts.sentence.verdictMeaning}</p>
    </ActDialog>
  );
}
