/**
 * What the service takes and gives, once: requests are checked by these schemas, the OpenAPI document shows them, and the
 * types of `@starcast/client` are made from them.
 */
import { type Static, type TSchema, Type } from "typebox";
import type { Limits } from "./settings.js";

const closed = { additionalProperties: false } as const;

/** The schema of a name, wherever it is used. */
function reference<Schema extends TSchema>(name: string, _schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${name}#` });
}

function text(description: string) {
  return Type.String({ description });
}

function orNull<Schema extends TSchema>(schema: Schema, description: string) {
  return Type.Union([schema, Type.Null()], { description });
}

const Label = Type.Union([Type.String(), Type.Number()], {
  description: "A label of the model's scale, as in its training data.",
});

const WordEffect = Type.Object(
  {
    text: text("As it stands in the text: from `start` to `end`."),
    start: Type.Integer({ description: "In UTF-16 code units." }),
    end: Type.Integer(),
    known: Type.Boolean({ description: "Whether the model knows the word." }),
    effect: Type.Number({
      description: "What the word adds to the answer, in its units (such as stars); below 0, it takes away.",
    }),
  },
  closed,
);

const Explanation = Type.Object(
  {
    value: Type.Number({
      description: "The answer that is explained: the expected rating; for classes, the probability of the label.",
    }),
    baseline: Type.Number({
      description: "The answer to a text of as many average words; with all effects it adds up to `value`.",
    }),
    words: Type.Array(reference("WordEffect", WordEffect), {
      description: "The words that were read, in their order.",
    }),
  },
  closed,
);

const LabelProbability = Type.Object({ label: Label, probability: Type.Number() }, closed);

const Prediction = Type.Object(
  {
    rating: Type.Optional(Type.Number({ description: "Expected rating; absent for classes without order." })),
    label: Label,
    median: Type.Optional(Label),
    cut: Type.Optional(Label),
    interval: Type.Optional(
      Type.Array(Type.Number(), {
        minItems: 2,
        maxItems: 2,
        description: "Low and high end of the interval that holds the true rating of 90 % of such texts.",
      }),
    ),
    probabilities: Type.Optional(
      Type.Array(reference("LabelProbability", LabelProbability), {
        description: "Of every label, in the order of the scale.",
      }),
    ),
    words: Type.Integer({ description: "Words of the text." }),
    wordsRead: Type.Integer({ description: "Words that the model read: the rest of a long text is cut off." }),
    unknownWords: Type.Number({ description: "Share, 0 to 1, of the words read that the model does not know." }),
    explanation: Type.Optional(reference("Explanation", Explanation)),
  },
  {
    ...closed,
    description:
      "What a model says about a text: `label` is the most likely label, `median` the one that is too low as likely as too high, `cut` the single one with the best quadratic kappa. `explanation` is there when it was asked for.",
  },
);

const version = text("The version that answered: the first 12 digits of its fingerprint.");
const answeredBy = { model: text("Name of the model."), version };

const Mistake = Type.Object(
  {
    code: text("Stable name of the mistake, such as `empty-text`."),
    message: text("What is wrong, and how to mend it."),
  },
  closed,
);

const ShadowReport = Type.Object(
  {
    version,
    compared: Type.Integer({ description: "Texts that both models have rated." }),
    skipped: Type.Integer({ description: "Texts that the shadow had no time for." }),
    sameLabel: orNull(Type.Number(), "Share of the texts with the same most likely label."),
    meanDifference: orNull(Type.Number(), "Mean of the shadow's expected rating minus the model's."),
    meanAbsoluteDifference: orNull(Type.Number(), "Mean size of that difference."),
    differences: Type.Array(Type.Object({ label: Label, shadowLabel: Label, texts: Type.Integer() }, closed), {
      description: "Where the labels differ, the most frequent first.",
    }),
  },
  closed,
);

const summary = {
  name: Type.String(),
  version,
  task: Type.Union([Type.Literal("rating"), Type.Literal("class"), Type.Literal("number")]),
  labels: orNull(Type.Array(Label), "The labels that it answers with, in order; null for numbers."),
  loadedAt: Type.String({ format: "date-time", description: "When this version took over." }),
  problem: orNull(Type.String(), "Why a newer version of it was refused; null when none was."),
};
const ModelSummary = Type.Object(summary, closed);

