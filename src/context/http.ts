export interface Http {
  /**
   * Sends one request. Does not retry, follow redirects or decompress.
   * @throws CliError `insecure_server` for plain http to another machine, before anything is sent; `dns_failed`,
   * `connection_refused`, `connection_failed`, `connection_reset`, `tls_failed`, `response_too_large`, `invalid_response`,
   * `proxy_invalid`, `proxy_auth_required`, `proxy_failed`, `ca_file_unusable`; the signal's reason when it aborts
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes the idle connections. */
  close(): void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** Whether the response must also contain the received bytes, as `wire`. */
  readonly keepsWire?: boolean;
  /** The maximum size of the response body, in bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** The header names are in lower case. The values of a repeated header are joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The answer as bytes. Present only if the request sets `keepsWire`. */
  readonly wire?: WireAnswer;
}

/** An answer with the exact bytes that were received. */
export interface WireAnswer {
  /** The first line of the answer, such as `HTTP/1.1 200 OK`. Each character is one byte of the answer. */
  readonly statusLine: string;
  /** The headers in the order and spelling of the server. Each character is one byte of the answer. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}
