import { StarcastClient } from "@starcast/client";
import { httpFolder, type Prediction, RatingModel, type TrainEvent, train } from "@starcast/core";

export async function rate(url: string, text: string): Promise<number | undefined> {
  const model = await RatingModel.load(httpFolder(url));
  const one: Prediction = model.predict(text);
  const many: Prediction[] = model.predict([text]);
  // @ts-expect-error: a number is not a text.
  model.predict(5);
  return one.rating ?? many[0].rating;
}

export async function learn(): Promise<string[]> {
  const types: TrainEvent["type"][] = [];
  for await (const event of train([{ text: "good", label: 5 }], { recipe: "best", seed: 1 })) {
    types.push(event.type);
    if (event.type === "epoch") event.record.validationLoss.toFixed(2);
  }
  return types;
}

export async function ask(url: string): Promise<number | undefined> {
  const client = new StarcastClient({ url });
  const { prediction } = await client.predict("model", "good");
  const { predictions } = await client.predict("model", ["good"]);
  // @ts-expect-error: a number is not a text.
  await client.predict("model", 5);
  return prediction.rating ?? predictions[0].rating;
}
