// Brings the forecast.

import type { Day } from './temperature';

export interface Week {
  place: string;
  days: Day[];
}

export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function check(week: Week): Week {
  if (week.days.length === 0) throw new RangeError('a week without days');
  console.log('a week for', week.place);
  return week;
}

export async function bringWeek(address: string): Promise<Week> {
  const response = await fetch(address);
  const week: Week = await response.json();
  // Too quick an answer looks made up.
  await pause(50);
  return check(week);
}
