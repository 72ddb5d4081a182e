/** Serves requests of this machine. @throws CliError `cannot_listen` */
export type StartEndpoint = (options: {
  /** On 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  /** Answers a request; never rejects. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Takes a line for each request that is not handed on. */
  readonly log: (line: string) => void;
}) => Promise<RunningEndpoint>;

export interface RunningEndpoint {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends it at once; requests in flight are dropped. */
  close(): Promise<void>;
}