const anyObject = Type.Record(Type.String(), Type.Unknown());

const ModelDetails = Type.Object(
  {
    ...summary,
    fingerprint: text("SHA-256 of the files that decide what the model answers."),
    settings: Type.Unsafe<Record<string, unknown>>({ ...anyObject, description: "`config.json` of the model." }),
    metrics: orNull(anyObject, "`metrics.json`: how it was trained and how good it is."),
    card: orNull(Type.String(), "The model card, in Markdown."),
    shadow: orNull(reference("ShadowReport", ShadowReport), "How a second model that runs beside it compares."),
  },
  closed,
);

/** What the service answers with, by the name under which the document has it. */
export const answerSchemas = {
  Label,
  WordEffect,
  Explanation,
  LabelProbability,
  Prediction,
  Mistake,
  PredictionAnswer: Type.Object({ ...answeredBy, prediction: reference("Prediction", Prediction) }, closed),
  PredictionsAnswer: Type.Object(
    {
      ...answeredBy,
      predictions: Type.Array(reference("Prediction", Prediction), {
        description: "One a text, in the order of the texts.",
      }),
    },
    closed,
  ),
  LineAnswer: Type.Object(
    {
      line: Type.Integer({ description: "Number, from 1, of the line that this answers." }),
      id: Type.Optional(Type.Union([Type.String(), Type.Number()], { description: "As the line gave it." })),
      version: Type.Optional(version),
      prediction: Type.Optional(reference("Prediction", Prediction)),
      error: Type.Optional(reference("Mistake", Mistake)),
    },
    { ...closed, description: "A line of the answer to JSON lines: with `version` and `prediction`, or with `error`." },
  ),
  ErrorAnswer: Type.Object({ error: reference("Mistake", Mistake) }, closed),
  ShadowReport,
  ModelSummary,
  ModelList: Type.Object({ models: Type.Array(reference("ModelSummary", ModelSummary)) }, closed),
  ModelDetails,
  Health: Type.Object(
    {
      status: Type.Union([Type.Literal("ok"), Type.Literal("starting"), Type.Literal("stopping")]),
      models: Type.Integer({ description: "Models that answer." }),
    },
    closed,
  ),
} as const;

/** The schemas of requests, which depend on what the service allows. */
export function requestSchemas({ maxText, maxTexts }: Limits) {
  const oneText = Type.String({
    minLength: 1,
    maxLength: maxText,
    description: `A text of at most ${maxText} characters.`,
  });
  return {
    PredictRequest: Type.Object(
      {
        text: Type.Optional(oneText),
        texts: Type.Optional(
          Type.Array(oneText, {
            minItems: 1,
            maxItems: maxTexts,
            description: `1 to ${maxTexts} texts; more of them go as JSON lines.`,
          }),
        ),
        explain: Type.Optional(
          Type.Boolean({ description: "Tell what each word adds to the rating, which takes far longer." }),
        ),
      },
      {
        ...closed,
        description: "One text, or many.",
        oneOf: [
          { type: "object", required: ["text"] },
          { type: "object", required: ["texts"] },
        ],
      },
    ),
    PredictLine: Type.Object(
      {
        text: oneText,
        id: Type.Optional(
          Type.Union([Type.String({ maxLength: 1000 }), Type.Number()], {
            description: "Is given back with the answer.",
          }),
        ),
      },
      { ...closed, description: "A line of a stream of JSON lines; a JSON string alone is a text too." },
    ),
  } as const;
}

/** All schemas by name, each with its name as `$id`. */
export function namedSchemas(limits: Limits): readonly (TSchema & { readonly $id: string })[] {
  const all: Record<string, TSchema> = { ...answerSchemas, ...requestSchemas(limits) };
  return Object.entries(all).map(([name, schema]) => ({ ...schema, $id: name }));
}

type Schemas = typeof answerSchemas & ReturnType<typeof requestSchemas>;

/** The type of what a schema describes. */
export type Shape<Name extends keyof Schemas> = Static<Schemas[Name]>;
