import { join } from 'node:path';
import { ToolError } from '../core/errors.ts';
import type { Emit } from '../core/events.ts';
import type { ImageName } from '../core/names.ts';
import type { Context, Files } from '../core/ports.ts';

/** Where the output of builds goes that nobody wants to see (`--mute-logs=build`). */
export interface MutedOutput {
  /**
   * Runs a build whose output goes to a file of its own; the file's name is told instead. Where the build fails, what it
   * printed is shown after all, as in Skaffold.
   */
  run<Result>(image: ImageName, ctx: Context, build: (ctx: Context) => Promise<Result>): Promise<Result>;
}

/**
 * Log files in one new directory that only the user may read. It stays after the run. (Skaffold's file names are the
 * same in every run, and anybody who foresees them can plant a link there.)
 */
export function createMutedOutput(): MutedOutput {
  let directory: Promise<string> | undefined;
  const taken = new Set<string>();
  return {
    async run(image, ctx, build) {
      directory ??= ctx.system.files.temporaryDirectory('slipway-logs-');
      const path = join(await directory, fileName(image, taken));
      const log = await openLog(path, image, ctx);
      say(` - writing logs to ${path}\n`, image, ctx.emit);
      try {
        return await build({ ...ctx, emit: log.emit });
      } catch (error) {
        await log.flush();
        if (!ctx.signal.aborted) say(await ctx.system.files.readText(path), image, ctx.emit);
        throw error;
      } finally {
        await log.flush();
      }
    },
  };
}

/** The image with `-` for what a file name should not hold, made different from those of other images. */
function fileName(image: ImageName, taken: Set<string>): string {
  const plain = image.replace(/[^A-Za-z0-9._-]/g, '-');
  let name = `${plain}.log`;
  for (let count = 2; taken.has(name); count++) name = `${plain}-${count}.log`;
  taken.add(name);
  return name;
}

function say(text: string, image: ImageName, emit: Emit): void {
  emit({ type: 'output', phase: 'Build', image, stream: 'stdout', text });
}

interface Log {
  /** Keeps output in the file and hands everything else on. */
  readonly emit: Emit;
  /** Resolves when all of it is written. */
  flush(): Promise<void>;
}

async function openLog(path: string, image: ImageName, ctx: Context): Promise<Log> {
  const { files } = ctx.system;
  await files.append(path, new Uint8Array());
  const writer = createWriter(path, files, (error, lost) => {
    ctx.emit({ type: 'log', level: 'warning', message: `the log of ${image} is shown here: ${error.message}` });
    say(lost, image, ctx.emit);
  });
  return {
    emit: (event) => {
      if (event.type === 'output') writer.write(event.text);
      else ctx.emit(event);
    },
    flush: writer.flush,
  };
}

/** Appends texts in order, those that came while the file was busy together. After a failure all text goes to `onFailure`. */
function createWriter(
  path: string,
  files: Files,
  onFailure: (error: ToolError, text: string) => void,
): { write(text: string): void; flush(): Promise<void> } {
  let waiting = '';
  let busy: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting !== '') {
      const text = waiting;
      waiting = '';
      await files.append(path, Buffer.from(text)).catch((error: unknown) => {
        if (!(error instanceof ToolError)) throw error;
        onFailure(error, text);
      });
    }
    busy = undefined;
  };
  return {
    write: (text) => {
      waiting += text;
      busy ??= drain();
    },
    flush: async () => busy,
  };
}
