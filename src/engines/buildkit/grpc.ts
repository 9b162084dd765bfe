/** gRPC as BuildKit is spoken to with: `@grpc/grpc-js`, loaded when the first BuildKit is, and methods made of our own codecs. */
import type { ChannelOptions, Client, Metadata, MethodDefinition, ServiceError } from '@grpc/grpc-js';
import type { Codec } from './protobuf.ts';

export type Grpc = typeof import('@grpc/grpc-js');

export const loadGrpc = (): Promise<Grpc> => import('@grpc/grpc-js');

/** Messages are as large as the layers and logs they carry; BuildKit cuts them at 16 MB itself. */
export const channelOptions: ChannelOptions = {
  'grpc.max_receive_message_length': 64 << 20,
  'grpc.max_send_message_length': 64 << 20,
  'grpc.enable_channelz': 0,
  'grpc.enable_retries': 0,
  // The environment's proxies are for registries; BuildKit is reached as its address says.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
};

/** A method of a service, served or called. */
export function method<Request, Response>(
  path: string,
  request: Codec<Request>,
  response: Codec<Response>,
  streams: { readonly request?: boolean; readonly response?: boolean } = {},
): MethodDefinition<Request, Partial<Response>> {
  return {
    path,
    requestStream: streams.request ?? false,
    responseStream: streams.response ?? false,
    requestSerialize: (value) => request.encode(value),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (value) => response.encode(value),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

/** Calls a method that takes one message and answers with one; `signal` ends the call in BuildKit too. */
export function callOnce<Request, Response>(
  client: Client,
  path: string,
  codecs: { readonly request: Codec<Request>; readonly response: Codec<Response> },
  argument: Partial<Request>,
  options: { readonly signal?: AbortSignal; readonly deadline?: number } = {},
): Promise<Response> {
  const { signal, deadline } = options;
  return new Promise((resolve, reject) => {
    const settle = (error: ServiceError | null, value: Response | undefined): void => {
      signal?.removeEventListener('abort', cancel);
      if (error === null && value !== undefined) resolve(value);
      else reject(error);
    };
    const call = client.makeUnaryRequest<Partial<Request>, Response>(
      path,
      (value) => codecs.request.encode(value),
      (bytes) => codecs.response.decode(bytes),
      argument,
      deadline === undefined ? {} : { deadline: Date.now() + deadline },
      settle,
    );
    const cancel = (): void => call.cancel();
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

/**
 * The values of a header. grpc-js joins repeated headers with `, `, and BuildKit escapes values that are not ASCII as
 * queries are (`<name>-encoded: 1`).
 */
export function headerValues(metadata: Metadata, name: string): readonly string[] {
  const values = metadata.get(name).flatMap((value) => String(value).split(', '));
  if (metadata.get(`${name}-encoded`)[0] !== '1') return values;
  return values.map((value) => decodeURIComponent(value.replaceAll('+', ' ')));
}
