import { empty } from '../control-messages.ts';
import { method } from '../grpc.ts';
import { healthResponse } from '../session-messages.ts';
import type { Service } from './service.ts';

const serving = 1;

/** Answers that the client is alive; BuildKit asks every few seconds and ends the session of one that is silent. */
export function health(): Service {
  const Check = method('/grpc.health.v1.Health/Check', empty, healthResponse);
  return {
    methods: { Check },
    handlers: { Check: (_call: unknown, answer: Answer) => answer(null, { status: serving }) },
  };
}

type Answer = (error: null, response: { readonly status: number }) => void;
