/** Puts the output of things that run at the same time one behind the other, in the order they started. */
export interface InOrder {
  /** A new source of text comes after all that are there. */
  start(key: string): void;
  /** Text of a source: written at once when it is that source's turn, kept until then otherwise. */
  write(key: string, text: string): void;
  /** The source will say no more. */
  end(key: string): void;
  /** Writes everything that is still kept. */
  flush(): void;
}

/** @param write receives the text in its final order. */
export function createInOrder(write: (text: string) => void): InOrder {
  const waiting = new Map<string, { texts: string[]; ended: boolean }>();
  const isFirst = (key: string): boolean => waiting.keys().next().value === key;

  const advance = (): void => {
    for (const [key, source] of waiting) {
      for (const text of source.texts.splice(0)) write(text);
      if (!source.ended) return;
      waiting.delete(key);
    }
  };

  return {
    start: (key) => {
      if (!waiting.has(key)) waiting.set(key, { texts: [], ended: false });
    },
    write: (key, text) => {
      const source = waiting.get(key);
      if (source === undefined || isFirst(key)) write(text);
      else source.texts.push(text);
    },
    end: (key) => {
      const source = waiting.get(key);
      if (source === undefined) return;
      source.ended = true;
      if (isFirst(key)) advance();
    },
    flush: () => {
      for (const source of waiting.values()) source.ended = true;
      advance();
    },
  };
}
