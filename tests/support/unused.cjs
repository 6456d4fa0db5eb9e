// Stands for modules that Pulumi's SDK loads at its start and no unit test comes to use.
"use strict";
module.exports = {};
