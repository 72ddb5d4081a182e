import { PATHS } from '../../api/protocol';
import { dataAnswer } from '../answers';
import { parseFields } from '../request-body';
import { type Route, read, route } from '../route';
import type { PolyglotData } from './polyglots';

const ONE = `${PATHS.polyglot}/:id`;

const named = ({ id, link }: PolyglotData) => dataAnswer({ id, link });

export const POLYGLOT_ROUTES: readonly Route[] = [
  read(PATHS.polyglot, ({ service }) => dataAnswer(service.polyglots.list())),
  read(ONE, ({ service, id }) => dataAnswer(service.polyglots.get(id))),
  route('POST', PATHS.polyglot, 'change', async ({ service, body }) =>
    named(await service.polyglots.create(parseFields(body))),
  ),
  route('PUT', ONE, 'change', async ({ service, id, body }) =>
    named(await service.polyglots.update(id, parseFields(body))),
  ),
  route('DELETE', ONE, 'change', ({ service, id }) => named(service.polyglots.remove(id))),
];
