/** How a time grows with the number of Applications. */

export interface Growth {
  from: number;
  to: number;
  /** 1: linear. Below: what is more comes cheaper. 2: twice as many take four times as long. */
  exponent: number;
  /** Seconds an Application at `to`, over those at `from`. */
  ratio: number;
}

/** From each number of Applications to the next. */
export function growth(times: { applications: number; seconds: number }[]): Growth[] {
  const sorted = [...times].sort((one, other) => one.applications - other.applications);
  return sorted.slice(1).map((to, index) => {
    const from = sorted[index] ?? to;
    const more = to.applications / from.applications;
    const longer = to.seconds / from.seconds;
    return {
      from: from.applications,
      to: to.applications,
      exponent: Math.log(longer) / Math.log(more),
      ratio: longer / more,
    };
  });
}
