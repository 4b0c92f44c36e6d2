/** What all layers have in common. */
import { Arena, allocateMemory, compileKernels, Kernels, planStart } from "../../kernels/index.js";
import { type ParameterShape, Parameters } from "../blocks/parameters.js";
import { elementCount, type Tensor, tensor } from "./tensor.js";

/** A trained array with its gradient, which `backward` adds to. */
export interface Parameter {
  /** PyTorch's name within the layer, such as `weight_ih_l0`. */
  readonly name: string;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/**
 * A step of a network. `backward` takes the gradient of the loss by the output of the last `forward` call, adds to the
 * parameters' gradients and returns the gradient by the input.
 */
export interface Layer<Input, Output, OutputGradient, InputGradient> {
  readonly parameters: readonly Parameter[];
  forward(input: Input): Output;
  backward(outputGradient: OutputGradient): InputGradient;
}

/** Parameters of the given shapes, zero. */
export function makeParameters(shapes: readonly ParameterShape[]): Parameter[] {
  return shapes.map(({ name, shape }) => ({ name, value: tensor(shape), gradient: tensor(shape) }));
}

/** Sets all gradients to zero, before the next backward pass. */
export function zeroGradients(parameters: readonly Parameter[]): void {
  for (const { gradient } of parameters) gradient.data.fill(0);
}

/** A layer's plan in the engine's memory for one input size. */
export interface Bench<Plan> {
  readonly kernels: Kernels;
  readonly plan: Plan;
}

/** Plans, then allocates exactly what was planned. */
export function makeBench<Plan>(build: (arena: Arena) => Plan): Bench<Plan> {
  const arena = new Arena(planStart());
  const plan = build(arena);
  const memory = allocateMemory(arena.end, { sharedMemory: false });
  return { kernels: new Kernels(compileKernels({ sharedMemory: false, fusedMultiplyAdd: true }), memory), plan };
}

/** Keeps the bench of the last input size, since most calls come in one size. */
export class BenchKeeper<Plan> {
  #key = "";
  #bench: Bench<Plan> | undefined;

  get(key: string, build: (arena: Arena) => Plan): Bench<Plan> {
    if (!this.#bench || key !== this.#key) {
      this.#bench = makeBench(build);
      this.#key = key;
    }
    return this.#bench;
  }
}

/** Room for a layer's parameters and gradients. */
export function planParameters(arena: Arena, parameters: readonly Parameter[]): Parameters {
  const shapes = parameters.map(({ name, value }) => ({ name, shape: value.shape }));
  return new Parameters(arena, shapes, { training: true });
}

export function loadParameters(kernels: Kernels, planned: Parameters, parameters: readonly Parameter[]): void {
  for (const { name, value } of parameters) {
    kernels.floats(planned.value(name), value.data.length).set(value.data);
    kernels.floats(planned.gradient(name), value.data.length).fill(0);
  }
}

/** Adds the gradients in the engine's memory to the parameters' own. */
export function addGradients(kernels: Kernels, planned: Parameters, parameters: readonly Parameter[]): void {
  for (const { name, gradient } of parameters) {
    const source = kernels.floats(planned.gradient(name), elementCount(gradient.shape));
    for (let index = 0; index < source.length; index++) gradient.data[index] += source[index];
  }
}
