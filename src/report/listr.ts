import type { DefaultRenderer, ListrTask, ListrTaskWrapper, SimpleRenderer } from 'listr2';
import type { TaskLine, TaskList } from './task-list.ts';
import type { TextStream } from './text-stream.ts';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** A line and the listr2 task that draws it, which exists only once listr2 has been loaded. */
interface Row extends TaskLine {
  readonly definition: ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;
}

/**
 * Draws lines with listr2. The work is done elsewhere: each task only waits until its line has ended.
 * listr2 is loaded here and nowhere else, while the work already goes on.
 */
export function openTaskList(count: number, stream: TextStream): TaskList {
  const rows = Array.from({ length: count }, createRow);
  const drawing = draw(rows, stream);
  return {
    lines: rows,
    close: async () => {
      for (const row of rows) row.remove();
      await drawing;
    },
  };
}

function createRow(): Row {
  let task: Task | undefined;
  let title = ' ';
  let settle: (end: 'succeeded' | 'failed') => void = () => undefined;
  const ended = new Promise<'succeeded' | 'failed'>((resolve) => {
    settle = resolve;
  });
  let isOver = false;
  const setTitle = (text: string): void => {
    if (isOver) return;
    title = text;
    if (task !== undefined) task.title = text;
  };
  const end = (text: string | undefined, how: 'succeeded' | 'failed'): void => {
    if (text !== undefined) setTitle(text);
    isOver = true;
    settle(how);
  };
  return {
    setTitle,
    succeed: () => end(undefined, 'succeeded'),
    fail: () => end(undefined, 'failed'),
    skip: (text) => {
      if (!isOver) task?.skip(text);
      end(text, 'succeeded');
    },
    remove: () => {
      if (!isOver) end('', 'succeeded');
    },
    definition: {
      title,
      task: async (_, wrapper) => {
        task = wrapper;
        task.title = title;
        if ((await ended) === 'failed') throw new Error(title);
      },
    },
  };
}

async function draw(rows: readonly Row[], stream: TextStream): Promise<void> {
  const { Listr, ListrLogger, ProcessOutput, DefaultRenderer: Drawing } = await import('listr2');
  // The caller decided that there is a terminal; listr2 would look at process.stdout and fall back to plain lines.
  class TerminalRenderer extends Drawing {
    static override nonTTY = true as never;
  }
  const output = new ProcessOutput(asNodeStream(stream), asNodeStream(stream), { dump: [], leaveEmptyLine: false });
  const list = new Listr(
    rows.map((row) => row.definition),
    {
      renderer: TerminalRenderer,
      rendererOptions: {
        logger: new ListrLogger({ processOutput: output, useIcons: true }),
        collapseErrors: false,
        showErrorMessage: false,
        formatOutput: 'truncate',
      },
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
    },
  );
  await list.run();
}

/** As much of a Node stream as listr2 uses: it must not get hold of the process's own streams. */
function asNodeStream(stream: TextStream): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array): boolean => {
    stream.write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    return true;
  };
  return { write, columns: stream.columns, rows: stream.rows ?? 24, isTTY: true } as unknown as NodeJS.WriteStream;
}
