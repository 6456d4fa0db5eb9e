import { link, topology } from "../state/model.js";
import { text } from "../state/preferences.js";
import { Answers } from "./answers/answers.js";
import { Chart } from "./answers/chart.js";
import { ChangeDialog } from "./changeDialog.js";
import { Events } from "./events.js";
import { Footer } from "./footer.js";
import { Header } from "./header.js";
import { LoadPanel } from "./load.js";
import { Members } from "./members.js";
import { SettingsPanel } from "./settings.js";
import { TopologyPanel } from "./topology/topology.js";

export function App() {
  const t = text.value;
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
        <main class={`board ${link.value === "lost" ? "stale" : ""}`}>
          <TopologyPanel />
          <div class="side">
            <LoadPanel />
            <SettingsPanel />
            <Events />
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
