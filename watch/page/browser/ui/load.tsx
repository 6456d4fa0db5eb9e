import { useSignal, useSignalEffect } from "@preact/signals";
import type { LoadRequest } from "../../../protocol.js";
import { requests } from "../state/connection.js";
import { load, topology } from "../state/model.js";
import { format, text } from "../state/preferences.js";
import { NumberField } from "./fields.js";

/** Starts, changes and stops the load. */
export function LoadPanel() {
  const t = text.value;
  const clients = topology.value?.clients ?? [];
  const hasRedirect = topology.value?.redirect !== undefined;
  const isShared = topology.value?.moreDirectors !== undefined;
  const hasIpv6 = topology.value?.ipv6 !== undefined;
  const form = useSignal<LoadRequest>({
    ...{ client: clients.at(-1) ?? "", rate: 20, concurrency: 4, redirected: hasRedirect },
    // Requests go on while others wait for a director to take over.
    ...(isShared && { rate: 10, concurrency: 50, lasting: 4 }),
    ...(hasIpv6 && { ipv6: true }),
  });
  const problem = useSignal<string | undefined>(undefined);
  const running = load.value?.load;
  // The form takes the values of a load that another page has started.
  useSignalEffect(() => {
    if (load.value?.load) {
      form.value = load.value.load;
    }
  });
  const edit = (changed: Partial<LoadRequest>) => {
    form.value = { ...form.value, ...changed };
  };
  const send = async (request: Promise<void>) => {
    problem.value = undefined;
    try {
      await request;
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  // The client chosen before may have disappeared.
  const able = clients.includes(form.value.client);
  const client = able ? form.value.client : (clients.at(-1) ?? "");
  const request = { ...form.value, client };
  const isSame = running !== undefined && JSON.stringify(running) === JSON.stringify(request);
  const { rate, concurrency, redirected } = form.value;
  const why = problem.value ?? (load.value?.error && t.ended(load.value.error));
  return (
    <section class="panel load" aria-labelledby="load-title">
      <h2 id="load-title">{t.load}</h2>
      <p class={`running ${running ? "on" : ""}`} role="status">
        {running ? t.running(format.whole(running.rate), running.client) : t.idle}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(requests.startLoad(request));
        }}
      >
        <div class="pair">
          <label class="field">
            <span>{t.client}</span>
            <select
              value={client}
              onChange={({ currentTarget }) => {
                edit({ client: currentTarget.value });
              }}
            >
              {clients.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <NumberField
            {...{ label: t.concurrency, value: concurrency, min: 1, max: 50 }}
            change={(value) => {
              edit({ concurrency: value });
            }}
          />
        </div>
        <NumberField
          {...{ label: t.rate, value: rate, min: 1, max: 2000 }}
          change={(value) => {
            edit({ rate: value });
          }}
        />
        {isShared && (
          <NumberField
            {...{ label: t.lasting, value: form.value.lasting ?? 0, min: 0, max: 20 }}
            change={(value) => {
              edit({ lasting: value });
            }}
          />
        )}
        {hasIpv6 && (
          <label class="check">
            <input
              type="checkbox"
              checked={form.value.ipv6}
              onChange={({ currentTarget }) => {
                edit({ ipv6: currentTarget.checked });
              }}
            />
            <span>{t.alsoIpv6}</span>
          </label>
        )}
        {hasRedirect && (
          <label class="check">
            <input
              type="checkbox"
              checked={redirected}
              onChange={({ currentTarget }) => {
                edit({ redirected: currentTarget.checked });
              }}
            />
            <span>{t.alsoRedirected}</span>
          </label>
        )}
        <div class="buttons">
          {(!running || !isSame) && (
            <button type="submit" class="primary">
              {running ? t.adjust : t.start}
            </button>
          )}
          {running && (
            <button type="button" onClick={() => void send(requests.stopLoad())}>
              {t.stop}
            </button>
          )}
        </div>
      </form>
      <p class="problem" role="alert">
        {why}
      </p>
    </section>
  );
}
