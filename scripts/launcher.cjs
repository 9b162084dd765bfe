#!/usr/bin/env node
// Starts the program. It is compiled with the code cache that the bundler left beside it for this version of Node, which
// saves about half of the start-up time; without one, or with one that V8 refuses, it is compiled as usual.
'use strict';
const { readFileSync } = require('node:fs');
const { Script } = require('node:vm');

const file = `${__dirname}/@PROGRAM@`;
// Plain ASCII (the bundler sees to it), so one byte is one character.
const source = readFileSync(file, 'latin1');
const cache = `${file}.${process.version}-${process.arch}.cache`;
let cachedData;
try {
  cachedData = readFileSync(cache);
} catch {
  // Another version of Node than the one that built it.
}
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
  filename: file,
  cachedData,
});
const program = { exports: {} };
script.runInThisContext()(program.exports, require, program, file, __dirname);
if (require.main === module) program.exports.main(process).then((code) => process.exit(code));
else module.exports = { main: program.exports.main, script, cache };
