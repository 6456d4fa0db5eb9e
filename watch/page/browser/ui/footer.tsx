import { sample, topology } from "../state/model.js";
import { format, text } from "../state/preferences.js";

export function Footer() {
  const cost = sample.value?.cost;
  const director = sample.value?.director ?? topology.value?.director;
  return (
    <footer class="foot">
      {cost !== undefined && director !== undefined && (
        <p>{text.value.cost(format.percent(cost), director)}</p>
      )}
    </footer>
  );
}
