import { events } from "../state/events.js";
import { format, text } from "../state/preferences.js";

const shown = 6;

/** The events, newest first. A screen reader announces each as it comes. */
export function Events() {
  const t = text.value;
  return (
    <section class="panel events" aria-labelledby="events-title">
      <h2 id="events-title">{t.events}</h2>
      <div role="log" aria-labelledby="events-title">
        <ol reversed>
          {events.value.slice(0, shown).map((event) => {
            const words = event.tell(t);
            return (
              <li key={`${event.at} ${words}`} class={event.kind}>
                <time>{format.time(event.at)}</time>
                <span>{words}</span>
              </li>
            );
          })}
        </ol>
      </div>
      {events.value.length === 0 && <p class="hint">{t.noEvents}</p>}
    </section>
  );
}
