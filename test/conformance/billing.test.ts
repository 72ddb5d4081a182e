import { describe, expect, it } from 'vitest';
import { call, refusalOf } from './client';
import { BILLING, PLAN } from './declared';
import { useService } from './service';
import { transcribe } from './session';
import { object } from './shape';

const get = useService();
const PATH = '/billing/details';
type Billing = Readonly<Record<string, unknown>>;
const read = async () => (await call(get().owner, 'GET', PATH)).data as Billing;

describe('GET /billing/details', () => {
  it('returns billing data exactly as declared', async () => {
    expect(object(BILLING)(await read())).toEqual([]);
  });

  it('accepts a readonly token', async () => {
    expect((await call(await get().visitor({}), 'GET', PATH)).status).toBe('done');
  });

  it('is refused without a credential', async () => {
    expect(await refusalOf({ server: get().sandbox.url }, 'GET', PATH)).toBe(401);
  });

  it.each(['month_plans', 'billing'])('returns %s as an object, not as a list', async (name) => {
    const { [name]: value } = await read();
    expect(value).toBeTypeOf('object');
    expect(value).not.toBe(null);
    expect(Array.isArray(value)).toBe(false);
  });

  it.each(['active_plan', 'hobby_plan'])(
    'returns %s as a plan with valid dates for start and stop',
    async (name) => {
      const { [name]: plan } = await read();
      expect(object(PLAN)(plan)).toEqual([]);
      const { start_date, stop_date } = plan as Billing;
      expect(Number.isNaN(Date.parse(String(start_date)))).toBe(false);
      expect(Number.isNaN(Date.parse(String(stop_date)))).toBe(false);
    },
  );

  it.each(['total_per_month', 'savings_per_month', 'paid_per_month', 'owed_per_month'])(
    'returns %s as an object with a number for each month',
    async (name) => {
      const { [name]: months } = await read();
      for (const [month, amount] of Object.entries(months as Billing)) {
        expect(month).toMatch(/\d/);
        expect(amount).toBeTypeOf('number');
      }
    },
  );

  it('still returns billing data after billed work', async () => {
    await transcribe(get().owner, get().audio.url('speech.wav'));
    expect(object(BILLING)(await read())).toEqual([]);
  });
});
