const { basename } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** One lab from nothing to nothing: its files run in the order of their names, whatever their folders are. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => basename(a.path).localeCompare(basename(b.path)));
  }
};
