// What typeset.mjs has of Node.js, without its types: for TypeScript.

declare module "node:fs";
declare module "node:path";
declare module "node:process";
