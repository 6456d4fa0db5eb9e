// Lets Node.js load the lab's program: `nodeargs` of Pulumi.yaml has it. ts-node, Pulumi's own way, compiles the program
// and all components anew at each preview and each update.
"use strict";
const Module = require("node:module");
const late = require("./lateModules.cjs");
require("./loadTypeScript.cjs");

const { _load: load } = Module;
Module._load = function (request, ...others) {
  return late.test(request)
    ? standIn(() => load.call(this, request, ...others))
    : load.call(this, request, ...others);
};

/** Stands for a module, which it loads as soon as anybody uses it. */
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
