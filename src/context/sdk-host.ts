/**
 * A request to the process that runs the SDK. `call` calls a method of an SDK class. If `keeps` is set, the process stores the
 * object that this method returns. `listen` and `invoke` call a method of the stored object.
 */
export type HostRequest =
  | { readonly do: 'find'; readonly name: string }
  | { readonly do: 'load'; readonly needs: readonly string[] }
  | {
      readonly do: 'call';
      readonly name: string;
      readonly settings: object;
      readonly method: string;
      readonly args: readonly unknown[];
      /**
       * The names of the methods that the returned object must have. Set this if the object cannot be sent as JSON. The process
       * then stores the object instead of sending it.
       */
      readonly keeps?: readonly string[];
    }
  | { readonly do: 'listen' | 'invoke'; readonly method: string };

export interface HostEvents {
  /**
   * Receives an answer or event of `bin/sdk-host.js`. Do not trust the message, because the SDK can write to the same channel.
   */
  onMessage(message: unknown): void;
  /** Receives a line that the SDK printed. */
  onOutput(line: string): void;
  /** Called when the process has ended or could not start. */
  onEnd(): void;
}

/** A separate process that runs the SDK. */
export interface SdkHost {
  send(request: HostRequest & { readonly id: number }): void;
  /** Kills the process, and waits a short time for the rest of the process's output. */
  stop(): Promise<void>;
}

/**
 * Starts the process that runs the SDK.
 * @param apiServer the server to which the SDK sends the key
 * @throws CliError `proxy_invalid`
 */
export type StartSdkHost = (apiServer: string, events: HostEvents) => Promise<SdkHost>;
