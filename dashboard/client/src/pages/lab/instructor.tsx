import { createResource, createSignal, For, onCleanup, Show } from 'solid-js';
import { mostHints, mostNotes } from '../../../../../src/core/lab.ts';
import { limits } from '../../../../protocol.ts';
import { act, failureText, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { ScrollRegion } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { Entries } from './hints.tsx';
import { Injects } from './injects.tsx';
import { texts } from './text.ts';

/** Time between two queries, ms. */
const everyMs = 3_000;

/** Page of the person who runs an exercise: injects beside alerts, hints for the participants, notes for the debrief. */
export function Instructor() {
  const { live, back } = useApp();
  const [found, { refetch }] = createResource(async () => await query('GET /api/lab/exercise', {}));
  const timer = setInterval(() => live() && void refetch(), everyMs);
  onCleanup(() => clearInterval(timer));
  const [asked, setAsked] = createSignal<string>();
  const refresh = (): void => void refetch();
  useKeys(() => [
    {
      caption: 'H',
      text: texts.key.hint,
      on: ['h'],
      run: () => document.querySelector<HTMLInputElement>('#own-hint')?.focus(),
    },
    { caption: 'Esc', text: shared.key.back, on: ['Escape'], run: back },
  ]);
  return (
    <main class="page instructor">
      <Loaded of={found} retry={refresh} cells={8}>
        {(answer) => (
          <Show
            when={answer().exercise}
            fallback={
              <Panel title={texts.title.injects}>
                <Empty>{texts.sentence.noExercise}</Empty>
              </Panel>
            }
          >
            {(exercise) => (
              <>
                <Injects exercise={exercise()} />
                <div class="stack">
                  <Panel title={texts.title.hints} end={texts.note.given(exercise().hints.length, mostHints)}>
                    <ScrollRegion label={texts.title.hints}>
                      <div class="entries">
                        <For each={exercise().offered} fallback={<p class="dim">{texts.sentence.noHintOffered}</p>}>
                          {(text) => (
                            <p class="offered">
                              <span>{text}</span>
                              <Button disabled={!live() || !exercise().isRunning} onPress={() => setAsked(text)}>
                                {texts.button.giveHint}
                              </Button>
                            </p>
                          )}
                        </For>
                        <div class="rule">
                          <Entries entries={exercise().hints} empty={texts.sentence.noHint} />
                        </div>
                      </div>
                    </ScrollRegion>
                    <TextForm
                      id="own-hint"
                      label={texts.label.ownHint}
                      button={texts.button.giveHint}
                      most={limits.hintLength}
                      disabled={!live() || !exercise().isRunning}
                      send={async (text) => {
                        setAsked(text);
                      }}
                    />
                    <p class="dim">{exercise().isRunning ? texts.sentence.hintCost : texts.sentence.hintAfterEnd}</p>
                  </Panel>
                  <Panel title={texts.title.notes} end={texts.note.given(exercise().notes.length, mostNotes)}>
                    <ScrollRegion label={texts.title.notes}>
                      <Entries entries={exercise().notes} empty={texts.sentence.noNote} />
                    </ScrollRegion>
                    <TextForm
                      id="own-note"
                      label={texts.label.note}
                      button={texts.button.addNote}
                      most={limits.noteLength}
                      disabled={!live()}
                      send={async (text) => {
                        await act('POST /api/lab/note', { text });
                        refresh();
                      }}
                    />
                  </Panel>
                </div>
              </>
            )}
          </Show>
        )}
      </Loaded>
      <Show when={asked()}>
        {(text) => (
          <ActDialog
            title={texts.title.giveHint}
            text={texts.button.giveHint}
            run={async () => {
              await act('POST /api/lab/hint', { text: text() });
              refresh();
            }}
            onClose={() => setAsked(undefined)}
          >
            <p>{text()}</p>
            <p class="dim">{texts.sentence.hintCost}</p>
          </ActDialog>
        )}
      </Show>
    </main>
  );
}

function TextForm(props: {
  readonly id: string;
  readonly label: string;
  readonly button: string;
  readonly most: number;
  readonly disabled: boolean;
  readonly send: (text: string) => Promise<void>;
}) {
  const [text, setText] = createSignal('');
  const [failure, setFailure] = createSignal<string>();
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const given = text().trim();
    if (given === '' || props.disabled) return;
    try {
      await props.send(given);
      setText('');
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <form class="entry-form" onSubmit={(event) => void send(event)}>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <input
        id={props.id}
        class="field"
        autocomplete="off"
        required
        aria-label={props.label}
        placeholder={props.label}
        maxlength={props.most}
        value={text()}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={props.disabled}>
        {props.button}
      </button>
    </form>
  );
}
