import { events, type LabEvent } from "../state/events.js";
import { format, text } from "../state/preferences.js";

/** The number of causes, and of events without one, that are shown. */
const shown = 4;

/** An intervention and what followed, or what happened without one. */
interface Story {
  cause?: LabEvent;
  effects: LabEvent[];
}

/** What happened, the newest story first; in each the effects in their order, by the time since their cause. */
export function Timeline() {
  const t = text.value;
  const stories = storiesOf(events.value).slice(0, shown);
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">{t.events}</h2>
      <div role="log" aria-labelledby="timeline-title">
        <ol class="stories">
          {stories.map(({ cause, effects }) => (
            <li key={`${cause?.at} ${cause?.tell(t)} ${effects[0]?.at}`} class="story">
              {cause && (
                <p class={`cause ${cause.kind}`}>
                  <time>{format.time(cause.at)}</time>
                  <strong>{cause.tell(t)}</strong>
                </p>
              )}
              {effects.length > 0 && (
                <ol>
                  {effects.map((event) => (
                    <li key={`${event.at} ${event.key ?? event.tell(t)}`} class={event.kind}>
                      <time>
                        {cause && event.since !== undefined
                          ? t.since(format.seconds(event.since))
                          : format.time(event.at)}
                      </time>
                      <span>{event.tell(t)}</span>
                    </li>
                  ))}
                </ol>
              )}
            </li>
          ))}
        </ol>
      </div>
      {stories.length === 0 && <p class="hint">{t.noEvents}</p>}
    </section>
  );
}

/** @param newest Events, the newest first. */
function storiesOf(newest: readonly LabEvent[]): Story[] {
  const stories: Story[] = [];
  for (const event of [...newest].reverse()) {
    const last = stories.at(-1);
    const belongs = last && (event.since === undefined ? !last.cause : last.cause !== undefined);
    if (event.isCause) {
      stories.push({ cause: event, effects: [] });
    } else if (belongs) {
      last.effects.push(event);
    } else {
      stories.push({ effects: [event] });
    }
  }
  return stories.reverse();
}
