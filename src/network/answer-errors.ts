import { CliError } from '../core/errors';

export function connectionReset(host: string): CliError {
  return new CliError('connection_reset', `${host} closed the connection before it answered.`, {
    hint: 'Try again. If it happens again, a proxy or firewall may be the cause.',
  });
}

export function invalidResponse(host: string, what: string): CliError {
  return new CliError(
    'invalid_response',
    `The answer of ${host} could not be understood: ${what}`,
    {
      hint: 'Check the address of the API server. If the address is right, the service may have changed: update vstoken.',
    },
  );
}

export function responseTooLarge(host: string): CliError {
  return new CliError('response_too_large', `The response of ${host} is too large.`, {
    hint: 'Check that the API server belongs to VocalStack.',
  });
}

export function notVocalStack(host: string, httpStatus?: number): CliError {
  return new CliError('not_vocalstack', `${host} does not answer like VocalStack.`, {
    hint: 'Check --api-server and VOCALSTACK_API_SERVER. The service is https://api.vocalstack.com',
    httpStatus,
  });
}

/**
 * Returns the error for a WebSocket that was closed before the session was complete.
 * @param code the code of the close frame (RFC 6455, 7.4); null if the connection ended without a close frame
 * @param reason the text that the server sent with the code; may be empty
 */
export function closedEarly(host: string, code: number | null, reason: string): CliError {
  const said = reason === '' ? '' : ` and the reason "${reason}"`;
  const isSilent = code === null || code === 1006 || code === 1005;
  const how = isSilent ? 'without a reason' : `with code ${code}${said}`;
  return new CliError('closed_early', `${host} closed the connection ${how}.`);
}
