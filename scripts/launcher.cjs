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
if (require.main === module) {
  tuneCompiler();
  program.exports.main(process).then((code) => process.exit(code));
} else module.exports = { main: program.exports.main, script, cache };

/**
 * Has V8 compile a function for speed only after eight times as much work as usual: in runs of half a second its
 * compiler threads cost more than they gain. Only for the version of V8 it was measured with; others may not know the flag.
 * The code cache is read and made under other flags, and refused under these: hence only here, only in the program.
 */
function tuneCompiler() {
  if (process.versions.v8.startsWith('11.3.')) require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
}
