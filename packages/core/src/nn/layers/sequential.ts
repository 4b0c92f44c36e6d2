/** Layers one after another. */
import type { Layer, Parameter } from "./layer.js";

/** A layer of any input and output, for lists of layers. */
type AnyLayer = Layer<never, unknown, never, unknown>;

type InputOf<L> = L extends Layer<infer Input, unknown, never, unknown> ? Input : never;
type OutputOf<L> = L extends Layer<never, infer Output, never, unknown> ? Output : never;
type OutputGradientOf<L> = L extends Layer<never, unknown, infer Gradient, unknown> ? Gradient : never;
type InputGradientOf<L> = L extends Layer<never, unknown, never, infer Gradient> ? Gradient : never;
type Last<L extends readonly unknown[]> = L extends readonly [...unknown[], infer End] ? End : never;

/**
 * Runs layers in order, each on the output of the one before, and backwards in the opposite order. Parameters carry the
 * position of their layer before their name, `0.weight`, as in PyTorch's `nn.Sequential`.
 */
export class Sequential<Layers extends readonly [AnyLayer, ...AnyLayer[]]>
  implements
    Layer<InputOf<Layers[0]>, OutputOf<Last<Layers>>, OutputGradientOf<Last<Layers>>, InputGradientOf<Layers[0]>>
{
  readonly layers: Layers;

  constructor(...layers: Layers) {
    this.layers = layers;
  }

  /** All layers' parameters, named `position.name`. */
  get parameters(): readonly Parameter[] {
    return this.layers.flatMap((layer, index) =>
      layer.parameters.map((parameter) => ({ ...parameter, name: `${index}.${parameter.name}` })),
    );
  }

  /** Hands the input through all layers in order. */
  forward(input: InputOf<Layers[0]>): OutputOf<Last<Layers>> {
    let value: unknown = input;
    for (const layer of this.layers) value = layer.forward(value as never);
    return value as OutputOf<Last<Layers>>;
  }

  /** Hands the gradient back through all layers, last one first. */
  backward(outputGradient: OutputGradientOf<Last<Layers>>): InputGradientOf<Layers[0]> {
    let gradient: unknown = outputGradient;
    for (const layer of [...this.layers].reverse()) {
      const given = layer.backward(gradient as never);
      gradient = hasInputGradient(given) ? given.input : given;
    }
    return gradient as InputGradientOf<Layers[0]>;
  }
}

/** An LSTM gives the gradients of its initial states too; what lies before it sees that of its input. */
function hasInputGradient(given: unknown): given is { readonly input: unknown } {
  return typeof given === "object" && given !== null && "input" in given;
}
