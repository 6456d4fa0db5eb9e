// Lets Node.js load the lab's program: `nodeargs` of Pulumi.yaml has it. ts-node, Pulumi's own way, compiles the program
// and all components anew at each preview and each update.
"use strict";
const Module = require("node:module");
require("./loadTypeScript.cjs");

/**
 * What Pulumi's SDK loads at its start for functions that are serialized, and for plugins as packages: half of its
 * modules. It gets stand-ins, which load the module as soon as anybody uses it.
 */
const late = /^(@npmcli\/arborist|got)$|\/typescript-shim$/;

const { _load: load } = Module;
Module._load = function (request, ...others) {
  return late.test(request)
    ? standIn(() => load.call(this, request, ...others))
    : load.call(this, request, ...others);
};

function standIn(loadModule) {
  let loaded;
  const module = () => (loaded ??= loadModule());
  return new Proxy(function () {}, {
    apply: (_, self, words) => Reflect.apply(module(), self, words),
    construct: (_, words) => Reflect.construct(module(), words),
    // The helpers of compiled imports ask for this first, and then take the stand-in as it is.
    get: (_, name) => name === "__esModule" || module()[name],
    has: (_, name) => name in module(),
  });
}
