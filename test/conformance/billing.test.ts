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
  it('is as it is declared, as a whole', async () => {
    expect(object(BILLING)(await read())).toEqual([]);
  });

  it('is read with a readonly token', async () => {
    expect((await call(await get().visitor({}), 'GET', PATH)).status).toBe('done');
  });

  it('is refused without a credential', async () => {
    expect(await refusalOf({ server: get().sandbox.url }, 'GET', PATH)).toBe(401);
  });

  it.each(['month_plans', 'billing'])('has %s as a record, not as a list', async (name) => {
    const { [name]: value } = await read();
    expect(value).toBeTypeOf('object');
    expect(value).not.toBe(null);
    expect(Array.isArray(value)).toBe(false);
  });

  it.each(['active_plan', 'hobby_plan'])('has %s as a plan with both dates', async (name) => {
    const { [name]: plan } = await read();
    expect(object(PLAN)(plan)).toEqual([]);
    const { start_date, stop_date } = plan as Billing;
    expect(Number.isNaN(Date.parse(String(start_date)))).toBe(false);
    expect(Number.isNaN(Date.parse(String(stop_date)))).toBe(false);
  });

  it.each(['total_per_month', 'savings_per_month', 'paid_per_month', 'owed_per_month'])(
    'has %s as a map from a month to a number',
    async (name) => {
      const { [name]: months } = await read();
      for (const [month, amount] of Object.entries(months as Billing)) {
        expect(month).toMatch(/\d/);
        expect(amount).toBeTypeOf('number');
      }
    },
  );

  it('still answers after work that costs something', async () => {
    await transcribe(get().owner, get().audio.url('speech.wav'));
    expect(object(BILLING)(await read())).toEqual([]);
  });
});
