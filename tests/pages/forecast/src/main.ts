// The page: a button, and the answer below it.

import { bringWeek, pause, type Week } from './service';
import { averageOf } from './temperature';

function say(text: string): void {
  const element = document.querySelector('#answer');
  if (element) element.textContent = text;
}

function describe(week: Week): string {
  const average = averageOf(week.days);
  return `${week.place} will have ${average.toFixed(1)} °C`;
}

async function answer(): Promise<void> {
  say('Let me see…');
  await pause(10);
  const week = await bringWeek('week.json');
  say(describe(week));
  document.body.dataset.answered = 'yes';
}

function onLoad(): void {
  void answer();
}

document.querySelector('#load')?.addEventListener('click', onLoad);
