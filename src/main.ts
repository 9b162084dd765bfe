#!/usr/bin/env node
import process from 'node:process';
import { run } from './cli/run.ts';
import { createSystem } from './system/node.ts';

process.exit(await run(process, (env) => createSystem({ env, cwd: process.cwd() })));
