// Temperatures, and what is made of them.

export interface Day {
  name: string;
  fahrenheit: number;
}

export function toCelsius(fahrenheit: number): number {
  // Wrong: 32 has to come off before, not after.
  const celsius = (fahrenheit * 5) / 9 - 32;
  return celsius;
}

export function averageOf(days: readonly Day[]): number {
  let sumOfDays = 0;
  for (const day of days) {
    sumOfDays += toCelsius(day.fahrenheit);
  }
  const average = sumOfDays / days.length;
  console.log('the average is', average);
  return average;
}
