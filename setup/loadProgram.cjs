// Lets Node.js load the lab's program: `nodeargs` of Pulumi.yaml has it. ts-node, Pulumi's own way, compiles the program
// and all components anew at each preview and each update.
"use strict";
const Module = require("node:module");
const process = require("node:process");
const late = require("./lateModules.cjs");
require("./loadTypeScript.cjs");

const { _load: load } = Module;
Module._load = function (request, ...others) {
  if (late.test(request)) {
    return standIn(() => load.call(this, request, ...others));
  }
  const loaded = load.call(this, request, ...others);
  if (/\/debuggable$/.test(request) && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
    withoutStacks(loaded);
  }
  return loaded;
};

/**
 * Spares the stack trace that Pulumi's SDK takes of each of its promises, with the lines of the sources. Only
 * PULUMI_DEBUG_PROMISE_LEAKS shows them.
 */
function withoutStacks(debuggable) {
  const { debuggablePromise } = debuggable;
  if (debuggablePromise === undefined || debuggablePromise.hasNoStack) {
    return;
  }
  debuggable.debuggablePromise = (...promise) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...promise);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  debuggable.debuggablePromise.hasNoStack = true;
}

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
