import { ToolError } from '../../core/errors.ts';
import { parseObject, readBody } from './body.ts';
import { retrying } from './retry.ts';
import type { Answer, Call, Session } from './session.ts';

const longestPage = 32 * 1024 * 1024;
/** A thousand pages of a thousand names: more is a registry going in circles. */
const mostPages = 1000;

/** One page of a list: its JSON object, and the response it came in. */
export interface Page {
  readonly answer: Answer;
  readonly content: Readonly<Record<string, unknown>> | undefined;
}

/** Reads a list page by page, as far as `Link: <…>; rel="next"` leads (RFC 8288; distribution specification, "Listing Tags"). */
export async function* readPages(session: Session, first: Call): AsyncGenerator<Page> {
  let call: Call | undefined = first;
  for (let count = 0; call !== undefined; count++) {
    if (count === mostPages) throw new ToolError('REGISTRY_PROTOCOL', `cannot ${first.action}: the list does not end`);
    const page = await readPage(session, call);
    yield page;
    const next = nextLink(page.answer.headers['link']);
    call =
      next === undefined ? undefined : { ...first, to: await session.resolve(next, page.answer.url, first.signal) };
  }
}

function readPage(session: Session, call: Call): Promise<Page> {
  return retrying(session.parts, call.signal, async () => {
    const answer = await session.once(call);
    if (answer.status === 200) return { answer, content: parseObject(await readBody(answer, longestPage, 'the list')) };
    answer.discard();
    return { answer, content: undefined };
  });
}

function nextLink(header: string | undefined): string | undefined {
  return /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header ?? '')?.[1];
}

/** {@link RegistryClient.tags}, in the order the registry gives them. */
export async function listTags(session: Session, signal: AbortSignal): Promise<readonly string[]> {
  const { registry, repository } = session.repository;
  const action = `list the tags of ${registry}/${repository}`;
  const tags: string[] = [];
  for await (const { content } of readPages(session, {
    method: 'GET',
    to: 'tags/list?n=1000',
    action,
    access: 'pull',
    accept: [200],
    signal,
  })) {
    const names = content?.['tags'] ?? [];
    if (!Array.isArray(names))
      throw new ToolError('REGISTRY_PROTOCOL', `cannot ${action}: the answer is not a list of tags`);
    for (const name of names) if (typeof name === 'string') tags.push(name);
  }
  return tags;
}
