// What Pulumi's SDK loads at its start for functions that are serialized, and for plugins as packages: half of its
// modules, of which the lab's program and the unit tests use none.
"use strict";
module.exports = /^(@npmcli\/arborist|got)$|\/typescript-shim$/;
