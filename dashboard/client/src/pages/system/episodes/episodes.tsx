import { createMemo, createResource, createSignal, For, Show } from 'solid-js';
import type { DecidedEpisode, EpisodeDecision } from '../../../../../../src/core/episode-decision.ts';
import type { Episode, EpisodeList } from '../../../../../../src/core/episodes.ts';
import { formatDuration, formatNumber } from '../../../pure/format.ts';
import { failureText, query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { Button } from '../../../ui/button.tsx';
import { Empty, Failed, Panel } from '../../../ui/panel.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { saveText } from '../../../ui/save.ts';
import { Table } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { Apply, type Applied } from './apply.tsx';
import { texts } from './text.ts';
import { EpisodeTrend, placeOf } from './trend.tsx';

type Choice = EpisodeDecision | 'undecided';
const choices: readonly Choice[] = ['undecided', 'normal', 'exclude'];

/** Unusual episodes of the calibration data, the decisions about them, and their file. */
export function Episodes() {
  const { clock, may } = useApp();
  const [answer, { refetch, mutate }] = createResource(async () => await query('GET /api/episodes', {}));
  const [chosen, setChosen] = createSignal<ReadonlyMap<string, Choice>>(new Map());
  const [shown, setShown] = createSignal<Episode>();
  const [applied, setApplied] = createSignal<Applied>();
  const [failure, setFailure] = createSignal<string>();
  const known = createMemo(() => (answer.state === 'errored' ? undefined : answer.latest?.known));
  const isOpen = (): boolean => may('decide-baseline') && known() !== undefined && known()?.closed === undefined;
  const choiceOf = (episode: Episode): Choice => chosen().get(episode.id) ?? decisionOf(episode);
  const decisions = createMemo((): DecidedEpisode[] =>
    (known()?.episodes ?? []).flatMap((episode) => {
      const choice = choiceOf(episode);
      if (choice === decisionOf(episode)) return [];
      return [{ id: episode.id, ...(choice === 'undecided' ? {} : { as: choice }) }];
    }),
  );
  const save = async (): Promise<void> => {
    try {
      const { text } = await query('GET /api/episodes/file', {});
      saveText(`review-${new Date(clock.now()).toISOString().slice(0, 10)}.yaml`, text);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  const done = (list: EpisodeList | undefined): void => {
    setApplied(undefined);
    if (list === undefined) return;
    setChosen(new Map());
    setShown(undefined);
    mutate({ known: list });
  };
  return (
    <Panel
      title={texts.title.episodes}
      end={
        <Show when={isOpen()}>
          <span class="user-form">
            <Button primary disabled={decisions().length === 0} onPress={() => setApplied({ decisions: decisions() })}>
              {texts.button.apply(decisions().length)}
            </Button>
            <Button onPress={() => void save()}>{texts.button.save}</Button>
            <FileButton onText={(file) => setApplied({ file })} />
          </span>
        </Show>
      }
    >
      <Show when={failure()}>{(text) => <Failed text={text()} />}</Show>
      <Loaded of={answer} retry={() => void refetch()} cells={3}>
        {() => (
          <Show when={known()} fallback={<Empty>{texts.sentence.unlearned}</Empty>}>
            {(list) => (
              <>
                <p class="dim">{list().closed ?? list().promise}</p>
                <Show
                  when={list().episodes.length > 0}
                  fallback={
                    <Show when={list().closed === undefined}>
                      <Empty>{texts.sentence.none}</Empty>
                    </Show>
                  }
                >
                  <Rows
                    episodes={list().episodes}
                    choiceOf={choiceOf}
                    shown={shown()}
                    onShow={setShown}
                    onChoose={isOpen() ? (id, choice) => setChosen(new Map([...chosen(), [id, choice]])) : undefined}
                  />
                </Show>
                <Show when={shown()} keyed>
                  {(episode) => <EpisodeTrend episode={episode} />}
                </Show>
              </>
            )}
          </Show>
        )}
      </Loaded>
      <Show when={applied()} keyed>
        {(what) => <Apply what={what} onClose={done} />}
      </Show>
    </Panel>
  );
}

const decisionOf = ({ decided }: Episode): Choice => decided?.as ?? 'undecided';

function Rows(props: {
  readonly episodes: readonly Episode[];
  readonly choiceOf: (episode: Episode) => Choice;
  readonly shown: Episode | undefined;
  readonly onShow: (episode: Episode | undefined) => void;
  readonly onChoose: ((id: string, choice: Choice) => void) | undefined;
}) {
  const { zone, clock } = useApp();
  const decidedText = ({ decided }: Episode): string =>
    decided === undefined
      ? texts.label.as.undecided
      : texts.note.decided(texts.label.as[decided.as], decided.by, zone().moment(decided.at, clock.second()));
  return (
    <Table
      label={texts.title.episodes}
      head={
        <>
          <th>{texts.column.decision}</th>
          <th>{texts.column.from}</th>
          <th>{shared.column.duration}</th>
          <th>{texts.column.place}</th>
          <th>{texts.column.finding}</th>
          <th>{texts.column.detectors}</th>
          <th class="num">{texts.column.score}</th>
          <th>{texts.column.counts}</th>
          <th>
            <span class="unseen">{texts.column.trend}</span>
          </th>
        </>
      }
    >
      <For each={props.episodes}>
        {(episode) => (
          <tr>
            <td title={decidedText(episode)}>
              <Show when={props.onChoose} fallback={decidedText(episode)}>
                {(choose) => (
                  <select
                    class="field"
                    aria-label={texts.label.decisionOf(episode.id)}
                    onChange={({ currentTarget }) => choose()(episode.id, currentTarget.value as Choice)}
                  >
                    <For each={choices}>
                      {(choice) => (
                        <option value={choice} selected={props.choiceOf(episode) === choice}>
                          {texts.label.as[choice]}
                        </option>
                      )}
                    </For>
                  </select>
                )}
              </Show>
            </td>
            <td>{zone().moment(episode.from, clock.second())}</td>
            <td>{formatDuration(episode.to - episode.from)}</td>
            <td>{placeOf(episode)}</td>
            <td class="wide" title={`${episode.sentence} ${episode.tags.join(', ')}`}>
              {episode.sentence}
            </td>
            <td class="part" title={episode.detectors.join(', ')}>
              {episode.detectors.join(', ')}
            </td>
            <td class="num">{formatNumber(episode.score, 2)}</td>
            <td>{episode.lasting ? texts.label.counts : ''}</td>
            <td>
              <Button
                pressed={props.shown === episode}
                onPress={() => props.onShow(props.shown === episode ? undefined : episode)}
              >
                {props.shown === episode ? texts.button.hideTrend : texts.button.trend}
              </Button>
            </td>
          </tr>
        )}
      </For>
    </Table>
  );
}

/** Button that reads a file of decisions. */
function FileButton(props: { readonly onText: (text: string) => void }) {
  let field!: HTMLInputElement;
  const read = async (): Promise<void> => {
    const file = field.files?.[0];
    if (file === undefined) return;
    const text = await file.text();
    // the same file can be chosen again after a correction
    field.value = '';
    props.onText(text);
  };
  return (
    <>
      <input
        ref={(element) => (field = element)}
        type="file"
        accept=".yaml,.yml"
        hidden
        aria-label={texts.label.file}
        onChange={() => void read()}
      />
      <Button onPress={() => field.click()}>{texts.button.load}</Button>
    </>
  );
}
