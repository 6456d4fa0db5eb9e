import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./page.css";
import { receiveMessages } from "./state/connection.js";
import { noteEvents } from "./state/events.js";
import { updateLabTime } from "./state/model.js";
import { applyPreferences } from "./state/preferences.js";
import { noteTimeline } from "./state/timeline.js";
import { App } from "./ui/app.js";

applyPreferences();
noteEvents();
noteTimeline();
const place = document.getElementById("page");
if (place) {
  render(<App />, place);
}
receiveMessages();
setInterval(updateLabTime, 500);
