import { createHash } from 'node:crypto';
import type { ImageReference } from '../../../core/names.ts';

/** The name under which layers of an image are kept between builds: the same for all its tags. */
export function cacheName({ name }: ImageReference): string {
  const readable = name.replace(/[^A-Za-z0-9.-]+/g, '-').slice(-60);
  return `${readable}-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
