import { loadModel, type RatingModel, readTable } from "starcast";

export async function rate(path: string): Promise<RatingModel> {
  void readTable;
  return await loadModel(path);
}
