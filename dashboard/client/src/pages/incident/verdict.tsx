import { createResource, createSignal, For, Show } from 'solid-js';
import { verdicts, type Alert, type Verdict, type VerdictWord } from '../../../../../src/core/alert.ts';
import { limits } from '../../../../protocol.ts';
import { verdictWords } from '../../pure/alerts/alert-words.ts';
import { routeHash, whyRoute } from '../../pure/route.ts';
import { act, ApiError, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button, Choice } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Verdict on an alert, and similar alerts with theirs. */
export function VerdictPanel(props: { readonly alert: Alert; readonly onJudge: (() => void) | undefined }) {
  const { zone, clock } = useApp();
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
        <Button key="V" disabled={props.onJudge === undefined} onPress={() => props.onJudge?.()}>
          {texts.button.giveVerdict}
        </Button>
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
  const [failure, setFailure] = createSignal<string>();
  let note!: HTMLTextAreaElement;
  const judge = async (verdict: VerdictWord): Promise<void> => {
    try {
      await act('POST /api/alerts/judge', { id: props.alert.id, verdict, ...(note.value === '' ? {} : { note: note.value }) });
      props.onClose();
    } catch (thrown) {
      setFailure(thrown instanceof ApiError ? thrown.message : String(thrown));
    }
  };
  const keep = (): void => {
    const verdict = word();
    if (verdict !== undefined) void judge(verdict);
  };
  return (
    <Dialog title={texts.title.verdictOn(props.alert.id)} onClose={props.onClose}>
      <p>{props.alert.title}</p>
      <Choice
        label={texts.title.verdict}
        options={verdicts.map((value) => ({ value, text: verdictWords[value] }))}
        value={word()}
        onChoose={setWord}
      />
      <label>
        {texts.label.note}
        <textarea class="field" ref={(element) => (note = element)} rows="3" maxlength={limits.noteLength} />
      </label>
      <p class="dim">{texts.sentence.verdictMeaning}</p>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <div class="acts">
        <Button primary disabled={word() === undefined} onPress={keep}>
          {texts.button.saveVerdict}
        </Button>
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.cancel}
        </Button>
      </div>
    </Dialog>
  );
}
