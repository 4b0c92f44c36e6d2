/** How a network's outputs are put right before they become probabilities. */
export interface OutputCalibration {
  /** Outputs are divided by it (Guo et al. 2017, section 4.2). */
  readonly temperature: number;
  /** Added to the outputs after that, one each; none when absent. */
  readonly offsets?: readonly number[];
}

/**
 * Outputs as probabilities are made of them: the same ones where nothing was fitted.
 *
 * @param outputs `rows x columns`, row-major. @param columns outputs of a row.
 */
export function temper(
  outputs: Float32Array,
  columns: number,
  calibration?: OutputCalibration,
): Float32Array | Float64Array {
  if (!calibration) return outputs;
  const { temperature, offsets } = calibration;
  if (temperature === 1 && !offsets) return outputs;
  const tempered = new Float64Array(outputs.length);
  for (let index = 0; index < outputs.length; index++) {
    tempered[index] = outputs[index] / temperature + (offsets ? offsets[index % columns] : 0);
  }
  return tempered;
}
