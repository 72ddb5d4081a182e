const PLAN_MS = 365 * 24 * 3_600_000;

/** Returns the billing details of a new account that has spent nothing, in the form that the service uses. */
export function emptyBilling(now: number): unknown {
  const plan = {
    uuid: 'sandbox',
    start_date: new Date(now).toISOString(),
    stop_date: new Date(now + PLAN_MS).toISOString(),
    price: 0,
    billing_frequency: 'monthly',
    free_hours: 0,
    overage_rate_prerecorded: 0,
    overage_rate_live: 0,
    meta_name: 'sandbox',
  };
  return {
    balance: 0,
    prerecorded_hours_available: 0,
    live_hours_available: 0,
    free_hours_used: 0,
    free_hours_left: 0,
    total_per_month: {},
    savings_per_month: {},
    paid_per_month: {},
    owed_per_month: {},
    plans: [plan],
    active_plan: plan,
    hobby_plan: plan,
    month_plans: {},
    billing: {},
    invoices: [],
  };
}
