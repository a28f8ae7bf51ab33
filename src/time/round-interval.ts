const day = 86_400_000;

/** Largest interval in milliseconds, and what it is rounded to. */
const steps: readonly (readonly [number, number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1_500, 1_000],
  [3_500, 2_000],
  [7_500, 5_000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [day, 43_200_000],
  [7 * day, day],
  [21 * day, 7 * day],
];

/**
 * Rounds an interval to one that people use, such as 10 s, 1 m or 30 days. Most become shorter; 12 ms become 10 ms, 30 ms
 * 20 ms.
 *
 * @param ms milliseconds
 */
export function roundInterval(ms: number): number {
  const step = steps.find(([largest]) => ms <= largest);
  if (step !== undefined) return step[1];
  return ms < 730 * day ? 30 * day : 365 * day;
}
