import { link, topology } from "../state/model.js";
import { text } from "../state/preferences.js";
import { Answers } from "./answers/answers.js";
import { Chart } from "./answers/chart.js";
import { ChangeDialog } from "./changeDialog.js";
import { Events } from "./events.js";
import { Footer } from "./footer.js";
import { Header } from "./header.js";
import { LoadPanel } from "./load.js";
import { MachinesPanel } from "./machines.js";
import { Members } from "./members.js";
import { SettingsPanel } from "./settings.js";
import { Timeline } from "./timeline.js";
import { TopologyPanel } from "./topology/topology.js";

export function App() {
  const t = text.value;
  const hasMachines = topology.value?.machines !== undefined;
  return (
    <>
      <a class="skip" href="#members">
        {t.skip}
      </a>
      <Header />
      <div role="alert" class="notices">
        {link.value === "lost" && (
          <p class="notice">
            <strong>{t.lost}.</strong> {t.lostHelp}
          </p>
        )}
      </div>
      {topology.value ? (
        <main
          class={`board ${hasMachines ? "with-machines" : ""} ${link.value === "lost" ? "stale" : ""}`}
        >
          <TopologyPanel />
          {hasMachines && <Timeline />}
          <div class="side">
            <LoadPanel />
            {hasMachines && <MachinesPanel />}
            <SettingsPanel />
            {!hasMachines && <Events />}
          </div>
          <Answers />
          <Chart />
          <Members />
        </main>
      ) : (
        <main class="waiting">
          <p>{t.waiting}</p>
        </main>
      )}
      <Footer />
      <ChangeDialog />
    </>
  );
}
