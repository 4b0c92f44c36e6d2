/** Initial weights of single layers. */
import type { Random } from "../../random.js";
import { makeBench, type Parameter } from "./layer.js";

/** Uniform within +-bound. */
export function fillUniform(parameter: Parameter, bound: number, random: Random): void {
  const { data } = parameter.value;
  const { kernels, plan } = makeBench((arena) => arena.words(data.length));
  kernels.run.fillUniform(plan, data.length, -bound, bound, random.uint32(), random.uint32());
  data.set(kernels.floats(plan, data.length));
}

/** Standard normal. */
export function fillNormal(parameter: Parameter, random: Random): void {
  const { data } = parameter.value;
  const { kernels, plan } = makeBench((arena) => arena.words(data.length));
  kernels.run.fillNormal(plan, data.length, random.uint32(), random.uint32());
  data.set(kernels.floats(plan, data.length));
}
