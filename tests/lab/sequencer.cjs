const { basename, dirname } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** One lab from nothing to nothing: its files run in the order of their names, whatever their folders are; the last ends it. */
module.exports = class extends Sequencer {
  sort(tests) {
    const ends = ({ path }) => (basename(dirname(path)) === "destroy" ? 1 : 0);
    return [...tests].sort(
      (a, b) => ends(a) - ends(b) || basename(a.path).localeCompare(basename(b.path)),
    );
  }
};
