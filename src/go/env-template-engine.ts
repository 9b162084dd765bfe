import { ToolError, withPrefix } from '../core/errors.ts';
import type { Context } from '../core/ports.ts';
import type { EnvTemplateOptions } from './env-template.ts';
import { type SprigSources, sprigFunctions } from './sprig/index.ts';
import { quote } from './template/quote.ts';
import { executeTemplate, parseTemplate, type Template } from './template/template.ts';
import { GoFailure, type GoFunction, type GoFunctions, stringMap } from './template/values.ts';
import { loadZone, utc, type Zone } from './zone.ts';

/** The name Go's messages give these templates. */
const templateName = 'envTemplate';

/** Thrown out of an execution that needs something which takes time: once it is there, the execution starts again. */
class Waiting extends Error {
  override readonly name = 'Waiting';
  readonly start: () => Promise<void>;

  constructor(start: () => Promise<void>) {
    super('waiting for something from outside');
    this.start = start;
  }
}

/** What one expansion has got from outside so far. */
interface Memory {
  readonly now: Date;
  readonly zones: Map<string, Zone>;
  readonly uptime: number;
  /** Results of the calls of `cmd`, in order. */
  readonly commands: (string | GoFailure)[];
  /** How many of them the execution under way has asked for. */
  asked: number;
  /** What was made by chance, in order, and how much of it the execution under way has asked for. */
  readonly made: unknown[];
  taken: number;
}

/**
 * Expands a template; see `expandEnvTemplate`. Programs run one after the other, each once.
 *
 * @throws {ToolError} `TEMPLATE_ERR`.
 */
export async function runEnvTemplate(
  text: string,
  variables: Readonly<Record<string, string>>,
  ctx: Context,
  { mode }: EnvTemplateOptions,
): Promise<string> {
  const { clock } = ctx.system;
  const memory: Memory = {
    now: clock.now(),
    uptime: clock.monotonic(),
    zones: new Map(),
    commands: [],
    asked: 0,
    made: [],
    taken: 0,
  };
  const template = parse(text, functionsFor(memory, ctx));
  const data = stringMap({ ...environmentOf(ctx), ...variables });
  for (;;) {
    try {
      memory.asked = 0;
      memory.taken = 0;
      return executeTemplate(template, data, { missingKey: mode === 'strict' ? 'error' : 'default' });
    } catch (error) {
      if (!(error instanceof Waiting)) throw error;
      ctx.signal.throwIfAborted();
      await error.start();
    }
  }
}

/**
 * Checks a template's syntax and that its functions exist, without executing it.
 *
 * @throws {ToolError} `TEMPLATE_ERR` with Go's message, which starts with `template: envTemplate:LINE: `.
 */
export function checkEnvTemplate(text: string): void {
  const nothing: SprigSources = {
    env: {},
    now: () => new Date(0),
    uptime: () => 0,
    zone: () => utc,
    chance: (make) => make(),
  };
  parseTemplate(text, {
    name: templateName,
    functions: withCommand(nothing, { parameters: ['string'], rest: 'string', call: () => '' }),
  });
}

function parse(text: string, functions: GoFunctions): Template {
  try {
    return parseTemplate(text, { name: templateName, functions });
  } catch (error) {
    throw withPrefix(`unable to parse template: ${quote(text)}`, error);
  }
}

function environmentOf({ system }: Context): Record<string, string> {
  return Object.fromEntries(
    Object.entries(system.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function withCommand(sources: SprigSources, command: GoFunction): GoFunctions {
  return new Map([...sprigFunctions(sources), ['cmd', command]]);
}

function functionsFor(memory: Memory, ctx: Context): GoFunctions {
  const sources: SprigSources = {
    env: ctx.system.env,
    now: () => memory.now,
    uptime: () => memory.uptime,
    zone: (name) => zoneFrom(memory, name, ctx),
    chance: (make) => remembered(memory, make),
  };
  return withCommand(sources, {
    parameters: ['string'],
    rest: 'string',
    call: (...words) => runCommand(memory, words as readonly string[], ctx),
  });
}

function zoneFrom({ zones }: Memory, name: string, { system }: Context): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  throw new Waiting(async () => void zones.set(name, (await loadZone(name, system)) ?? utc));
}

/** What an earlier execution of the same template made at this point, or something new. */
function remembered<T>(memory: Memory, make: () => T): T {
  const index = memory.taken++;
  if (index === memory.made.length) memory.made.push(make());
  return memory.made[index] as T;
}

/** The result of the next call of `cmd`; its program is run if it has not been. */
function runCommand(memory: Memory, words: readonly string[], ctx: Context): string {
  const known = memory.commands[memory.asked++];
  if (known === undefined) {
    throw new Waiting(async () => void memory.commands.push(await startCommand(words, ctx)));
  }
  if (known instanceof GoFailure) throw known;
  return known;
}

/** What a program prints, blanks around it trimmed; or how it failed, in Skaffold's words. */
async function startCommand([file = '', ...args]: readonly string[], ctx: Context): Promise<string | GoFailure> {
  const running = [file, ...args].join(' ');
  try {
    const { exitCode, stdout, stderr } = await ctx.system.exec.run(file, args, {
      cwd: ctx.system.cwd,
      signal: ctx.signal,
    });
    if (exitCode === 0) return stdout.trim();
    return commandFailure(running, stdout, stderr, `exit status ${exitCode}`);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
    return commandFailure(running, '', '', `exec: ${quote(file)}: executable file not found in $PATH`);
  }
}

function commandFailure(running: string, stdout: string, stderr: string, cause: string): GoFailure {
  return new GoFailure(
    `running [${running}]\n - stdout: ${quote(stdout)}\n - stderr: ${quote(stderr)}\n - cause: ${cause}`,
  );
}
