// Brings the forecast.

import type { Day } from './temperature';

export interface Week {
  place: string;
  days: Day[];
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export async function bringWeek(address: string): Promise<Week> {
  const response = await fetch(address);
  const week: Week = await response.json();
  // Too quick an answer looks made up.
  await pause(50);
  return week;
}
