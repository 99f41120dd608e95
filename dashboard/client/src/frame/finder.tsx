import { createResource, createSignal, For, Show } from 'solid-js';
import { useStation } from '../store/station.ts';
import { Dialog } from '../ui/dialog.tsx';
import './finder.css';

/** Finds a tag by name or words, and opens its trend. */
export function Finder(props: { readonly onClose: () => void }) {
  const { tags, go } = useStation();
  const [text, setText] = createSignal('');
  const [found] = createResource(
    () => text().trim() || undefined,
    async (wanted) => await tags.search(wanted),
  );
  const hits = () => (found.state === 'errored' || text().trim() === '' ? [] : (found.latest ?? []));
  const open = (tag: string | undefined): void => {
    if (tag === undefined) return;
    props.onClose();
    go({ page: 'tag', tag });
  };
  return (
    <Dialog title="Find a tag" onClose={props.onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          open(hits()[0]?.name);
        }}
      >
        <label>
          Name or words
          <input class="field" type="search" autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </form>
      <div class="finder">
        <For each={hits()} fallback={<Show when={text().trim() !== '' && found.state === 'ready'}>No tag has this text.</Show>}>
          {(tag) => (
            <button type="button" onClick={() => open(tag.name)}>
              <b>{tag.name}</b>
              <span class="ellipsis">{tag.description}</span>
              <span class="dim">{tag.area}</span>
            </button>
          )}
        </For>
        <Show when={found.state === 'errored'}>
          <p role="alert">The search did not work.</p>
        </Show>
      </div>
    </Dialog>
  );
}
