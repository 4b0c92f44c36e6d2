/**
 * The number below which a standard normal variable lies with probability `share`, to about 7 digits: algorithm PPND7
 * of Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37, 1988.
 *
 * @param share above 0 and below 1.
 */
export function normalQuantile(share: number): number {
  const centred = share - 0.5;
  if (Math.abs(centred) <= 0.425) {
    const r = 0.180625 - centred * centred;
    return (
      (centred * (((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179)) /
      (((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1)
    );
  }
  const distance = Math.sqrt(-Math.log(centred < 0 ? share : 1 - share));
  let value: number;
  if (distance <= 5) {
    const r = distance - 1.6;
    value =
      (((0.17023821103 * r + 1.3067284816) * r + 2.75681539) * r + 1.4234372777) /
      ((0.12021132975 * r + 0.737001642) * r + 1);
  } else {
    const r = distance - 5;
    value =
      (((0.017337203997 * r + 0.42868294337) * r + 3.081226386) * r + 6.657905115) /
      ((0.012258202635 * r + 0.24197894225) * r + 1);
  }
  return centred < 0 ? -value : value;
}
