export interface Http {
  /**
   * One exchange: no retry, no redirect, no decompression.
   * @throws CliError `insecure_server` for plain http that led beyond this machine, before anything was sent; `dns_failed`,
   *   `connection_refused`, `connection_failed`, `connection_reset`, `tls_failed`, `response_too_large`, `invalid_response`,
   *   `proxy_invalid`, `proxy_auth_required`, `proxy_failed`, `ca_file_unusable`; the signal's reason when it aborts.
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Drops the connections that are kept alive. */
  close(): void;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The most bytes of body that are read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; the values of a repeated header joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
