// The page: a button, and the answer below it.

import { bringWeek, type Week } from './service';
import { averageOf } from './temperature';

function describe(week: Week): string {
  const average = averageOf(week.days);
  return `${week.place} will have ${average.toFixed(1)} °C`;
}

async function answer(): Promise<void> {
  const week = await bringWeek('week.json');
  const sentence = await Promise.resolve(week).then(describe);
  const element = document.querySelector('#answer');
  if (element) element.textContent = sentence;
  document.body.dataset.answered = 'yes';
}

document.querySelector('#load')?.addEventListener('click', () => {
  void answer();
});
