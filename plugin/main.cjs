require("../setup/loadTypeScript.cjs");
require("./index.ts");
